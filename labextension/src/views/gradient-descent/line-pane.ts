import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { Frame } from '../../shared/concept/frame';
import type { GradientDescentModel } from './model';
import { short } from '../../shared/concept/numbers';
import { colorOf, drawingOrder } from './styles';

const HEIGHT = 150;

/** The points, and the line of each optimizer at this step. */
export class LinePane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });

  constructor(private readonly model: GradientDescentModel) {
    const title = el('div', 'dlw-descent-caption', {}, () =>
      t('The points and the line y = w·x + b of each'),
    );
    this.root = el('div', 'dlw-descent-line', {}, title, this.canvas);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, step: number): void {
    const { samples, descents, focus } = this.model;
    this.root.hidden = samples === null;
    if (!samples) return;
    const width = Math.max(220, room || 420);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const { x, y } = samples.points;
    const frame = new Frame(width, HEIGHT, around(x), around(y), {
      left: 1,
      top: 1,
      right: width - 1,
      bottom: HEIGHT - 1,
    });
    context.strokeStyle = theme.grid;
    context.strokeRect(0.5, 0.5, width - 1, HEIGHT - 1);
    for (const { optimizer, points } of drawingOrder(descents, focus)) {
      const [w, b] = points[Math.min(step, points.length - 1)]!;
      context.strokeStyle = colorOf(optimizer, theme);
      context.lineWidth = optimizer === focus ? 2.4 : 1.3;
      context.beginPath();
      for (const place of frame.x) context.lineTo(frame.px(place), frame.py(w! * place + b!));
      context.stroke();
    }
    context.fillStyle = theme.text;
    x.forEach((value, i) => {
      context.beginPath();
      context.arc(frame.px(value), frame.py(y[i]!), 2.5, 0, 2 * Math.PI);
      context.fill();
    });
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textBaseline = 'bottom';
    context.textAlign = 'left';
    context.fillText(`x = ${short(frame.x[0])}`, 5, HEIGHT - 4);
    context.textAlign = 'right';
    context.fillText(`x = ${short(frame.x[1])}`, width - 5, HEIGHT - 4);
  }
}

function around(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * 0.1 || 1;
  return [low - room, high + room];
}
