import type { Theme } from '../../core/theme';
import type { Picture } from '../../shared/concept/grid';
import { frame } from '../../shared/concept/paint';
import { el } from '../../shared/dom';
import { putPixels, sizedCanvas } from '../../shared/draw-pixels';
import { CELLS, type FillMode } from './fields';
import { type Pixels, sampled } from './sampling';
import { affineOf, listed, type Throw } from './throws';

const GAP = 4;
/** From this width on there are eight in a row. */
const WIDE = 620;
/** The longest side of a throw in pixels of its own. */
const LONGEST = 80;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Options {
  label: () => string;
  /** The cell under the pointer; null when it leaves. */
  hover: (cell: number | null) => void;
  press: (cell: number) => void;
}

export interface Die {
  readonly thrown: Throw;
  /** What it reads as where that has changed; "?" for nothing; "" where it hasn't. */
  readonly badge: string;
}

export interface Shown {
  readonly image: Picture;
  readonly mode: FillMode;
  readonly dice: readonly Die[];
  /** The cell that is shown large; null for none. */
  readonly selected: number | null;
}

/** Sixteen throws side by side. */
export class DiceGrid {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly stamps = Array.from({ length: CELLS }, () => ({
    canvas: el('canvas'),
    of: null as Picture | null,
    key: '',
    pixels: null as Pixels | null,
  }));
  private columns = 8;
  private cell: readonly [number, number] = [1, 1];
  private shown: Shown | null = null;
  private theme: Theme | null = null;
  /** Its width, which is asked for once: to ask while other things change would lay out the page. */
  private width = 0;

  constructor(private readonly options: Options) {
    this.root = el(
      'div',
      'dlw-augment-dice',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    new ResizeObserver(() => {
      if (this.root.clientWidth === this.width) return;
      this.width = this.root.clientWidth;
      if (this.shown && this.theme) this.show(this.shown, this.theme);
    }).observe(this.root);
    const { root } = this;
    root.addEventListener('pointerdown', (event) => {
      const cell = event.button === 0 ? this.at(event) : null;
      if (cell !== null) options.press(cell);
    });
    root.addEventListener('pointermove', (event) => {
      if (event.pointerType !== 'touch') options.hover(this.at(event));
    });
    root.addEventListener('pointerleave', () => options.hover(null));
    root.addEventListener('keydown', (event) => this.onKey(event));
  }

  show(shown: Shown, theme: Theme): void {
    [this.shown, this.theme] = [shown, theme];
    this.width ||= this.root.clientWidth;
    const room = this.width || WIDE;
    this.columns = room >= WIDE ? 8 : 4;
    const { height, width } = shown.image;
    const across = Math.floor((room - GAP * (this.columns - 1)) / this.columns);
    const down = Math.max(16, Math.min(2 * across, Math.round((across * height) / width)));
    this.cell = [across, down];
    const rows = CELLS / this.columns;
    const [wide, high] = [across * this.columns + GAP * (this.columns - 1), down * rows + GAP * (rows - 1)];
    const context = sizedCanvas(this.canvas, wide, high);
    this.canvas.style.width = `${wide}px`;
    this.canvas.style.height = `${high}px`;
    shown.dice.forEach(({ thrown }, i) => this.stamp(i, shown, thrown));
    if (!context) return;
    context.imageSmoothingEnabled = false;
    shown.dice.forEach((die, i) => this.draw(context, theme, i, die));
  }

  private stamp(i: number, { image, mode }: Shown, thrown: Throw): void {
    const stamp = this.stamps[i]!;
    const key = `${mode} ${listed(thrown).join()}`;
    if (stamp.of === image && stamp.key === key) return;
    [stamp.of, stamp.key] = [image, key];
    stamp.pixels = sampled(image, affineOf(thrown, image), mode, LONGEST, stamp.pixels);
    putPixels(stamp.canvas, stamp.pixels.pixels, stamp.pixels);
  }

  private place(i: number): [number, number] {
    const [across, down] = this.cell;
    return [(i % this.columns) * (across + GAP), Math.floor(i / this.columns) * (down + GAP)];
  }

  private draw(context: CanvasRenderingContext2D, theme: Theme, i: number, { badge }: Die): void {
    const [x, y] = this.place(i);
    const [across, down] = this.cell;
    context.drawImage(this.stamps[i]!.canvas, x, y, across, down);
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, across - 1, down - 1);
    if (i === this.shown?.selected) frame(context, theme, [x, y, across, down], 3);
    if (badge === '') return;
    context.font = `600 13px ${theme.font}`;
    const width = Math.max(20, context.measureText(badge).width + 10);
    context.fillStyle = '#b3261e';
    context.beginPath();
    context.roundRect(x + across - width - 4, y + down - 24, width, 20, 4);
    context.fill();
    context.fillStyle = '#fff';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(badge, x + across - 4 - width / 2, y + down - 13.5);
  }

  private at(event: PointerEvent): number | null {
    const box = this.canvas.getBoundingClientRect();
    const [across, down] = this.cell;
    const column = Math.floor((event.clientX - box.left) / (across + GAP));
    const row = Math.floor((event.clientY - box.top) / (down + GAP));
    const inside = column >= 0 && row >= 0 && column < this.columns && row < CELLS / this.columns;
    return inside ? row * this.columns + column : null;
  }

  private onKey(event: KeyboardEvent): void {
    const by = ARROWS[event.key];
    const at = this.shown?.selected ?? 0;
    const to = by ? at + by[0] + by[1] * this.columns : event.key === 'Home' ? 0 : null;
    if (to === null) return;
    event.preventDefault();
    if (to < 0 || to >= CELLS) return;
    // The next key may come before the next frame.
    if (this.shown) this.shown = { ...this.shown, selected: to };
    this.options.press(to);
  }
}
