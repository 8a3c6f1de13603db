/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_tensors.py` has the same. */

import { choice, type Field, matrix, number, numbers } from '../../shared/concept/state';

export const MODES = ['slice', 'reshape', 'broadcast', 'dot', 'shapes', 'loop'] as const;
export type Mode = (typeof MODES)[number];

/** The book's examples of shapes; the last axis holds features or channels. */
export const SIZES = {
  vector: [100_000, 3],
  sequence: [250, 390, 3],
  image: [128, 256, 256, 3],
  video: [4, 240, 144, 256, 3],
} as const;
export type Kind = keyof typeof SIZES;

export const DTYPES = { uint8: 1, float16: 2, float32: 4, float64: 8 } as const;
export type Dtype = keyof typeof DTYPES;

export const MOST_LOOPED = 1_000_000;
/** So many numbers can be reshaped before your eyes. */
export const MOST_CELLS = 24;

function axis(): Field<readonly number[]> {
  return numbers([], { low: -100_000, high: 100_000, digits: 0, least: 0, most: 2 });
}

function shape(sizes: readonly number[], { least = 1, low = 1 } = {}): Field<readonly number[]> {
  return numbers(sizes, { low, high: 100_000, digits: 0, least, most: 4 });
}

const ENTRIES = { low: -99, high: 99, digits: 2, most: 4 };

export const FIELDS = {
  show: choice('slice', MODES),
  array: choice('digits', ['digits', 'own']),
  batch: number(4, 1, 1000),
  axis0: axis(),
  axis1: axis(),
  axis2: axis(),
  axis3: axis(),
  shape: shape([3, 2]),
  to: shape([2, 3], { low: -1 }),
  operation: choice('reshape', ['reshape', 'transpose']),
  a: shape([4, 1], { least: 0 }),
  b: shape([3], { least: 0 }),
  left: matrix(
    [
      [1, 2, 0],
      [0, 1, 3],
    ],
    ENTRIES,
  ),
  right: matrix(
    [
      [1, 0],
      [2, 1],
      [0, -1],
    ],
    ENTRIES,
  ),
  at: numbers([], { low: 0, high: 3, digits: 0, least: 0, most: 2 }),
  kind: choice('video', ['vector', 'sequence', 'image', 'video']),
  sizes: numbers([], { low: 1, high: 10_000_000, digits: 0, least: 0, most: 5 }),
  dtype: choice('float32', ['uint8', 'float16', 'float32', 'float64']),
  channels: choice('last', ['last', 'first']),
  size: number(100_000, 1000, MOST_LOOPED),
};

export const AXES = ['axis0', 'axis1', 'axis2', 'axis3'] as const;
