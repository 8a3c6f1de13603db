/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_capacity.py` has the same. */

import { PENALTIES } from '../../shared/concept/dense-network';
import { choice, flag, number, numbers, type Values } from '../../shared/concept/state';

export const TOYS = ['sine', 'line', 'step'] as const;
export const DATA = [...TOYS, 'drawn', 'own'] as const;
export const MOST_DEGREE = 20;
export const MOST_POINTS = 60;
/** The widths of networks that are compared. */
export const WIDTHS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
/** Points that are drawn reach so far up and down. */
export const HEIGHT = 3;

const across = { low: -1, high: 1, digits: 2, least: 0, most: MOST_POINTS };
const up = { ...across, low: -HEIGHT, high: HEIGHT };

export const FIELDS = {
  data: choice('sine', DATA),
  model: choice('polynomial', ['polynomial', 'network']),
  size: number(15, 4, MOST_POINTS),
  noise: number(0.25, 0, 1, 2),
  degree: number(4, 0, MOST_DEGREE),
  units: number(8, 1, 32),
  penalty: choice('none', PENALTIES),
  strength: number(0.01, 0.00001, 10, 6),
  dropout: number(0, 0, 0.6, 2),
  stopping: flag(false),
  patience: number(100, 10, 500),
  epochs: number(1000, 100, 3000),
  seed: number(72, 0, 999),
  x: numbers([], across),
  y: numbers([], up),
  vx: numbers([], across),
  vy: numbers([], up),
};

export type CapacityValues = Values<typeof FIELDS>;
