import type { Theme } from '../../core/theme';
import { el, setAttributes, setText, type Text } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import type { Zone } from './functions';

/** A curve over even places of the axis. */
export interface Line {
  values: ArrayLike<number>;
  color: string;
  strong: boolean;
  dash: readonly number[];
  /** Its value at the point. */
  at: number;
}

export interface Drawing {
  x: readonly [number, number];
  y: readonly [number, number];
  lines: readonly Line[];
  zones: readonly Zone[];
  /** Where the point is. */
  point: number;
  /** The slope of the strong line at the point; null for no tangent. */
  tangent: number | null;
  /** Shares of values in even bins of the axis; null for none. */
  bins: readonly number[] | null;
  said: string;
}

interface Options {
  label: Text;
  title: () => string;
  height: number;
  /** The point is dragged, or moved by keys. */
  move: (x: number) => void;
}

/** Half the length of a tangent, in px. */
const TANGENT = 60;

/** Curves over one input, with a point to drag along them. */
export class Plane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private readonly caption = el('div', 'dlw-activation-caption');
  private frame: Frame | null = null;
  private point = 0;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-activation-surface',
      { tabindex: 0, role: 'slider', 'aria-label': options.label },
      this.canvas,
    );
    this.root = el('div', 'dlw-activation-plane', {}, this.caption, this.surface);
    const { surface } = this;
    const drag = (event: PointerEvent): void => {
      const box = this.canvas.getBoundingClientRect();
      if (!this.frame || box.width === 0) return;
      options.move(this.frame.at(((event.clientX - box.left) / box.width) * this.frame.width, 0)[0]);
    };
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      drag(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) drag(event);
    });
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.frame) return;
    const [low, high] = this.frame.x;
    const step = event.shiftKey ? 1 : 0.1;
    const to: Readonly<Record<string, number>> = {
      ArrowRight: this.point + step,
      ArrowUp: this.point + step,
      ArrowLeft: this.point - step,
      ArrowDown: this.point - step,
      PageUp: this.point + 1,
      PageDown: this.point - 1,
      Home: low,
      End: high,
    };
    const x = to[event.key];
    if (x === undefined) return;
    event.preventDefault();
    this.options.move(Math.min(high, Math.max(low, x)));
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, drawing: Drawing): void {
    setText(this.caption, this.options.title());
    const { height } = this.options;
    const width = Math.max(220, room || 480);
    const edges = { left: 34, top: 6, right: width - 6, bottom: height - 20 };
    const frame = (this.frame = new Frame(width, height, drawing.x, drawing.y, edges));
    this.point = drawing.point;
    setAttributes(this.surface, {
      'aria-valuemin': drawing.x[0],
      'aria-valuemax': drawing.x[1],
      'aria-valuenow': Number(drawing.point.toFixed(2)),
      'aria-valuetext': drawing.said,
    });
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (!context) return;
    drawZones(context, theme, frame, drawing.zones);
    drawAxes(context, theme, frame);
    context.save();
    context.beginPath();
    context.rect(edges.left, edges.top, edges.right - edges.left, edges.bottom - edges.top);
    context.clip();
    if (drawing.bins) drawBins(context, theme, frame, drawing.bins);
    drawLines(context, theme, frame, drawing);
    context.restore();
  }
}

function drawZones(
  context: CanvasRenderingContext2D,
  theme: Theme,
  frame: Frame,
  all: readonly Zone[],
): void {
  const { top, bottom } = frame.edges;
  for (const { from, to, kind } of all) {
    const [left, right] = [frame.px(from), frame.px(to)];
    context.fillStyle = kind === 'dead' ? theme.muted : theme.dark ? '#e6c04a' : '#e0a800';
    context.globalAlpha = kind === 'dead' ? 0.22 : 0.18;
    context.fillRect(left, top, right - left, bottom - top);
  }
  context.globalAlpha = 1;
}

function drawAxes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
  const { left, top, right, bottom } = frame.edges;
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const value of ticks(frame.y, 5)) {
    const y = Math.round(frame.py(value)) + 0.5;
    context.strokeStyle = value === 0 ? theme.axis : theme.grid;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    if (y > top + 4 && y < bottom - 2) context.fillText(short(value), left - 5, y);
  }
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const value of ticks(frame.x, 7)) {
    const x = Math.round(frame.px(value)) + 0.5;
    context.strokeStyle = value === 0 ? theme.axis : theme.grid;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.fillText(short(value), Math.min(x, right - 6), bottom + 5);
  }
}

/** A histogram that stands on the lower edge. */
function drawBins(
  context: CanvasRenderingContext2D,
  theme: Theme,
  frame: Frame,
  bins: readonly number[],
): void {
  const { left, top, right, bottom } = frame.edges;
  const most = Math.max(...bins);
  if (most === 0) return;
  const width = (right - left) / bins.length;
  context.fillStyle = theme.muted;
  context.globalAlpha = 0.45;
  bins.forEach((share, i) => {
    const high = (share / most) * (bottom - top) * 0.3;
    context.fillRect(left + i * width + 0.5, bottom - high, width - 1, high);
  });
  context.globalAlpha = 1;
}

function drawLines(
  context: CanvasRenderingContext2D,
  theme: Theme,
  frame: Frame,
  { lines, point, tangent, x: [low, high] }: Drawing,
): void {
  const { top, bottom } = frame.edges;
  context.lineJoin = 'round';
  // The one that is looked at lies on top.
  const order = [...lines].sort((a, b) => Number(a.strong) - Number(b.strong));
  for (const { values, color, strong, dash } of order) {
    context.strokeStyle = color;
    context.lineWidth = strong ? 2.8 : 1.7;
    context.setLineDash([...dash]);
    context.beginPath();
    for (let i = 0; i < values.length; i += 1) {
      context.lineTo(frame.px(low + ((high - low) * i) / (values.length - 1)), frame.py(values[i]!));
    }
    context.stroke();
  }
  context.setLineDash([]);
  const across = frame.px(point);
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(across, top);
  context.lineTo(across, bottom);
  context.stroke();
  const first = order.at(-1);
  if (tangent !== null && first?.strong) {
    const right = frame.px(1) - frame.px(0);
    const up = frame.py(0) - frame.py(tangent);
    const length = TANGENT / Math.hypot(right, up);
    const y = frame.py(first.at);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(across - right * length, y + up * length);
    context.lineTo(across + right * length, y - up * length);
    context.stroke();
  }
  for (const { at, color, strong } of order) {
    context.fillStyle = color;
    context.strokeStyle = theme.dark ? '#0d0f13' : '#ffffff';
    context.lineWidth = 1.6;
    context.beginPath();
    // What is outside of the axis stays at its edge.
    context.arc(across, Math.min(bottom, Math.max(top, frame.py(at))), strong ? 6.5 : 4, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
