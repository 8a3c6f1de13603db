/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_unfolding.py` has the same. */

import { REACH } from '../../shared/concept/points';
import { choice, number, numbers } from '../../shared/concept/state';

export const DATA = ['spirals', 'rings', 'moons', 'xor', 'own'] as const;
export type DataName = (typeof DATA)[number];
export const MOST_LAYERS = 8;
export const MOST_UNITS = 16;

export const FIELDS = {
  data: choice('spirals', DATA),
  noise: number(0.03, 0, 0.3, 2),
  layers: number(6, 1, MOST_LAYERS),
  units: number(12, 1, MOST_UNITS),
  learning_rate: number(0.01, 0.0001, 1, 6),
  seed: number(0, 0, 999),
  layer: numbers([], { low: 0, high: MOST_LAYERS, digits: 2, least: 0, most: 1 }),
  at: numbers([], { low: -REACH, high: REACH, digits: 2, least: 0, most: 2 }),
};
