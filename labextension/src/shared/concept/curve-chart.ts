import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../dom';
import { sizedCanvas } from '../draw-pixels';
import { Frame, ticks } from './frame';
import { short } from './numbers';
import { straightened } from './straight';

interface Options {
  /** What the place on the curve is called by a screen reader. */
  label: () => string;
  /** A place is pressed, dragged to, or moved to by keys. */
  go: (place: number) => void;
}

/** What a curve shows. */
export interface Curve {
  readonly title: string;
  readonly values: readonly number[];
  /** The place that is marked. */
  readonly at: number;
  /** The last place that can be gone to. */
  readonly last: number;
  /** Places along the axis, though there may be fewer values. */
  readonly length: number;
  /** The number of the first place: 0 or 1. */
  readonly first: number;
  /** What the marked place says to a screen reader. */
  readonly said: string;
  /** Whether the end of the curve is beyond all bounds, and would press all else to the ground. */
  readonly diverged: boolean;
}

const HEIGHT = 132;

/** A curve such as the loss by step. Press or drag to go to a place. */
export class CurveChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-curve-caption');
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private curve: Curve | null = null;
  private drawn: { values: readonly number[]; key: string } | null = null;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-curve-surface',
      { tabindex: 0, role: 'slider', 'aria-label': options.label, 'aria-valuenow': 0 },
      this.canvas,
    );
    this.root = el('div', 'dlw-curve', {}, this.title, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      this.to(this.placeAt(event));
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.to(this.placeAt(event));
    });
    surface.addEventListener('keydown', (event) => {
      const far = event.shiftKey ? 10 : 1;
      const at = this.curve?.at ?? 0;
      const places: Readonly<Record<string, number>> = {
        ArrowRight: at + far,
        ArrowUp: at + far,
        ArrowLeft: at - far,
        ArrowDown: at - far,
        PageUp: at + 10,
        PageDown: at - 10,
        Home: 0,
        End: Infinity,
      };
      const place = places[event.key];
      if (place === undefined) return;
      event.preventDefault();
      this.to(place);
    });
  }

  private to(place: number): void {
    this.options.go(Math.min(this.curve?.last ?? 0, Math.max(0, place)));
  }

  private placeAt(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    if (!this.frame || box.width === 0) return 0;
    return Math.round(this.frame.at(event.clientX - box.left, 0)[0]);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, curve: Curve): void {
    this.curve = curve;
    const { values, at, first } = curve;
    setText(this.title, curve.title);
    setAttributes(this.surface, {
      'aria-valuemin': first,
      'aria-valuenow': at + first,
      'aria-valuemax': curve.last + first,
      'aria-valuetext': curve.said,
    });
    const width = Math.max(220, room || 320);
    const key = [width, at, theme.dark, theme.font, window.devicePixelRatio].join('|');
    if (this.drawn?.values === values && this.drawn.key === key) return;
    this.drawn = { values, key };
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    const most = curve.diverged ? 3 * values[0]! : Math.max(...values.filter(Number.isFinite));
    const range: [number, number] = [0, most > 0 ? most * 1.06 : 1];
    const edges = { left: 42, top: 6, right: width - 8, bottom: HEIGHT - 20 };
    const frame = (this.frame = new Frame(width, HEIGHT, [0, curve.length], range, edges));
    if (!context) return;
    axes(context, theme, frame, curve);
    context.save();
    context.beginPath();
    context.rect(edges.left, edges.top - 3, edges.right - edges.left + 4, edges.bottom - edges.top + 6);
    context.clip();
    context.strokeStyle = theme.palette[1]!;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.beginPath();
    const spots = values.map((one, i) => [frame.px(i), frame.py(Math.min(one, 2 * range[1]))] as const);
    for (const [x, y] of straightened(spots)) context.lineTo(x, y);
    context.stroke();
    context.restore();
    mark(context, theme, frame, at, values[at]!);
  }
}

function mark(
  context: CanvasRenderingContext2D,
  theme: Theme,
  frame: Frame,
  at: number,
  value: number,
): void {
  const { edges, width } = frame;
  const [x, y] = [frame.px(at), Math.max(edges.top, frame.py(value))];
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
  const left = x > width - 90;
  context.textBaseline = 'bottom';
  context.textAlign = left ? 'right' : 'left';
  context.font = `600 12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.fillText(short(value), x + (left ? -8 : 8), Math.max(edges.top + 16, y - 3));
}

function axes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, { length, first }: Curve): void {
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
  for (let i = 0; i <= 4; i += 1) {
    const number = i === 0 ? first : (length * i) / 4;
    const x = Math.round(frame.px(number - first)) + 0.5;
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
    context.fillText(String(number), Math.min(x, right - 9), bottom + 5);
  }
  context.stroke();
}
