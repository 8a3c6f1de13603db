/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_recurrent.py` has the same. */

import { choice, flag, number, numbers, text } from '../../shared/concept/state';

export const CELLS = ['simple_rnn', 'lstm', 'gru'] as const;
export type CellName = (typeof CELLS)[number];
export const DATA = ['series', 'text', 'own'] as const;
export type DataName = (typeof DATA)[number];
export const MOST_STEPS = 48;
export const MOST_UNITS = 32;
/** The largest number of a series. */
export const MOST = 9;
const SERIES = [0.8, -0.3, 0.5, -0.9, -0.2, 0.1, -0.6, 0.4, -0.7, 0.3, -0.1, -0.5];

export const FIELDS = {
  cell: choice('lstm', CELLS),
  data: choice('series', DATA),
  series: numbers(SERIES, { low: -MOST, high: MOST, digits: 2, least: 1, most: MOST_STEPS }),
  text: text('beautiful is better than ugly', MOST_STEPS),
  weights: choice('trained', ['trained', 'random']),
  seed: number(0, 0, 999),
  gain: number(1, 0, 3, 2),
  forget: number(0, -5, 5, 1),
  reset_after: flag(true),
  unit: number(0, 0, MOST_UNITS - 1),
  at: numbers([], { low: 0, high: MOST_STEPS - 1, digits: 0, least: 0, most: 1 }),
};
