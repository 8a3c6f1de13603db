/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_activation_functions.py` has the same. */

import { choice, number, numbers, subset } from '../../shared/concept/state';
import { FUNCTIONS, REACH } from './functions';

export const SHOWN = ['functions', 'softmax', 'stack'] as const;
export type Shown = (typeof SHOWN)[number];

export const LOGIT = 8;
export const MOST_LOGITS = 10;

export const FIELDS = {
  show: choice('functions', SHOWN),
  functions: subset(['relu', 'sigmoid', 'tanh'], [...FUNCTIONS, 'own']),
  focus: choice('sigmoid', [...FUNCTIONS, 'own']),
  negative_slope: number(0.2, 0, 1, 2),
  x: numbers([], { low: -REACH, high: REACH, digits: 2, least: 0, most: 1 }),
  logits: numbers([2, 1, 0.1, -1], { low: -LOGIT, high: LOGIT, digits: 2, least: 2, most: MOST_LOGITS }),
  layers: number(4, 1, 8),
  units: number(8, 1, 16),
  seed: number(0, 0, 999),
};
