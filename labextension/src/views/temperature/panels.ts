import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';
import { softmax } from '../../shared/concept/softmax';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { TemperatureModel } from './model';
import { entropy } from './sampling';

/** The temperatures of the book's figure, and two above it. */
export const SERIES = [0.01, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 3];
const [WIDTH, HEIGHT] = [100, 54];

interface Panel {
  root: HTMLButtonElement;
  canvas: HTMLCanvasElement;
  bits: HTMLElement;
}

/** The same logits at several temperatures side by side; a click sets the temperature. */
export class Panels {
  readonly root: HTMLElement;
  private readonly panels: readonly Panel[];

  constructor(
    private readonly model: TemperatureModel,
    chosen: (temperature: number) => void,
  ) {
    this.panels = SERIES.map((temperature) => {
      const canvas = el('canvas', '', { 'aria-hidden': 'true' });
      const bits = el('span', 'dlw-temperature-bits');
      const root = el(
        'button',
        'dlw-temperature-panel',
        { type: 'button', title: () => t('Set the temperature to {value}.', { value: temperature }) },
        canvas,
        el('span', '', {}, `T = ${short(temperature)}`),
        bits,
      );
      root.addEventListener('click', () => chosen(temperature));
      return { root, canvas, bits };
    });
    this.root = el(
      'div',
      '',
      {},
      el('div', 'dlw-temperature-caption', {}, () => t('The same logits at other temperatures')),
      el('div', 'dlw-temperature-panels', {}, ...this.panels.map(({ root }) => root)),
    );
  }

  show(theme: Theme): void {
    const { logits, temperature } = this.model.now;
    this.panels.forEach(({ root, canvas, bits }, i) => {
      const p = softmax(logits, SERIES[i]);
      root.ariaPressed = String(SERIES[i] === temperature);
      bits.textContent = t('{bits} bits', { bits: short(Number(entropy(p).toFixed(2))) });
      const context = sizedCanvas(canvas, WIDTH, HEIGHT);
      if (!context) return;
      context.fillStyle = theme.palette[0]!;
      const each = WIDTH / p.length;
      p.forEach((share, j) => {
        const high = Math.max(1, share * (HEIGHT - 2));
        context.fillRect(j * each + each * 0.1, HEIGHT - high, each * 0.8, high);
      });
    });
  }
}
