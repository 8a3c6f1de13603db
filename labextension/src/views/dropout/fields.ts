/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_dropout.py` has the same. */

import { choice, either, matrix, number, numbers } from '../../shared/concept/state';

export const NAMES = ['matrix', 'vector', 'layer'] as const;
export type ValuesName = (typeof NAMES)[number];
export const SCALINGS = ['training', 'test', 'none'] as const;
export type Scaling = (typeof SCALINGS)[number];
export const PHASES = ['training', 'test'] as const;
export type Phase = (typeof PHASES)[number];
const MOST_SIDE = 8;

export const FIELDS = {
  values: either(choice('matrix', NAMES), matrix([[0]], { low: -99, high: 99, digits: 3, most: MOST_SIDE })),
  rate: number(0.5, 0, 0.95, 2),
  scaling: choice('training', SCALINGS),
  phase: choice('training', PHASES),
  mask: numbers([], { low: 0, high: 1, digits: 0, least: 0, most: MOST_SIDE ** 2 }),
  seed: number(0, 0, 999),
};

/** The book's matrix and vector, and what 64 units of a trained network gave for a digit. */
export const VALUES: Readonly<Record<ValuesName, readonly (readonly number[])[]>> = {
  matrix: [
    [0.3, 0.2, 1.5, 0],
    [0.6, 0.1, 0, 0.3],
    [0.2, 1.9, 0.3, 1.2],
    [0.7, 0.5, 1, 0],
  ],
  vector: [[0.2, 0.5, 1.3, 0.8, 1.1]],
  layer: [
    [1.7, 0.9, 1.8, 1.9, 0.4, 0.3, 1, 0.8],
    [0.6, 0.6, 1, 0.5, 0, 0.9, 0.3, 1.5],
    [1.1, 1.1, 0.1, 0.8, 0, 1, 1.3, 1.2],
    [1.7, 0.4, 0, 0, 0.7, 0, 0, 0.4],
    [0.7, 1.3, 1.4, 0.3, 1.7, 1.9, 0, 0],
    [0.3, 0, 1.5, 1.3, 0, 1.7, 1.4, 1.2],
    [1.1, 2, 1.6, 1.4, 0.1, 0.8, 0.2, 0],
    [0.1, 0, 0.3, 1.8, 0.9, 0.6, 0, 0.8],
  ],
};

/** The masks that the book prints, row by row: 0 for a unit that is dropped. */
export const PRINTED: Readonly<Partial<Record<ValuesName, readonly number[]>>> = {
  matrix: [0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1],
  vector: [0, 1, 1, 0, 1],
};
