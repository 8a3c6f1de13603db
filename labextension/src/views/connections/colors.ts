/** The colors of weights: in the convolution, the same color is the same weight. */

import type { Theme } from '../../core/theme';
import type { Kind } from './layers';

/** Neighbors on the wheel are far apart. */
const GOLDEN = 137.508;

/** @param all how many weights there are */
export function weightColor(theme: Theme, kind: Kind, weight: number, all: number): string {
  const { palette, dark } = theme;
  // Each line has a weight of its own: hundreds of colors would look as if some were shared.
  if (kind !== 'conv') return theme.muted;
  if (all <= palette.length) return palette[weight % palette.length]!;
  const hue = (weight * GOLDEN + 210) % 360;
  return `hsl(${hue.toFixed(0)}, ${dark ? 70 : 65}%, ${dark ? 66 : 42}%)`;
}
