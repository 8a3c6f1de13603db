import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { drawPlane, type Shown } from './plot';

const SIZE = 94;

/** The plane after each layer, small; a press shows it large. */
export class Strip {
  readonly root: HTMLElement;
  private readonly cards: { root: HTMLButtonElement; canvas: HTMLCanvasElement; name: HTMLElement }[] = [];

  private drawn = '';

  constructor(private readonly go: (layer: number) => void) {
    this.root = el('div', 'dlw-unfold-strip', {
      role: 'group',
      'aria-label': () => t('The plane after each layer'),
    });
  }

  /** @param key what is shown follows from it: the pictures stay while only the position changes */
  show(theme: Theme, shown: Omit<Shown, 'position'>, position: number, key: string): void {
    const drawn = [key, shown.marked, theme.dark, window.devicePixelRatio].join();
    const stays = drawn === this.drawn;
    this.drawn = drawn;
    const { layers } = shown.flow;
    while (this.cards.length > layers + 1) this.cards.pop()!.root.remove();
    while (this.cards.length <= layers) this.add();
    this.cards.forEach(({ root, canvas, name }, layer) => {
      setText(name, layer === 0 ? t('Input') : t('Layer {layer}', { layer }));
      setAttributes(root, { 'aria-pressed': String(Math.abs(position - layer) < 0.5) });
      if (stays) return;
      const context = sizedCanvas(canvas, SIZE, SIZE);
      canvas.style.width = canvas.style.height = `${SIZE}px`;
      if (context) drawPlane(context, theme, SIZE, { ...shown, position: layer });
    });
  }

  private add(): void {
    const layer = this.cards.length;
    const canvas = el('canvas', '', { 'aria-hidden': 'true' });
    const name = el('span');
    const root = el('button', 'dlw-unfold-card', { type: 'button' }, canvas, name);
    root.addEventListener('click', () => this.go(layer));
    this.cards.push({ root, canvas, name });
    this.root.append(root);
  }
}
