/** The book's convnet for 28×28 images, up to its first Dense layer. `_pooling.network` in Python is the reference. */

import { axisOf, type Setting } from './pool';

const SIDE = 28;

/** A layer of the network. */
export interface Row {
  layer: 'conv' | 'pool' | 'flatten' | 'dense';
  /** Rows and columns of its output; 0 where nothing is left. */
  side: number;
  /** Of its output; of flatten and dense the number of values. */
  channels: number;
  weights: number;
  /** Rows and columns of the image that one of its values depends on. */
  sees: number;
}

/** The layers as far as they fit: the last one has side 0 if it doesn't. */
export function network(setting: Setting, units: number, pooling: boolean): Row[] {
  const rows: Row[] = [];
  let [side, channels, sees, jump] = [SIDE, 1, 1, 1];
  for (const [filters, pooled] of [
    [32, pooling],
    [64, pooling],
    [64, false],
  ] as const) {
    side = Math.max(0, side - 2);
    sees = Math.min(SIDE, sees + 2 * jump);
    rows.push({ layer: 'conv', side, channels: filters, weights: (9 * channels + 1) * filters, sees });
    channels = filters;
    if (side > 0 && pooled) {
      side = axisOf(side, setting).output;
      sees = Math.min(SIDE, sees + (setting.window - 1) * jump);
      jump *= setting.stride;
      rows.push({ layer: 'pool', side, channels, weights: 0, sees });
    }
    if (side === 0) return rows;
  }
  const values = side * side * channels;
  rows.push({ layer: 'flatten', side: 1, channels: values, weights: 0, sees: SIDE });
  rows.push({ layer: 'dense', side: 1, channels: units, weights: (values + 1) * units, sees: SIDE });
  return rows;
}

export function weightsOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { weights }) => sum + weights, 0);
}

/** Whether all layers fit. */
export function fits(rows: readonly Row[]): boolean {
  return rows.every(({ side }) => side > 0);
}
