/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_initialization.py` has the same. */

import { choice, flag, number, numbers } from '../../shared/concept/state';

export const METHODS = ['model', 'zeros', 'small', 'large', 'glorot', 'he', 'lecun'] as const;
export type Method = (typeof METHODS)[number];
export const ACTIVATIONS = ['linear', 'sigmoid', 'tanh', 'relu', 'selu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];
export const DISTRIBUTIONS = ['uniform', 'normal'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];
export const GRADIENTS = ['activations', 'weights'] as const;
export type GradientsOf = (typeof GRADIENTS)[number];
export const MOST_DEPTH = 30;
export const MOST_UNITS = 64;
const MOST_LAYERS = 60;

export const FIELDS = {
  method: choice('glorot', METHODS),
  scale: number(1, 0.1, 10, 3),
  distribution: choice('uniform', DISTRIBUTIONS),
  activation: choice('relu', ACTIVATIONS),
  depth: number(20, 1, MOST_DEPTH),
  units: number(32, 8, MOST_UNITS),
  residual: flag(false),
  gradients: choice('activations', GRADIENTS),
  layer: numbers([], { low: 0, high: MOST_LAYERS, digits: 0, least: 0, most: 1 }),
  seed: number(0, 0, 999),
};
