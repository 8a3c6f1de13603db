import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { BINS, type Signal } from './profile';
import { logRange, powers, powerText } from './scale';

const TOP = 8;
const CHART = 168;
const GAP = 16;
const HISTOGRAM = 96;
const FOOT = 20;
const HEIGHT = TOP + CHART + GAP + HISTOGRAM + FOOT;
/** The place of numbers that are exactly 0, below the log scale. */
const ZERO = 16;
const LEFT = 48;
const RIGHT = 8;

interface Options {
  label: () => string;
  /** A layer is pressed, dragged to, or moved to by keys. */
  go: (layer: number) => void;
}

/** What a pane shows. */
export interface Shown {
  readonly title: string;
  readonly signal: Signal;
  /** The standard deviations before the last change; null for none. */
  readonly before: readonly (number | null)[] | null;
  /** The layer that is marked. */
  readonly layer: number;
  /** Whether a layer is shown already. */
  readonly isShown: (layer: number) => boolean;
  /** The place of the line's color in the palette. */
  readonly color: number;
  /** What the marked layer says to a screen reader. */
  readonly said: string;
  /** Below the axis. */
  readonly axis: string;
}

/** The standard deviation of each layer on a log scale, with its histogram below. */
export class SignalPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-initial-caption');
  private readonly surface: HTMLElement;
  private count = 1;
  private layer = 0;
  private width = 0;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-initial-surface',
      { tabindex: 0, role: 'slider', 'aria-label': options.label, 'aria-valuemin': 0, 'aria-valuenow': 0 },
      this.canvas,
    );
    this.root = el('div', 'dlw-initial-pane', {}, this.title, this.surface);
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
      const layers: Readonly<Record<string, number>> = {
        ArrowRight: this.layer + 1,
        ArrowUp: this.layer + 1,
        ArrowLeft: this.layer - 1,
        ArrowDown: this.layer - 1,
        PageUp: this.layer + 5,
        PageDown: this.layer - 5,
        Home: 0,
        End: this.count - 1,
      };
      const layer = layers[event.key];
      if (layer === undefined) return;
      event.preventDefault();
      this.to(layer);
    });
  }

  private to(layer: number): void {
    this.layer = Math.min(this.count - 1, Math.max(0, layer));
    this.options.go(this.layer);
  }

  private placeAt(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    const room = this.width - LEFT - RIGHT;
    return Math.floor(((event.clientX - box.left - LEFT) / room) * this.count);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, shown: Shown): void {
    const { signal, layer } = shown;
    this.count = signal.std.length;
    this.layer = layer;
    setText(this.title, shown.title);
    setAttributes(this.surface, {
      'aria-valuenow': layer,
      'aria-valuemax': this.count - 1,
      'aria-valuetext': shown.said,
    });
    const width = (this.width = Math.max(200, Math.floor(room)));
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const column = (width - LEFT - RIGHT) / this.count;
    const x = (i: number): number => LEFT + (i + 0.5) * column;
    context.fillStyle = theme.grid;
    context.fillRect(LEFT + layer * column, TOP, column, HEIGHT - TOP - FOOT);
    context.font = `11px ${theme.font}`;
    this.curve(context, theme, x, shown);
    this.histograms(context, theme, column, shown);
    numbers(context, theme, x, this.count, shown.axis);
  }

  private curve(
    context: CanvasRenderingContext2D,
    theme: Theme,
    x: (i: number) => number,
    { signal, before, isShown, color, layer }: Shown,
  ): void {
    const range = logRange([signal.std, before ?? []]);
    const bottom = TOP + CHART - (range.zeros ? ZERO : 0);
    const y = (value: number): number => {
      if (value === 0) return TOP + CHART - 5;
      const power = Math.min(range.high, Math.max(range.low, Math.log10(value)));
      return bottom - ((power - range.low) / (range.high - range.low)) * (bottom - TOP);
    };
    const right = this.width - RIGHT;
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillStyle = theme.muted;
    const line = (at: number, text: string, style: string): void => {
      context.strokeStyle = style;
      context.beginPath();
      context.moveTo(LEFT, at);
      context.lineTo(right, at);
      context.stroke();
      context.fillText(text, LEFT - 6, at);
    };
    for (const power of powers(range, 5)) {
      line(Math.round(y(10 ** power)) + 0.5, powerText(power), power === 0 ? theme.axis : theme.grid);
    }
    if (range.zeros) line(Math.round(y(0)) + 0.5, '0', theme.grid);
    const path = (values: readonly (number | null)[], visible: (i: number) => boolean): void => {
      context.beginPath();
      let open = false;
      values.forEach((value, i) => {
        if (value === null || Number.isNaN(value) || !visible(i)) return;
        if (open) context.lineTo(x(i), y(value));
        else context.moveTo(x(i), y(value));
        open = true;
      });
      context.stroke();
    };
    if (before?.length === signal.std.length) {
      context.strokeStyle = theme.muted;
      context.lineWidth = 1.5;
      context.setLineDash([4, 4]);
      path(before, () => true);
      context.setLineDash([]);
    }
    context.strokeStyle = context.fillStyle = theme.palette[color]!;
    context.lineWidth = 2;
    path(signal.std, isShown);
    signal.std.forEach((value, i) => {
      if (value === null || Number.isNaN(value) || !isShown(i)) return;
      context.beginPath();
      context.arc(x(i), y(value), i === layer ? 5 : signal.std.length > 34 ? 2 : 3, 0, 2 * Math.PI);
      context.fill();
    });
  }

  private histograms(
    context: CanvasRenderingContext2D,
    theme: Theme,
    column: number,
    { signal, isShown, color, layer }: Shown,
  ): void {
    const top = TOP + CHART + GAP;
    const bin = HISTOGRAM / BINS;
    context.fillStyle = theme.muted;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText(short(signal.high), LEFT - 6, top + 5);
    context.fillText(short((signal.low + signal.high) / 2), LEFT - 6, top + HISTOGRAM / 2);
    context.fillText(short(signal.low), LEFT - 6, top + HISTOGRAM - 5);
    signal.counts.forEach((counts, i) => {
      const left = LEFT + i * column + 1;
      if (counts === null || !isShown(i)) return;
      const most = Math.max(1, ...counts);
      context.fillStyle = theme.palette[color]!;
      context.globalAlpha = i === layer ? 1 : 0.65;
      counts.forEach((count, k) => {
        // What is there is seen, though it may be one number among thousands.
        const size = count === 0 ? 0 : Math.max(1, (count / most) * (column - 2));
        context.fillRect(left, top + HISTOGRAM - (k + 1) * bin, size, bin - 0.5);
      });
      context.globalAlpha = 1;
    });
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.strokeRect(LEFT + 0.5, top - 0.5, this.width - LEFT - RIGHT - 1, HISTOGRAM + 1);
  }
}

/** The numbers of the layers below; 0 is the input. */
function numbers(
  context: CanvasRenderingContext2D,
  theme: Theme,
  x: (i: number) => number,
  count: number,
  axis: string,
): void {
  context.fillStyle = theme.muted;
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.fillText(axis, 0, HEIGHT - 5);
  context.textAlign = 'center';
  const from = LEFT > context.measureText(axis).width ? 0 : 1;
  const by = count <= 13 ? 1 : count <= 32 ? 5 : 10;
  for (let i = 0; i < count; i += 1) {
    if (i % by === 0 && i >= from) context.fillText(String(i), x(i), HEIGHT - 5);
  }
}
