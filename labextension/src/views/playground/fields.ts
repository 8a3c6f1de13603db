/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_playground.py` has the same. */

import { ACTIVATIONS, OPTIMIZERS, PENALTIES } from '../../shared/concept/dense-network';
import { PLACES, REACH } from '../../shared/concept/points';
import { choice, flag, number, numbers, subset } from '../../shared/concept/state';

export const MODES = ['network', 'coordinates'] as const;
export const DATA = ['rings', 'moons', 'xor', 'spirals', 'clouds', 'drawn', 'own'] as const;
export type DataName = (typeof DATA)[number];
export const FEATURES = ['x1', 'x2', 'x1_squared', 'x2_squared', 'x1_x2', 'sin_x1', 'sin_x2'] as const;
export type FeatureName = (typeof FEATURES)[number];
export const BESIDE = ['linear', 'svm_linear', 'svm_poly', 'svm_rbf', 'tree', 'forest', 'boosting'] as const;
export type BesideName = (typeof BESIDE)[number];

export const MOST_LAYERS = 5;
export const MOST_UNITS = 8;
export const MOST_DRAWN = 140;
const drawn = { low: -REACH * PLACES, high: REACH * PLACES, digits: 0, least: 0, most: 2 * MOST_DRAWN };

/** Two arcs, as a beginning. */
const FIRST = [-38, -12, -30, 8, -20, 20, -8, 27, 4, 27, 15, 19, 24, 7, 29, -10];
const SECOND = [-14, 2, -10, -14, -2, -25, 10, -31, 22, -30, 33, -21, 41, -7, 45, 8];

export const FIELDS = {
  mode: choice('network', MODES),
  data: choice('rings', DATA),
  noise: number(0.1, 0, 0.5, 2),
  samples: number(200, 20, 500),
  test: number(0.3, 0, 0.8, 1),
  features: subset(['x1', 'x2'], FEATURES),
  layers: numbers([4, 3], { low: 1, high: MOST_UNITS, digits: 0, least: 0, most: MOST_LAYERS }),
  activation: choice('tanh', ACTIVATIONS),
  optimizer: choice('adam', OPTIMIZERS),
  learning_rate: number(0.03, 0.0001, 10, 6),
  regularization: choice('none', PENALTIES),
  strength: number(0.003, 0.0001, 1, 4),
  batch_size: number(10, 1, 500),
  seed: number(0, 0, 999),
  unit: numbers([], { low: 0, high: 8, digits: 0, least: 0, most: 2 }),
  at: numbers([], { low: -REACH, high: REACH, digits: 2, least: 0, most: 2 }),
  beside: subset([], BESIDE),
  c: number(1, 0.001, 1000, 3),
  gamma: number(1, 0.01, 100, 2),
  depth: number(4, 1, 20),
  trees: number(50, 1, 200),
  angle: number(0, -180, 180),
  shift: numbers([0, 0], { low: -REACH, high: REACH, digits: 2, least: 2, most: 2 }),
  polar: flag(false),
  first: numbers(FIRST, drawn),
  second: numbers(SECOND, drawn),
  weights: numbers([], { low: -100, high: 100, digits: 3, least: 0, most: 400 }),
};
