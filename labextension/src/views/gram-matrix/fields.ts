/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_gram_matrix.py` has the same. */

import { choice, number, numbers } from '../../shared/concept/state';

export const MOST_CHANNELS = 8;

export const FIELDS = {
  image: choice('photo', ['photo', 'digit', 'stripes', 'own']),
  digit: number(5, 0, 9),
  compare: choice('shuffled', ['shuffled', 'photo', 'digit', 'stripes']),
  shuffle: choice('positions', ['positions', 'image']),
  share: number(1, 0, 1, 2),
  tile: number(1, 1, 32),
  seed: number(0, 0, 999),
  pair: numbers([], { low: 0, high: MOST_CHANNELS - 1, digits: 0, least: 0, most: 2 }),
};
