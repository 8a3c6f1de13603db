/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_adversarial.py` has the same. */

import { choice, number, numbers } from '../../shared/concept/state';

export const IMAGES = ['digit', 'drawing', 'own'] as const;
export type ImageName = (typeof IMAGES)[number];
export const NETWORKS = ['network', 'linear', 'own'] as const;
export type NetworkName = (typeof NETWORKS)[number];
export const METHODS = ['sign', 'iterative'] as const;
export type Method = (typeof METHODS)[number];
export const MOST_EPSILON = 0.3;

export const FIELDS = {
  image: choice('digit', IMAGES),
  digit: number(5, 0, 9),
  network: choice('network', NETWORKS),
  method: choice('sign', METHODS),
  target: numbers([], { low: 0, high: 9999, digits: 0, least: 0, most: 1 }),
  steps: number(10, 2, 40),
  epsilon: numbers([], { low: 0, high: MOST_EPSILON, digits: 4, least: 0, most: 1 }),
  seed: number(0, 0, 999),
  pixel: numbers([], { low: 0, high: 999, digits: 0, least: 0, most: 2 }),
};

/** The values of ε along the chart. */
export const LEVELS: readonly number[] = Array.from({ length: 61 }, (_, i) => Number((0.005 * i).toFixed(4)));
