/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_augmentation.py` has the same. */

import { choice, flag, number, numbers } from '../../shared/concept/state';

export const IMAGES = ['digit', 'photo', 'letter', 'word', 'drawing', 'webcam', 'own'] as const;
export type ImageName = (typeof IMAGES)[number];
export const FILL_MODES = ['constant', 'nearest', 'reflect', 'wrap'] as const;
export type FillMode = (typeof FILL_MODES)[number];

export const FIELDS = {
  image: choice('photo', IMAGES),
  digit: number(6, 0, 9),
  rotation: number(40, 0, 180),
  width_shift: number(0.2, 0, 1, 2),
  height_shift: number(0.2, 0, 1, 2),
  shear: number(0.2, 0, 1, 2),
  zoom: number(0.2, 0, 0.9, 2),
  horizontal_flip: flag(true),
  vertical_flip: flag(false),
  fill_mode: choice('nearest', FILL_MODES),
  throw: numbers([], { low: -180, high: 180, digits: 3, least: 0, most: 8 }),
  at: numbers([], { low: 0, high: 9999, digits: 0, least: 0, most: 2 }),
  seed: number(0, 0, 999),
};

/** How many throws are seen at once. */
export const CELLS = 16;
/** The last throw that has a number. */
export const LAST = 9999;
