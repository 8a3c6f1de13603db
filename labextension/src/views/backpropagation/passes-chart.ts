import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { PASSES } from './fields';
import type { BackpropagationModel } from './model';

const HEIGHT = 132;

/** The loss by pass. Press or drag to go to a pass. */
export class PassesChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-backprop-caption');
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private pass = 0;
  private last = '';

  constructor(
    private readonly model: BackpropagationModel,
    private readonly go: (pass: number) => void,
  ) {
    this.surface = el(
      'div',
      'dlw-backprop-passes',
      {
        tabindex: 0,
        role: 'slider',
        'aria-label': () => t('Pass that is shown'),
        'aria-valuemin': 1,
        'aria-valuemax': PASSES,
        'aria-valuenow': 1,
      },
      this.canvas,
    );
    this.root = el('div', 'dlw-backprop-chart', {}, this.title, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      this.to(this.passAt(event));
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.to(this.passAt(event));
    });
    surface.addEventListener('keydown', (event) => {
      const far = event.shiftKey ? 10 : 1;
      const steps: Readonly<Record<string, number>> = {
        ArrowRight: this.pass + far,
        ArrowUp: this.pass + far,
        ArrowLeft: this.pass - far,
        ArrowDown: this.pass - far,
        PageUp: this.pass + 10,
        PageDown: this.pass - 10,
        Home: 0,
        End: PASSES,
      };
      const pass = steps[event.key];
      if (pass === undefined) return;
      event.preventDefault();
      this.to(pass);
    });
  }

  private to(pass: number): void {
    this.go(Math.min(this.model.lastPass, Math.max(0, pass)));
  }

  private passAt(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    if (!this.frame || box.width === 0) return 0;
    return Math.round(this.frame.at(event.clientX - box.left, 0)[0]);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, pass: number): void {
    this.pass = pass;
    const { losses, diverged } = this.model.training;
    const many = this.model.samples.length > 1;
    const loss = short(losses[pass]!);
    setText(this.title, many ? t('Mean loss before each pass') : t('Loss before each pass'));
    setAttributes(this.surface, {
      'aria-valuenow': pass + 1,
      'aria-valuemax': this.model.lastPass + 1,
      'aria-valuetext': t('Pass {pass}, loss {loss}', { pass: pass + 1, loss }),
    });
    const width = Math.max(220, room || 320);
    const key = [width, pass, theme.dark, theme.font, window.devicePixelRatio, losses.join()].join('|');
    if (key === this.last) return;
    this.last = key;
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    // What diverges would press all else to the ground.
    const finite = losses.filter(Number.isFinite);
    const most = diverged ? 3 * losses[0]! : Math.max(...finite);
    const range: [number, number] = [0, most > 0 ? most * 1.06 : 1];
    const edges = { left: 42, top: 6, right: width - 8, bottom: HEIGHT - 20 };
    const frame = (this.frame = new Frame(width, HEIGHT, [0, PASSES], range, edges));
    if (!context) return;
    axes(context, theme, frame);
    context.save();
    context.beginPath();
    context.rect(edges.left, edges.top - 3, edges.right - edges.left + 4, edges.bottom - edges.top + 6);
    context.clip();
    context.strokeStyle = theme.palette[1]!;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.beginPath();
    losses.forEach((one, i) => context.lineTo(frame.px(i), frame.py(Math.min(one, 2 * range[1]))));
    context.stroke();
    context.restore();
    const [x, y] = [frame.px(pass), Math.max(edges.top, frame.py(losses[pass]!))];
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, edges.top);
    context.lineTo(x, edges.bottom);
    context.stroke();
    context.fillStyle = theme.palette[1]!;
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fill();
    context.textBaseline = 'bottom';
    context.textAlign = x > width - 90 ? 'right' : 'left';
    context.font = `600 12px ${theme.font}`;
    context.fillStyle = theme.text;
    context.fillText(loss, x + (x > width - 90 ? -8 : 8), Math.max(edges.top + 16, y - 3));
  }
}

function axes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
  const { left, right, bottom } = frame.edges;
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.beginPath();
  for (const value of ticks(frame.y, 3)) {
    const y = Math.round(frame.py(value)) + 0.5;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.fillText(short(value), left - 6, y);
  }
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const value of [1, 50, 100, 150, 200]) {
    const x = Math.round(frame.px(value === 1 ? 0 : value - 1)) + 0.5;
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
    context.fillText(String(value), Math.min(x, right - 9), bottom + 5);
  }
  context.stroke();
}
