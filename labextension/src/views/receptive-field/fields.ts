/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_receptive_field.py` has the same. */

import { number, numbers } from '../../shared/concept/state';
import { type Layer, layersField } from './geometry';

export const MOST_SIZE = 512;
/** More layers than this can't be edited, only shown. */
export const MOST_EDITED = 8;

export const CONV: Layer = { kind: 'conv', kernel: 3, stride: 1, dilation: 1, same: false };
export const POOL: Layer = { kind: 'pool', kernel: 2, stride: 2, dilation: 1, same: false };

export const FIELDS = {
  layers: layersField([CONV, POOL, CONV, POOL, CONV]),
  size: number(28, 1, MOST_SIZE),
  at: numbers([], { low: 0, high: MOST_SIZE, digits: 0, least: 0, most: 3 }),
};
