/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_convolution.py` has the same. */

import { choice, either, flag, matrix, number, numbers } from '../../shared/concept/state';

/** The largest side of a kernel. */
export const MOST_SIDE = 5;

export const FIELDS = {
  image: choice('digit', ['digit', 'photo', 'diagonal', 'sums', 'drawing', 'webcam', 'own']),
  digit: number(5, 0, 9),
  kernel: matrix(
    [
      [1, 0, -1],
      [2, 0, -2],
      [1, 0, -1],
    ],
    { low: -99, high: 99, most: MOST_SIDE },
  ),
  mode: choice('kernel', ['kernel', 'magnitude', 'phase']),
  stride: number(1, 1, 4),
  padding: either(choice('valid', ['valid', 'same']), number(0, 0, 4)),
  dilation: number(1, 1, 4),
  flip: flag(false),
  at: numbers([], { low: 0, high: 9999, digits: 0, least: 0, most: 2 }),
};
