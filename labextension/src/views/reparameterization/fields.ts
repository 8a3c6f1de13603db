/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_reparameterization.py` has the same. */

import { choice, number, numbers } from '../../shared/concept/state';

export const IMAGES = ['digit', 'drawing', 'own'] as const;
export type ImageName = (typeof IMAGES)[number];
export const PATHS = ['reparameterized', 'sampled'] as const;
export type Path = (typeof PATHS)[number];
export const REACH = 4;
export const LEAST_DEVIATION = 0.01;
export const MOST_DEVIATION = 3;
/** Mean and standard deviation where training begins. */
export const START = { mean: [2, -1.5], deviation: [0.8, 0.8] } as const;
/** Samples of the cloud. */
export const CLOUD = 60;

export const FIELDS = {
  image: choice('digit', IMAGES),
  digit: number(2, 0, 9),
  mean: numbers([], { low: -REACH, high: REACH, digits: 3, least: 0, most: 2 }),
  deviation: numbers([], { low: LEAST_DEVIATION, high: MOST_DEVIATION, digits: 3, least: 0, most: 2 }),
  path: choice('reparameterized', PATHS),
  beta: number(1, 0, 20, 2),
  epsilon: numbers([], { low: -99, high: 99, digits: 3, least: 0, most: 2 }),
  seed: number(20, 0, 999),
};
