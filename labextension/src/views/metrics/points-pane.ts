import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { HIGHEST, LOWEST } from './fields';
import { at, type Line } from './lines';
import { colors } from './styles';

const HEIGHT = 300;

interface Options {
  /** A point is dragged, or moved by keys. */
  put: (x: number, y: number) => void;
}

interface Shown {
  y: readonly number[];
  squares: Line;
  absolute: Line;
}

/** Points to drag up and down, and the two lines that fit them best. */
export class PointsPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private shown: Shown | null = null;
  /** The point that is held, or that keys move. */
  private point = -1;
  /** The range stays while a point is dragged. */
  private range: [number, number] | null = null;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-metrics-points',
      {
        tabindex: 0,
        role: 'application',
        'aria-label': () => t('Points. ← and → select a point, ↑ and ↓ move it.'),
      },
      this.canvas,
    );
    this.root = el('div', 'dlw-metrics-pane', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !this.shown) return;
      surface.setPointerCapture(event.pointerId);
      const [x] = this.valuesAt(event);
      this.point = Math.min(this.shown.y.length - 1, Math.max(0, Math.round(x)));
      this.range = this.frame ? [...this.frame.y] : null;
      this.drag(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.drag(event);
    });
    for (const name of ['pointerup', 'pointercancel'] as const) {
      surface.addEventListener(name, () => (this.range = null));
    }
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private valuesAt(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    const { frame } = this;
    if (!frame || box.width === 0) return [0, 0];
    return frame.at(((event.clientX - box.left) / box.width) * frame.width, event.clientY - box.top);
  }

  private drag(event: PointerEvent): void {
    this.options.put(this.point, this.valuesAt(event)[1]);
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.shown) return;
    const { y } = this.shown;
    const now = this.point < 0 ? y.length - 1 : Math.min(y.length - 1, this.point);
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const up = { ArrowUp: 0.5, ArrowDown: -0.5 }[event.key];
    if (across !== undefined) this.point = Math.min(y.length - 1, Math.max(0, now + across));
    else if (up !== undefined) this.point = now;
    else return;
    event.preventDefault();
    this.options.put(this.point, y[this.point]! + (up ?? 0) * (event.shiftKey ? 4 : 1));
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, shown: Shown): void {
    this.shown = shown;
    const width = Math.min(560, Math.max(240, room || 480));
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    const { y, squares, absolute } = shown;
    const margin = 2;
    const usual: [number, number] = [
      Math.max(LOWEST, Math.floor(Math.min(0, ...y) - margin)),
      Math.min(HIGHEST, Math.ceil(Math.max(10, ...y) + margin)),
    ];
    const edges = { left: 30, top: 8, right: width - 8, bottom: HEIGHT - 22 };
    const frame = (this.frame = new Frame(width, HEIGHT, [-0.5, y.length - 0.5], this.range ?? usual, edges));
    const value = this.point >= 0 ? y[this.point] : undefined;
    setAttributes(this.surface, {
      'aria-valuetext':
        value === undefined ? undefined : t('x = {x}, y = {y}', { x: this.point, y: short(value) }),
    });
    if (!context) return;
    this.drawAxes(context, theme, frame, y.length);
    const paint = colors(theme);
    context.save();
    context.beginPath();
    context.rect(edges.left, edges.top, edges.right - edges.left, edges.bottom - edges.top);
    context.clip();
    this.drawLine(context, frame, squares, paint.positive, []);
    this.drawLine(context, frame, absolute, paint.negative, [7, 4]);
    // How far each point is from the line of the squares.
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    y.forEach((one, x) => {
      context.moveTo(frame.px(x), frame.py(one));
      context.lineTo(frame.px(x), frame.py(at(squares, x)));
    });
    context.stroke();
    context.setLineDash([]);
    y.forEach((one, x) => {
      context.fillStyle = theme.text;
      context.beginPath();
      context.arc(frame.px(x), frame.py(one), x === this.point ? 7 : 5, 0, 2 * Math.PI);
      context.fill();
    });
    context.restore();
  }

  private drawLine(
    context: CanvasRenderingContext2D,
    frame: Frame,
    line: Line,
    color: string,
    dash: number[],
  ): void {
    context.strokeStyle = color;
    context.lineWidth = 2.5;
    context.setLineDash(dash);
    context.beginPath();
    for (const x of frame.x) context.lineTo(frame.px(x), frame.py(at(line, x)));
    context.stroke();
    context.setLineDash([]);
  }

  private drawAxes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, count: number): void {
    const { left, right, bottom } = frame.edges;
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.beginPath();
    for (const value of ticks(frame.y, 6)) {
      const y = Math.round(frame.py(value)) + 0.5;
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.fillText(short(value), left - 6, y);
    }
    context.stroke();
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (let x = 0; x < count; x += 1) context.fillText(String(x), frame.px(x), bottom + 6);
  }
}
