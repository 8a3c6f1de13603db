/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_pooling.py` has the same. */

import { choice, number, numbers } from '../../shared/concept/state';

export const MOST_WINDOW = 6;
export const MOST_SHIFT = 6;
export const UNITS = ['64', '128', '256', '512', '1024'] as const;
export const KINDS = ['max', 'average', 'subsample'] as const;
export type Kind = (typeof KINDS)[number];

export const FIELDS = {
  image: choice('digit', ['digit', 'photo', 'exercise', 'drawing', 'own']),
  digit: number(5, 0, 9),
  kind: choice('max', KINDS),
  window: number(2, 1, MOST_WINDOW),
  stride: number(2, 1, MOST_WINDOW),
  padding: choice('valid', ['valid', 'same']),
  shift: numbers([1, 0], { low: -MOST_SHIFT, high: MOST_SHIFT, digits: 0, least: 2, most: 2 }),
  units: choice('512', UNITS),
  at: numbers([], { low: 0, high: 9999, digits: 0, least: 0, most: 2 }),
};

/** A small array whose pooling can be done by hand; `EXERCISE` in Python is the same. */
export const EXERCISE = [
  [1, 3, 2, 1],
  [4, 6, 6, 8],
  [3, 1, 1, 0],
  [1, 2, 2, 4],
];
