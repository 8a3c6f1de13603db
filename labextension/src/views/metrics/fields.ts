/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_metrics.py` has the same. */

import { choice, number, numbers } from '../../shared/concept/state';

/** Values of the regression over x = 0, 1, …, with an outlier at the end. */
export const VALUES = [1.2, 1.6, 2.5, 2.9, 3.8, 4.1, 5.2, 5.5, 6.4, 14];
export const [LOWEST, HIGHEST] = [-20, 20];

export const FIELDS = {
  task: choice('classification', ['classification', 'regression']),
  data: choice('toy', ['toy', 'own']),
  positives: number(1, 1, 50),
  separation: number(2, 0, 6, 1),
  seed: number(40, 0, 999),
  threshold: numbers([], { low: -100_000, high: 100_000, digits: 6, least: 0, most: 1 }),
  y: numbers(VALUES, { low: LOWEST, high: HIGHEST, digits: 1, least: 3, most: 20 }),
};
