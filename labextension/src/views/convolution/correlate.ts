/**
 * What a convolutional layer computes, without a page.
 *
 * `dlwidgets/concepts/_convolution.py` is the reference; both are tested with the same cases.
 */

import { at, type Grid } from '../../shared/concept/grid';

export type Kernel = readonly (readonly number[])[];
export type Padding = 'valid' | 'same' | number;
export type Mode = 'kernel' | 'magnitude' | 'phase';

export interface Setting {
  stride: number;
  padding: Padding;
  dilation: number;
}

/** How one axis is covered. */
export interface Axis {
  /** Of the input. */
  size: number;
  /** Pixels that the kernel reaches over, with the gaps of the dilation. */
  reach: number;
  /** Zeros before the first pixel, and after the last one. */
  before: number;
  after: number;
  /** Of the output; 0 where the kernel doesn't fit. */
  output: number;
}

/** How an axis of `size` pixels is covered by a kernel of `kernel` numbers. */
export function axisOf(size: number, kernel: number, { stride, padding, dilation }: Setting): Axis {
  const reach = dilation * (kernel - 1) + 1;
  let [before, after] = [0, 0];
  if (padding === 'same') {
    // As Keras: the output has ⌈size / stride⌉ values, and an odd zero is put after the last pixel.
    const all = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    before = Math.floor(all / 2);
    after = all - before;
  } else if (padding !== 'valid') {
    before = after = padding;
  }
  const room = size + before + after - reach;
  return { size, reach, before, after, output: room < 0 ? 0 : Math.floor(room / stride) + 1 };
}

/** The kernel turned by half a turn, as the convolution of mathematics uses it. */
export function flipped(kernel: Kernel): number[][] {
  return kernel.map((row) => [...row].reverse()).reverse();
}

export function transposed(kernel: Kernel): number[][] {
  return (kernel[0] ?? []).map((_, x) => kernel.map((row) => row[x]!));
}

/** The pixels under the window of one output, row by row; 0 outside of the image. */
export function patchAt(
  image: Grid,
  [rows, columns]: readonly [Axis, Axis],
  { stride, dilation }: Setting,
  size: readonly [number, number],
  [row, column]: readonly [number, number],
): number[][] {
  const top = row * stride - rows.before;
  const left = column * stride - columns.before;
  return Array.from({ length: size[0] }, (_, y) =>
    Array.from({ length: size[1] }, (_, x) => at(image, top + y * dilation, left + x * dilation)),
  );
}

/** Cross-correlation: what Keras's Conv2D computes, without bias and activation. */
export function correlate(image: Grid, kernel: Kernel, setting: Setting): Grid {
  const [kh, kw] = [kernel.length, kernel[0]?.length ?? 0];
  const rows = axisOf(image.height, kh, setting);
  const columns = axisOf(image.width, kw, setting);
  const { stride, dilation } = setting;
  if (rows.output === 0 || columns.output === 0) return { height: 0, width: 0, data: new Float64Array(0) };
  const data = new Float64Array(rows.output * columns.output);
  for (let y = 0; y < rows.output; y += 1) {
    const top = y * stride - rows.before;
    for (let x = 0; x < columns.output; x += 1) {
      const left = x * stride - columns.before;
      let sum = 0;
      for (let i = 0; i < kh; i += 1) {
        const row = top + i * dilation;
        if (row < 0 || row >= image.height) continue;
        const line = kernel[i]!;
        for (let j = 0; j < kw; j += 1) {
          const column = left + j * dilation;
          if (column < 0 || column >= image.width) continue;
          sum += line[j]! * image.data[row * image.width + column]!;
        }
      }
      data[y * columns.output + x] = sum;
    }
  }
  return { height: rows.output, width: columns.output, data };
}

/** The outputs of the kernel, and of its transpose where two of them are combined. */
export interface Result {
  output: Grid;
  /** Both directions of a gradient; null for a single kernel. */
  parts: readonly [Grid, Grid] | null;
}

/**
 * @param mode a single kernel; or with its transpose the size (magnitude) or direction (phase, in radians) of the
 *   gradient, for which the kernel must be square
 */
export function convolve(image: Grid, kernel: Kernel, setting: Setting, mode: Mode): Result {
  const x = correlate(image, kernel, setting);
  if (mode === 'kernel') return { output: x, parts: null };
  const y = correlate(image, transposed(kernel), setting);
  const combine = mode === 'magnitude' ? Math.hypot : (a: number, b: number): number => Math.atan2(b, a);
  return { output: { ...x, data: x.data.map((value, i) => combine(value, y.data[i]!)) }, parts: [x, y] };
}

/** The outputs whose window covers a pixel: first and last row, first and last column; null for none. */
export function seenBy(
  [rows, columns]: readonly [Axis, Axis],
  { stride, dilation }: Setting,
  [row, column]: readonly [number, number],
): [number, number][] {
  const along = (axis: Axis, place: number): number[] => {
    const found: number[] = [];
    for (let i = 0; i < axis.output; i += 1) {
      const offset = place + axis.before - i * stride;
      if (offset >= 0 && offset < axis.reach && offset % dilation === 0) found.push(i);
    }
    return found;
  };
  const across = along(columns, column);
  return along(rows, row).flatMap((y) => across.map((x): [number, number] => [y, x]));
}
