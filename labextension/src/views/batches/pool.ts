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

/** All samples in the order of the data: waiting, in the batch, or used in this epoch. */
export class Pool {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly stamp = el('canvas');
  private readonly caption = el('div', 'dlw-batches-caption');
  private readonly under = el('div', 'dlw-batches-under');

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
    // 0: waits, 1: used before, 2: in the batch.
    const states = new Uint8Array(samples);
    const order = this.model.order(place.epoch);
    for (let i = 0; i < place.to; i += 1) states[order[i]!] = i < place.from ? 1 : 2;
    if (cell >= GAP_FROM) this.drawCells(context, theme, states, columns, cell);
    else this.drawPixels(context, theme, states, columns, rows, cell);
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

  private drawPixels(
    context: CanvasRenderingContext2D,
    theme: Theme,
    states: Uint8Array,
    columns: number,
    rows: number,
    cell: number,
  ): void {
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    // A pixel's four bytes at once: there may be 100,000 in a frame.
    const packed = ([r, g, b]: Rgb, alpha: number): number =>
      new Uint32Array(Uint8Array.of(r, g, b, alpha).buffer)[0]!;
    const waiting = theme.palette.map((color) => packed(rgb(color), 150));
    const used = theme.palette.map((color) => packed(rgb(color), 45));
    const marked = packed(rgb(theme.dark ? '#ffffff' : '#000000'), 255);
    const { sorts } = this.model;
    for (let i = 0; i < states.length; i += 1) {
      const of = sorts[i]! % waiting.length;
      pixels[i] = states[i] === 2 ? marked : states[i] === 1 ? used[of]! : waiting[of]!;
    }
    if (this.stamp.width !== columns) this.stamp.width = columns;
    if (this.stamp.height !== rows) this.stamp.height = rows;
    this.stamp.getContext('2d', { willReadFrequently: true })?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = cell < 2;
    context.drawImage(this.stamp, 0, 0, columns * cell, rows * cell);
  }

  private color(sample: number, theme: Theme): string {
    return theme.palette[this.model.sorts[sample]! % theme.palette.length]!;
  }
}
