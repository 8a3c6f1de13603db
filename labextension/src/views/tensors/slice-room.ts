import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Check, Menu, Slider, Stepper } from '../../shared/concept/fields';
import { el } from '../../shared/dom';
import { putPixels, sizedCanvas } from '../../shared/draw-pixels';
import { formatInteger } from '../../shared/format';
import { drawCaption } from './cells';
import { AXES } from './fields';
import type { Tensor, TensorsModel } from './model';
import type { Room } from './room';
import { type Axis, brackets, rangeOf, slicedShape, tuple } from './shapes';

/** A step of the batches comes after so many of the animation. */
const EVERY = 26;
const GAP = 6;
/** So many samples are drawn at most. */
const MOST = 20;

type Range = readonly [number, number];

/** Samples, rows and columns of a tensor of any number of axes. */
interface Laid {
  readonly samples: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** The axes that are samples, rows and columns; null for none. */
  readonly axes: readonly (number | null)[];
}

function laid({ shape }: Tensor): Laid {
  const [a, b, c, d] = shape;
  if (b === undefined) return { samples: 1, rows: 1, columns: a!, channels: 1, axes: [null, null, 0] };
  if (c === undefined) return { samples: 1, rows: a!, columns: b, channels: 1, axes: [null, 0, 1] };
  return { samples: a!, rows: b, columns: c, channels: d ?? 1, axes: [0, 1, 2] };
}

/** Slices of an array, and its batches. */
export class SliceRoom implements Room {
  readonly root: HTMLElement;
  private readonly whole = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly part = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly array: Menu;
  private readonly batch: Stepper;
  private readonly rows: { root: HTMLElement; start: Slider; stop: Slider; one: Check; name: HTMLElement }[];
  private stamps: { of: Tensor; images: HTMLCanvasElement[] } | null = null;
  private step = 0;

  constructor(private readonly model: TensorsModel) {
    this.array = new Menu(
      () => t('Array x'),
      (array) => model.change({ array: array as 'digits', axis0: [], axis1: [], axis2: [], axis3: [] }),
    );
    this.batch = new Stepper(
      () => t('Batch size'),
      1,
      1000,
      (batch) => model.change({ batch }),
    );
    this.rows = AXES.map((name, i) => {
      const change = (axis: Axis): void => model.change({ [name]: axis });
      const limits = (): Range => {
        const axis = model.axes[i]!;
        return axis.length === 2 ? [axis[0]!, axis[1]!] : [0, model.tensor.shape[i]!];
      };
      const start = new Slider(
        () => t('start'),
        -100,
        100,
        1,
        (value) => change(model.axes[i]!.length === 1 ? [value] : [value, limits()[1]]),
      );
      const stop = new Slider(
        () => t('stop'),
        -100,
        100,
        1,
        (value) => change([limits()[0], value]),
      );
      const one = new Check(
        () => t('one index'),
        (on) => {
          const size = model.tensor.shape[i]!;
          change(on ? [Math.max(-size, Math.min(size - 1, limits()[0]))] : []);
        },
      );
      const label = el('span', 'dlw-tensors-axis');
      const root = el('div', 'dlw-tensors-axis-row', {}, label, start.root, stop.root, one.root);
      return { root, start, stop, one, name: label };
    });
    this.root = el(
      'div',
      'dlw-tensors-room',
      {},
      el('div', 'dlw-concept-settings', {}, this.array.root, this.batch.root),
      el('div', 'dlw-tensors-axes', {}, ...this.rows.map(({ root }) => root)),
      this.whole,
      this.part,
    );
  }

  /** The batch that is shown, where all samples are taken. */
  private get shownBatch(): number {
    const { tensor, now } = this.model;
    return Math.floor(this.step / EVERY) % Math.ceil(tensor.shape[0]! / now.batch);
  }

  /** What is taken of each axis: where nothing is chosen, the batch of this moment. */
  private get taken(): Axis[] {
    const { axes, now, tensor } = this.model;
    if (axes.some((axis) => axis.length > 0)) return axes;
    const start = this.shownBatch * now.batch;
    return [[start, Math.min(tensor.shape[0]!, start + now.batch)], ...axes.slice(1)];
  }

  private get batched(): boolean {
    return this.model.axes.every((axis) => axis.length === 0);
  }

  advance(playing: boolean): boolean {
    if (!this.batched) return false;
    this.step = playing ? this.step + 1 : (Math.floor(this.step / EVERY) + 1) * EVERY;
    return true;
  }

  finish(): void {
    // Where the batches are, is what is shown.
  }

  show(theme: Theme, width: number): void {
    const { model } = this;
    const { tensor, now, axes } = model;
    this.array.show(
      [
        ['digits', t('Ten handwritten digits')],
        ...(model.hasOwn || now.array === 'own' ? [['own', t('Your own array')] as [string, string]] : []),
      ],
      now.array,
    );
    this.batch.show(now.batch);
    this.rows.forEach(({ root, start, stop, one, name }, i) => {
      const size = tensor.shape[i];
      root.hidden = size === undefined;
      if (size === undefined) return;
      const axis = axes[i]!;
      name.textContent = axisName(tensor, i);
      const [from, to] = axis.length === 2 ? [axis[0]!, axis[1]!] : [axis[0] ?? 0, size];
      for (const slider of [start, stop]) {
        const input = slider.root.querySelector('input')!;
        if (input.max !== String(size)) [input.min, input.max] = [String(-size), String(size)];
      }
      start.show(from, String(from).replace('-', '−'));
      stop.show(to, String(to).replace('-', '−'));
      stop.root.classList.toggle('dlw-tensors-off', axis.length === 1);
      one.show(axis.length === 1);
    });
    this.draw(theme, width);
  }

  private draw(theme: Theme, width: number): void {
    const { tensor } = this.model;
    const { samples, rows, columns, axes } = laid(tensor);
    const images = this.images(tensor);
    const ranges = this.taken.map((axis, i): Range => rangeOf(axis, tensor.shape[i]!) ?? [0, 0]);
    const [of, down, across] = axes.map((axis, i): Range =>
      axis === null ? [0, 1] : (ranges[axis] ?? [0, [samples, rows, columns][i]!]),
    ) as [Range, Range, Range];
    const shown = Math.min(MOST, samples);
    const perRow = width < 520 ? Math.min(5, shown) : Math.min(10, shown);
    const cell = Math.max(
      1,
      Math.min(samples === 1 ? 260 : 120, (width - (perRow - 1) * GAP) / perRow) / Math.max(rows, columns, 1),
    );
    const [wide, high] = [columns * cell, rows * cell];
    const lines = Math.ceil(shown / perRow);
    const top = 20;
    const place = (i: number): readonly [number, number] => [
      (i % perRow) * (wide + GAP),
      top + Math.floor(i / perRow) * (high + GAP),
    ];
    const total = top + lines * (high + GAP);
    const context = this.sized(this.whole, width, total);
    const empty = [of, down, across].some(([from, to]) => to <= from);
    if (context) {
      drawCaption(context, theme, `x  ${tuple(tensor.shape)}`, 0, 15);
      for (let i = 0; i < shown; i += 1) {
        const [x, y] = place(i);
        context.imageSmoothingEnabled = false;
        context.globalAlpha = theme.dark ? 0.35 : 0.28;
        context.drawImage(images[i]!, x, y, wide, high);
        context.globalAlpha = 1;
        if (empty || i < of[0] || i >= of[1]) continue;
        const [left, upper, w, h] = [across[0], down[0], across[1] - across[0], down[1] - down[0]];
        context.drawImage(
          images[i]!,
          left,
          upper,
          w,
          h,
          x + left * cell,
          y + upper * cell,
          w * cell,
          h * cell,
        );
        context.strokeStyle = '#e0007a';
        context.lineWidth = 2;
        context.strokeRect(x + left * cell + 1, y + upper * cell + 1, w * cell - 2, h * cell - 2);
      }
    }
    const count = empty ? 0 : Math.max(0, Math.min(shown, of[1]) - of[0]);
    const [w, h] = [(across[1] - across[0]) * cell, (down[1] - down[0]) * cell];
    // As high as for all of it, so that nothing below moves under the hand.
    const below = this.sized(this.part, width, total);
    if (!below) return;
    const result = slicedShape(tensor.shape, this.taken);
    drawCaption(below, theme, `x${this.text}  ${result ? tuple(result) : t('index outside')}`, 0, 15);
    below.imageSmoothingEnabled = false;
    for (let i = 0; i < count; i += 1) {
      const x = (i % perRow) * (w + GAP);
      const y = top + Math.floor(i / perRow) * (h + GAP);
      const [cols, rws] = [across[1] - across[0], down[1] - down[0]];
      below.drawImage(images[of[0] + i]!, across[0], down[0], cols, rws, x, y, w, h);
      below.strokeStyle = theme.axis;
      below.lineWidth = 1;
      below.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    }
  }

  private sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    return sizedCanvas(canvas, width, height);
  }

  private images(tensor: Tensor): HTMLCanvasElement[] {
    if (this.stamps?.of === tensor) return this.stamps.images;
    const { samples, rows, columns, channels } = laid(tensor);
    const { data } = tensor;
    let [low, high] = [0, 1e-9];
    for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const images = Array.from({ length: Math.min(MOST, samples) }, (_, sample) => {
      const pixels = new Uint8ClampedArray(rows * columns * 4).fill(255);
      for (let i = 0; i < rows * columns; i += 1) {
        for (let c = 0; c < 3; c += 1) {
          const at = (sample * rows * columns + i) * channels + (channels === 3 ? c : 0);
          pixels[i * 4 + c] = (255 * (data[at]! - low)) / (high - low);
        }
      }
      const canvas = el('canvas');
      putPixels(canvas, pixels, { width: columns, height: rows });
      return canvas;
    });
    this.stamps = { of: tensor, images };
    return images;
  }

  /** What stands in the brackets. */
  private get text(): string {
    return brackets(this.model.tensor.shape, this.taken);
  }

  formula(): string[] {
    const { tensor, now } = this.model;
    const result = slicedShape(tensor.shape, this.taken);
    const lines = [
      `x.shape = ${tuple(tensor.shape)}, x.ndim = ${tensor.shape.length}, x.dtype = ${tensor.dtype}`,
    ];
    if (this.batched) {
      const n = this.shownBatch;
      lines.push(
        t('Batch {n}: {code}', {
          n,
          code: `x[${now.batch}·${n} : ${now.batch}·(${n} + 1)] = x${this.text}`,
        }),
      );
    }
    lines.push(result ? `x${this.text}.shape = ${tuple(result)}` : `x${this.text}: IndexError`);
    return lines;
  }

  remarks(): string[] {
    const { tensor, axes, missing } = this.model;
    const note = this.model.localized('tensor_note');
    const found = note === '' ? [] : [note];
    if (missing)
      found.push(t('Your own array isn’t in this page: run the cell again, or choose another one.'));
    if (tensor.shape[0]! > MOST && tensor.shape.length > 2) {
      found.push(t('The first {count} samples are drawn.', { count: MOST }));
    }
    if (this.batched) {
      found.push(t('A model gets an array in batches along axis 0. The last batch may be smaller.'));
      return found;
    }
    const result = slicedShape(tensor.shape, axes);
    axes.forEach((axis, i) => {
      const size = tensor.shape[i]!;
      if (!rangeOf(axis, size)) {
        found.push(
          t('Index {index} is out of bounds for axis {axis} with size {size}.', {
            index: axis[0]!,
            axis: i,
            size,
          }),
        );
      } else if (axis.length === 1) {
        found.push(t('Axis {axis} has one index, so it is gone from the shape.', { axis: i }));
      }
      const negative = axis.find((value) => value < 0);
      if (negative !== undefined && -negative <= size) {
        found.push(
          t('{index} counts from the end of axis {axis}: it is {place}.', {
            index: String(negative).replace('-', '−'),
            axis: i,
            place: size + negative,
          }),
        );
      }
    });
    if (result?.includes(0)) {
      found.push(t('The start isn’t before the stop, so the result is empty: no error.'));
    }
    return found;
  }

  said(): string {
    const { tensor } = this.model;
    const result = slicedShape(tensor.shape, this.taken);
    const first = t('The array x has the shape {shape}, which is {count} numbers.', {
      shape: tuple(tensor.shape),
      count: formatInteger(tensor.data.length),
    });
    if (!result) return first;
    return [first, t('{code} has the shape {shape}.', { code: `x${this.text}`, shape: tuple(result) })].join(
      ' ',
    );
  }
}

function axisName({ shape }: Tensor, axis: number): string {
  const name = [t('samples'), t('rows'), t('columns'), t('channels')];
  const shift = shape.length < 3 ? 3 - shape.length : 0;
  return t('Axis {axis}: {size} {name}', { axis, size: shape[axis]!, name: name[axis + shift]! });
}
