/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_backpropagation.py` has the same. */

import { choice, names, number, numbers } from '../../shared/concept/state';
import { ACTIVATIONS, LOSSES, MISTAKES } from './network';

export const PASSES = 200;
export const MOST_UNITS = 5;
const MOST_LAYERS = 5;
const MOST_NUMBERS = 40;
/** No weight, input or target is larger. */
export const LARGEST = 1000;
export const DIGITS = 6;

const many = (most: number): { low: number; high: number; digits: number; least: number; most: number } => ({
  low: -LARGEST,
  high: LARGEST,
  digits: DIGITS,
  least: 0,
  most,
});

export const FIELDS = {
  layers: numbers([2, 2, 2], { low: 1, high: MOST_UNITS, digits: 0, least: 2, most: MOST_LAYERS }),
  activations: names([], ACTIVATIONS, [0, MOST_LAYERS - 1]),
  weights: numbers([], many((MOST_LAYERS - 1) * MOST_UNITS * (MOST_UNITS + 1))),
  x: numbers([], many(MOST_NUMBERS)),
  y: numbers([], many(MOST_NUMBERS)),
  loss: choice('squared', LOSSES),
  learning_rate: number(0.5, 0.0001, 10, 6),
  l2: number(0, 0, 1, 4),
  mistake: choice('none', MISTAKES),
  epsilon: number(1e-4, 1e-12, 0.1, 12),
  seed: number(9, 0, 999),
  focus: numbers([1, 1, 1], { low: 0, high: MOST_UNITS, digits: 0, least: 3, most: 3 }),
  pace: choice('steps', ['steps', 'passes']),
  at: numbers([], { low: 0, high: PASSES, digits: 0, least: 0, most: 2 }),
};
