import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { three } from '../../shared/concept/numbers';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Column } from './training';

const HEIGHT = 210;
const BINS = 24;
const LEFT = 48;
const RIGHT = 8;

interface Options {
  label: () => string;
  go: (index: number) => void;
}

interface Shown {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly marked: number;
  /** Below the axis. */
  readonly axis: string;
  readonly said: string;
}

/** The distribution at each place, before and after the normalization back to back, on one axis. */
export class ColumnsPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-bn-caption');
  private readonly surface: HTMLElement;
  private count = 1;
  private marked = 0;
  private width = 200;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-bn-surface',
      { tabindex: 0, role: 'slider', 'aria-label': options.label, 'aria-valuemin': 1, 'aria-valuenow': 1 },
      this.canvas,
    );
    this.root = el('div', 'dlw-bn-pane', {}, this.title, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const box = this.canvas.getBoundingClientRect();
      this.to(Math.floor(((event.clientX - box.left - LEFT) / (this.width - LEFT - RIGHT)) * this.count));
    });
    surface.addEventListener('keydown', (event) => {
      const by: Readonly<Record<string, number>> = {
        ArrowRight: 1,
        ArrowUp: 1,
        ArrowLeft: -1,
        ArrowDown: -1,
        Home: -this.marked,
        End: this.count - 1 - this.marked,
      };
      const far = by[event.key];
      if (far === undefined) return;
      event.preventDefault();
      this.to(this.marked + far);
    });
  }

  private to(index: number): void {
    this.marked = Math.min(this.count - 1, Math.max(0, index));
    this.options.go(this.marked);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, { title, columns, marked, axis, said }: Shown): void {
    this.count = columns.length;
    this.marked = marked;
    setText(this.title, title);
    setAttributes(this.surface, {
      'aria-valuenow': marked + 1,
      'aria-valuemax': columns.length,
      'aria-valuetext': said,
    });
    const width = (this.width = Math.max(200, Math.floor(room)));
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const reach = reachOf(columns);
    const edges = { left: LEFT, top: 6, right: width - RIGHT, bottom: HEIGHT - 20 };
    const frame = new Frame(width, HEIGHT, [0, columns.length], [-reach, reach], edges);
    const column = frame.px(1) - frame.px(0);
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.grid;
    context.fillRect(frame.px(marked), edges.top, column, edges.bottom - edges.top);
    context.fillStyle = theme.muted;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const value of ticks(frame.y, 5)) {
      const y = Math.round(frame.py(value)) + 0.5;
      context.strokeStyle = value === 0 ? theme.axis : theme.grid;
      context.beginPath();
      context.moveTo(edges.left, y);
      context.lineTo(edges.right, y);
      context.stroke();
      context.fillText(three(value), edges.left - 6, Math.min(edges.bottom - 5, Math.max(edges.top + 5, y)));
    }
    columns.forEach(({ before, after }, i) => {
      const middle = frame.px(i + 0.5);
      const half = Math.min(column / 2 - 1.5, 60);
      halves(context, before, frame, reach, middle, -half, theme.palette[1]!);
      halves(context, after, frame, reach, middle, half, theme.palette[0]!);
    });
    context.fillStyle = theme.muted;
    context.textBaseline = 'alphabetic';
    context.textAlign = 'left';
    context.fillText(axis, 0, HEIGHT - 5);
    context.textAlign = 'center';
    columns.forEach((_, i) => context.fillText(String(i + 1), frame.px(i + 0.5), HEIGHT - 5));
  }
}

/** How far the axis reaches to both sides of 0: a round number. */
function reachOf(columns: readonly Column[]): number {
  let most = 0;
  for (const { before, after } of columns) {
    for (const part of [before, after]) {
      let [sum, squares] = [0, 0];
      for (const value of part) sum += value;
      const mean = sum / part.length;
      for (const value of part) squares += (value - mean) ** 2;
      const size = Math.abs(mean) + 2.5 * Math.sqrt(squares / part.length);
      if (Number.isFinite(size)) most = Math.max(most, size);
    }
  }
  if (most < 1e-9) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 3, 5, 10].find((one) => one * power >= most) ?? 10) * power;
}

/** One side of a column; `size` is negative for the left one. Values beyond the axis are at its ends. */
function halves(
  context: CanvasRenderingContext2D,
  values: Float64Array,
  frame: Frame,
  reach: number,
  middle: number,
  size: number,
  color: string,
): void {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.floor(((value + reach) / (2 * reach)) * BINS);
    counts[Math.min(BINS - 1, Math.max(0, bin))]! += 1;
  }
  const most = Math.max(1, ...counts);
  const { top, bottom } = frame.edges;
  const height = (bottom - top) / BINS;
  context.fillStyle = color;
  counts.forEach((count, k) => {
    if (count === 0) return;
    const wide = Math.max(1, (count / most) * Math.abs(size));
    const y = bottom - (k + 1) * height;
    context.fillRect(size < 0 ? middle - wide - 0.5 : middle + 0.5, y + 0.25, wide, height - 0.5);
  });
}
