/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_temperature.py` has the same. */

import { number, numbers } from '../../shared/concept/state';

export const MOST = 12;
export const REACH = 8;
export const MOST_THROWS = 500;

export const FIELDS = {
  logits: numbers([3, 2.2, 1.9, 1.4, 0.8, 0.3, -0.8, -2], {
    low: -REACH,
    high: REACH,
    digits: 2,
    least: 2,
    most: MOST,
  }),
  temperature: number(1, 0, 5, 2),
  top_k: number(0, 0, MOST),
  top_p: number(1, 0.01, 1, 2),
  seed: number(0, 0, 999),
  throws: numbers([], { low: 0, high: MOST_THROWS, digits: 0, least: 0, most: 1 }),
};
