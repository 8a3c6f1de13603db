/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_one_neuron.py` has the same. */

import { number, numbers } from '../../shared/concept/state';

export const STEPS = 200;
export const MOST_POINTS = 100;
export const LARGEST = 1e6;
export const DIGITS = 4;

const many = { low: -LARGEST, high: LARGEST, digits: DIGITS, most: MOST_POINTS };

export const FIELDS = {
  w: number(0, -LARGEST, LARGEST, DIGITS),
  b: number(2, -LARGEST, LARGEST, DIGITS),
  learning_rate: number(0.05, 1e-9, 10, 10),
  batch_size: number(0, 0, MOST_POINTS),
  seed: number(0, 0, 999),
  x: numbers([-1, 0, 1, 2, 3, 4], many),
  y: numbers([-3, -1, 1, 3, 5, 7], many),
  at: numbers([], { low: 0, high: STEPS, digits: 0, least: 0, most: 1 }),
};
