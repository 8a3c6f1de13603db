/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_gradient_descent.py` has the same. */

import { choice, flag, number, numbers, subset } from '../../shared/concept/state';
import { STEPS } from './descend';
import { OPTIMIZERS } from './optimizers';

export const FUNCTIONS = [
  'parabola',
  'two_valleys',
  'bowl',
  'valley',
  'saddle',
  'rosenbrock',
  'two_minima',
  'points',
  'own',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const FIELDS = {
  function: choice('valley', FUNCTIONS),
  optimizers: subset(['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam'], OPTIMIZERS),
  learning_rate: number(0.05, 0.0001, 10, 6),
  momentum: number(0.9, 0, 0.99, 2),
  rho: number(0.9, 0, 0.999, 3),
  beta_2: number(0.999, 0, 0.9999, 4),
  epsilon: number(1e-7, 1e-8, 1, 8),
  start: numbers([], { low: -1e6, high: 1e6, digits: 4, least: 0, most: 2 }),
  batch_size: number(0, 0, 500),
  seed: number(0, 0, 999),
  scaled: flag(false),
  focus: choice('momentum', OPTIMIZERS),
  at: numbers([], { low: 0, high: STEPS, digits: 0, least: 0, most: 1 }),
};
