/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_clock.py` has the same. */

import { choice, type Field, number } from '../../shared/concept/state';

export const REPRESENTATIONS = ['pixels', 'coordinates', 'angles'] as const;
export type Representation = (typeof REPRESENTATIONS)[number];
/** Two numbers, the turns of both hands; or four, the sine and cosine of both. */
export const ANSWERS = ['number', 'circle'] as const;
export type Answer = (typeof ANSWERS)[number];
/** Numbers of samples to learn from. */
export const SIZES = [4, 8, 16, 32, 64, 128, 256] as const;
export const HALF_DAY = 720;
export const MOST_UNITS = 32;

const anySize = number(16, SIZES[0], SIZES.at(-1)!);
const samples: Field<number> = {
  ...anySize,
  read: (text) => {
    const found = anySize.read(text);
    return SIZES.some((size) => size === found) ? found : null;
  },
};

export const FIELDS = {
  /** Minutes since 12 o'clock. */
  time: number(187.5, 0, 719.9, 1),
  answer: choice('number', ANSWERS),
  samples,
  units: number(16, 1, MOST_UNITS),
  seed: number(0, 0, 999),
};
