/**
 * What a pooling layer computes, without a page.
 *
 * `dlwidgets/concepts/_pooling.py` is the reference; both are tested with the same cases.
 */

import type { Grid } from '../../shared/concept/grid';
import type { Kind } from './fields';

export interface Setting {
  window: number;
  stride: number;
  padding: 'valid' | 'same';
}

/** How one axis is covered. */
export interface Axis {
  size: number;
  /** Places of the first window that are before the first pixel. */
  before: number;
  /** Windows; 0 where none fits. */
  output: number;
}

export function axisOf(size: number, { window, stride, padding }: Setting): Axis {
  if (padding === 'valid') {
    return { size, before: 0, output: size < window ? 0 : Math.floor((size - window) / stride) + 1 };
  }
  // As Keras: an odd place is put after the last pixel.
  const output = Math.ceil(size / stride);
  const all = Math.max(0, (output - 1) * stride + window - size);
  return { size, before: Math.floor(all / 2), output };
}

/** The pixels of one window along an axis, from the first to before the last; none are outside of the image. */
export function spanOf({ size, before }: Axis, { window, stride }: Setting, place: number): [number, number] {
  const from = place * stride - before;
  return [Math.max(0, from), Math.min(size, from + window)];
}

/** The values of a window, row by row. */
export function windowAt(
  image: Grid,
  [rows, columns]: readonly [Axis, Axis],
  setting: Setting,
  [row, column]: readonly [number, number],
): number[][] {
  const [top, bottom] = spanOf(rows, setting, row);
  const [left, right] = spanOf(columns, setting, column);
  return Array.from({ length: bottom - top }, (_, y) =>
    Array.from({ length: right - left }, (_, x) => image.data[(top + y) * image.width + left + x]!),
  );
}

/** What is kept of a window. */
export function kept(values: readonly number[], kind: Kind): number {
  if (kind === 'max') return Math.max(...values);
  if (kind === 'average') return values.reduce((a, b) => a + b, 0) / values.length;
  return values[0]!;
}

export function pool(image: Grid, kind: Kind, setting: Setting): Grid {
  const [rows, columns] = [axisOf(image.height, setting), axisOf(image.width, setting)];
  if (rows.output === 0 || columns.output === 0) return { height: 0, width: 0, data: new Float64Array(0) };
  const data = new Float64Array(rows.output * columns.output);
  for (let row = 0; row < rows.output; row += 1) {
    const [top, bottom] = spanOf(rows, setting, row);
    for (let column = 0; column < columns.output; column += 1) {
      const [left, right] = spanOf(columns, setting, column);
      let [most, sum] = [-Infinity, 0];
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) {
          const value = image.data[y * image.width + x]!;
          sum += value;
          if (value > most) most = value;
        }
      }
      const first = image.data[top * image.width + left]!;
      const mean = sum / ((bottom - top) * (right - left));
      data[row * columns.output + column] = kind === 'max' ? most : kind === 'average' ? mean : first;
    }
  }
  return { height: rows.output, width: columns.output, data };
}

/** The image moved by some pixels; its edge is repeated where nothing is known. */
export function shifted<G extends Grid>(image: G, right: number, down: number): G {
  const { height, width, data } = image;
  const moved = new Float64Array(data.length);
  const inside = (place: number, size: number): number => Math.min(size - 1, Math.max(0, place));
  for (let y = 0; y < height; y += 1) {
    const row = inside(y - down, height) * width;
    for (let x = 0; x < width; x += 1) moved[y * width + x] = data[row + inside(x - right, width)]!;
  }
  return { ...image, data: moved };
}

/** How much differs, from 0 (the same) to 1 (nothing in common). */
export function change(before: Grid, after: Grid): number {
  let [differs, whole] = [0, 0];
  before.data.forEach((value, i) => {
    differs += Math.abs(value - after.data[i]!);
    whole += Math.abs(value) + Math.abs(after.data[i]!);
  });
  return whole > 0 ? differs / whole : 0;
}
