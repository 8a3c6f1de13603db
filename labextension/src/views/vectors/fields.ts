/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_vectors.py` has the same. */

import { choice, type Field, matrix, number, numbers } from '../../shared/concept/state';

function pair(x: number, y: number): Field<readonly number[]> {
  return numbers([x, y], { low: -9, high: 9, digits: 2, least: 2, most: 2 });
}

const ROTATION = [
  [0.866, -0.5],
  [0.5, 0.866],
] as const;

export const FIELDS = {
  show: choice('matrix', ['matrix', 'sum']),
  matrix: matrix(ROTATION, { low: -9, high: 9, most: 2, least: 2 }),
  shift: pair(0, 0),
  a: pair(0.5, 1),
  b: pair(1, 0.25),
  image: choice('digit', ['digit', 'photo', 'none', 'own']),
  digit: number(5, 0, 9),
};

/** Known matrices by name, row by row. */
export const PRESETS = {
  identity: [1, 0, 0, 1],
  rotate: [0.866, -0.5, 0.5, 0.866],
  scale: [1.5, 0, 0, 0.75],
  shear: [1, 0.5, 0, 1],
  mirror: [-1, 0, 0, 1],
  swap: [0, 1, 1, 0],
  project: [1, 0, 0, 0],
} as const;
export type PresetName = keyof typeof PRESETS;
