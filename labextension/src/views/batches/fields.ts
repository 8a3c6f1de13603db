/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_batches.py` has the same. */

import { flag, number, numbers } from '../../shared/concept/state';
import { MOST_EPOCHS, MOST_SAMPLES } from './plan';

export const FIELDS = {
  samples: number(24, 1, MOST_SAMPLES),
  batch_size: number(6, 1, MOST_SAMPLES),
  epochs: number(20, 1, MOST_EPOCHS),
  shuffle: flag(true),
  drop_remainder: flag(false),
  seed: number(0, 0, 999),
  at: numbers([], { low: 0, high: MOST_SAMPLES * MOST_EPOCHS, digits: 0, least: 0, most: 1 }),
};
