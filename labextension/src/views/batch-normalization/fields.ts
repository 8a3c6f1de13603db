/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_batch_normalization.py` has the same. */

import { choice, number, numbers, type Values } from '../../shared/concept/state';

export const DATA = ['rings', 'moons', 'xor', 'spirals', 'own'] as const;
export type DataName = (typeof DATA)[number];
export const ACTIVATIONS = ['tanh', 'sigmoid', 'relu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];
export const MODES = ['training', 'inference'] as const;
export type Mode = (typeof MODES)[number];
export const STEPS = 200;
export const MOST_LAYERS = 4;
export const MOST_UNITS = 16;
export const MOST_BATCH = 64;

export const FIELDS = {
  data: choice('rings', DATA),
  layers: number(3, 1, MOST_LAYERS),
  units: number(8, 2, MOST_UNITS),
  activation: choice('sigmoid', ACTIVATIONS),
  batch_size: number(32, 1, MOST_BATCH),
  learning_rate: number(1, 0.001, 3, 3),
  scale: number(1, 0.1, 5, 2),
  momentum: number(0.95, 0, 0.999, 3),
  epsilon: number(0.001, 0.000001, 1, 6),
  mode: choice('training', MODES),
  gamma: number(1, -5, 5, 2),
  beta: number(0, -5, 5, 2),
  unit: numbers([1, 1], { low: 1, high: MOST_UNITS, digits: 0, least: 2, most: 2 }),
  step: numbers([], { low: 0, high: STEPS, digits: 0, least: 0, most: 1 }),
  seed: number(0, 0, 999),
};

export type State = Values<typeof FIELDS>;
