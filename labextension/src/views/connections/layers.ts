/**
 * Lines and weights of three kinds of layers, without a page.
 *
 * `dlwidgets/concepts/_connections.py` is the reference; both are tested with the same cases.
 */

export const KINDS = ['dense', 'local', 'conv'] as const;
export type Kind = (typeof KINDS)[number];

/** What the three layers have in common. */
export interface Setting {
  /** Of the input, the channels last. */
  shape: readonly number[];
  /** Numbers of the kernel along each axis. */
  kernel: readonly number[];
  stride: readonly number[];
  same: boolean;
  filters: number;
  /** Of the dense layer; 0 for as many as the convolution has outputs. */
  units: number;
  bias: boolean;
}

export interface Counts {
  outputs: number;
  lines: number;
  weights: number;
  biases: number;
}

/** A connection between an input and an output, with the number of its weight from 0. */
export interface Line {
  input: number;
  output: number;
  weight: number;
}

export function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1);
}

/** The zeros before the first input along an axis. */
function before({ shape, kernel, stride, same }: Setting, axis: number): number {
  if (!same) return 0;
  const [size, step] = [shape[axis]!, stride[axis]!];
  const every = Math.max(0, (Math.ceil(size / step) - 1) * step + kernel[axis]! - size);
  return Math.floor(every / 2);
}

/** How many windows there are along each axis; 0 where the kernel doesn't fit. */
export function placesOf({ shape, kernel, stride, same }: Setting): number[] {
  return kernel.map((wide, axis) => {
    const [size, step] = [shape[axis]!, stride[axis]!];
    if (same) return Math.ceil(size / step);
    return size < wide ? 0 : Math.floor((size - wide) / step) + 1;
  });
}

/** How many inputs all windows along an axis meet together. */
function met(setting: Setting, axis: number): number {
  const [size, wide, step] = [setting.shape[axis]!, setting.kernel[axis]!, setting.stride[axis]!];
  const start = before(setting, axis);
  const count = placesOf(setting)[axis]!;
  // Windows from `low` to `high` lie inside; only the others, at the edges, are gone through.
  const low = Math.min(count, Math.ceil(start / step));
  const high = Math.max(low - 1, Math.min(count - 1, Math.floor((size - wide + start) / step)));
  let found = (high - low + 1) * wide;
  for (let i = 0; i < count; i += 1) {
    if (i === low) i = high + 1;
    if (i >= count) break;
    const first = i * step - start;
    found += Math.min(first + wide, size) - Math.max(first, 0);
  }
  return found;
}

/** How many lines, weights and biases a layer has. */
export function countsOf(setting: Setting, kind: Kind): Counts {
  const { shape, kernel, filters, units, bias } = setting;
  const outputs = product(placesOf(setting)) * filters;
  if (kind === 'dense') {
    const count = units || outputs;
    const lines = product(shape) * count;
    return { outputs: count, lines, weights: lines, biases: bias ? count : 0 };
  }
  const channels = shape.at(-1)!;
  // Where a window reaches over the edge, its weights meet no input.
  const lines = product(kernel.map((_, axis) => met(setting, axis))) * channels * filters;
  if (kind === 'local') return { outputs, lines, weights: lines, biases: bias ? outputs : 0 };
  return { outputs, lines, weights: product(kernel) * channels * filters, biases: bias ? filters : 0 };
}

/** By axis and window the inputs that it meets, each with its number of the kernel. */
function tapsOf(setting: Setting): (readonly [number, number])[][][] {
  return placesOf(setting).map((count, axis) => {
    const start = before(setting, axis);
    const [size, wide, step] = [setting.shape[axis]!, setting.kernel[axis]!, setting.stride[axis]!];
    return Array.from({ length: count }, (_, i) => {
      const inside: (readonly [number, number])[] = [];
      for (let tap = 0; tap < wide; tap += 1) {
        const at = i * step - start + tap;
        if (at >= 0 && at < size) inside.push([at, tap]);
      }
      return inside;
    });
  });
}

/** All lines, output by output; inputs and outputs are numbered as Keras's `Flatten` orders them. */
export function linesOf(setting: Setting, kind: Kind): Line[] {
  const { shape, kernel, filters } = setting;
  const found: Line[] = [];
  if (kind === 'dense') {
    const [inputs, { outputs }] = [product(shape), countsOf(setting, 'dense')];
    for (let output = 0; output < outputs; output += 1) {
      for (let input = 0; input < inputs; input += 1) {
        found.push({ input, output, weight: input * outputs + output });
      }
    }
    return found;
  }
  const channels = shape.at(-1)!;
  const taps = tapsOf(setting);
  // A sequence is an image with one row.
  const [down, across] = taps.length === 2 ? [taps[0]!, taps[1]!] : [[[[0, 0] as const]], taps[0]!];
  const [width, wide] = [shape.at(-2)!, kernel.at(-1)!];
  down.forEach((rows, row) =>
    across.forEach((columns, column) => {
      for (let filter = 0; filter < filters; filter += 1) {
        const output = (row * across.length + column) * filters + filter;
        for (const [y, tapY] of rows) {
          for (const [x, tapX] of columns) {
            for (let channel = 0; channel < channels; channel += 1) {
              const shared = ((tapY * wide + tapX) * channels + channel) * filters + filter;
              const weight = kind === 'local' ? found.length : shared;
              found.push({ input: (y * width + x) * channels + channel, output, weight });
            }
          }
        }
      }
    }),
  );
  return found;
}

/** The number of a shared weight for people, from 1: filter by filter; Keras's kernel has the filters last. */
export function weightNumber({ kernel, filters }: Setting, weight: number): number {
  return (weight % filters) * product(kernel) + Math.floor(weight / filters) + 1;
}

/** So much is drawn at most. */
const MOST_DRAWN = { steps: 16, side: 6, filters: 3, units: 24, outputs: 27 };

/** What is drawn in the place of a setting: a small one, with one channel. */
export function miniature(setting: Setting): Setting {
  const flat = setting.kernel.length === 1;
  const most = flat ? MOST_DRAWN.steps : MOST_DRAWN.side;
  const sizes = setting.shape.slice(0, -1).map((size) => Math.min(size, most));
  // A kernel that fits fits here as well.
  const kernel = setting.kernel.map((wide, axis) =>
    wide <= setting.shape[axis]! ? Math.min(wide, sizes[axis]!) : Math.max(wide, sizes[axis]! + 1),
  );
  const small: Setting = { ...setting, shape: [...sizes, 1], kernel, filters: 1 };
  const places = Math.max(1, product(placesOf(small)));
  const room = Math.max(1, Math.floor((flat ? MOST_DRAWN.outputs : 2 * most ** 2) / places));
  const filters = Math.min(setting.filters, flat ? MOST_DRAWN.filters : 2, room);
  return { ...small, filters, units: Math.min(setting.units, MOST_DRAWN.units) };
}
