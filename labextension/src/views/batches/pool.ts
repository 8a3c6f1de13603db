import { t, tn } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { formatInteger } from '../../shared/format';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { BatchesModel, Place } from './model';

const HIGHEST = 300;
const LARGEST = 44;
/** Cells of this size have a gap between them, and room for a number. */
const GAP_FROM = 5;
const NUMBER_FROM = 22;

type Rgb = readonly [number, number, number];

function rgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** What the small picture shows. */
interface Pixels {
  readonly order: Uint32Array;
  readonly sorts: Uint8Array;
  readonly theme: Theme;
  readonly columns: number;
  readonly image: ImageData;
  readonly place: Place | null;
}

/** Of the sample at a place of the epoch's order: 0 waits, 1 was used before, 2 is in the batch. */
function stateOf(at: number, { from, to }: Place): 0 | 1 | 2 {
  return at < from ? 1 : at < to ? 2 : 0;
}

/** All samples in the order of the data: waiting, in the batch, or used in this epoch. */
export class Pool {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly stamp = el('canvas');
  private readonly caption = el('div', 'dlw-batches-caption');
  private readonly under = el('div', 'dlw-batches-under');
  private last: Pixels | null = null;

  constructor(private readonly model: BatchesModel) {
    this.root = el('div', 'dlw-batches-pool', {}, this.caption, this.canvas, this.under);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, place: Place): void {
    const { samples } = this.model.now;
    setText(
      this.caption,
      tn('{count} sample', '{count} samples', samples, { count: formatInteger(samples) }),
    );
    setText(
      this.under,
      t('{waiting} wait, {batch} in the batch, {used} used in this epoch before', {
        waiting: formatInteger(samples - place.to),
        batch: formatInteger(place.to - place.from),
        used: formatInteger(place.from),
      }),
    );
    const width = Math.max(220, room || 440);
    let cell = Math.min(LARGEST, Math.sqrt((width * HIGHEST) / samples));
    if (cell >= 4) cell = Math.floor(cell);
    const columns = Math.max(1, Math.floor(width / cell));
    const rows = Math.ceil(samples / columns);
    const across = Math.min(columns, samples);
    const context = sizedCanvas(this.canvas, across * cell, rows * cell);
    this.canvas.style.width = `${across * cell}px`;
    this.canvas.style.height = `${rows * cell}px`;
    if (!context) return;
    const order = this.model.order(place.epoch);
    if (cell >= GAP_FROM) {
      const states = new Uint8Array(samples);
      for (let i = 0; i < place.to; i += 1) states[order[i]!] = stateOf(i, place);
      this.drawCells(context, theme, states, columns, cell);
    } else {
      this.putPixels(theme, place, order, columns, rows);
      context.imageSmoothingEnabled = cell < 2;
      context.drawImage(this.stamp, 0, 0, columns * cell, rows * cell);
    }
  }

  private drawCells(
    context: CanvasRenderingContext2D,
    theme: Theme,
    states: Uint8Array,
    columns: number,
    cell: number,
  ): void {
    const gap = cell > 12 ? 2 : 1;
    context.font = `${Math.round(cell * 0.36)}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    states.forEach((state, i) => {
      const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
      context.globalAlpha = state === 1 ? 0.18 : state === 2 ? 1 : 0.55;
      context.fillStyle = this.color(i, theme);
      context.fillRect(x + gap / 2, y + gap / 2, cell - gap, cell - gap);
      context.globalAlpha = 1;
      if (state === 2) {
        context.strokeStyle = theme.text;
        context.lineWidth = gap + 0.5;
        context.strokeRect(x + gap, y + gap, cell - 2 * gap, cell - 2 * gap);
      }
      if (cell < NUMBER_FROM) return;
      context.fillStyle = state === 2 ? (theme.dark ? '#111' : '#fff') : theme.text;
      context.fillText(String(i), x + cell / 2, y + cell / 2);
    });
  }

  /** Colors the samples whose state is another one than before: there may be 100,000 in all. */
  private putPixels(theme: Theme, place: Place, order: Uint32Array, columns: number, rows: number): void {
    const { sorts } = this.model;
    let { last } = this;
    if (last?.order !== order || last.sorts !== sorts || last.theme !== theme || last.columns !== columns) {
      last = { order, sorts, theme, columns, image: new ImageData(columns, rows), place: null };
      [this.stamp.width, this.stamp.height] = [columns, rows];
    }
    // A pixel's four bytes at once.
    const packed = ([r, g, b]: Rgb, alpha: number): number =>
      new Uint32Array(Uint8Array.of(r, g, b, alpha).buffer)[0]!;
    const colors = [150, 45].map((alpha) => theme.palette.map((color) => packed(rgb(color), alpha)));
    const marked = packed(rgb(theme.dark ? '#ffffff' : '#000000'), 255);
    const pixels = new Uint32Array(last.image.data.buffer);
    const before = last.place;
    const from = before ? Math.min(before.from, place.from) : 0;
    const to = before ? Math.max(before.to, place.to) : order.length;
    for (let i = from; i < to; i += 1) {
      const [sample, state] = [order[i]!, stateOf(i, place)];
      pixels[sample] = state === 2 ? marked : colors[state]![sorts[sample]! % theme.palette.length]!;
    }
    this.last = { ...last, place };
    this.stamp.getContext('2d', { willReadFrequently: true })?.putImageData(last.image, 0, 0);
  }

  private color(sample: number, theme: Theme): string {
    return theme.palette[this.model.sorts[sample]! % theme.palette.length]!;
  }
}
