/** The colors of weights: the same color is the same weight. */

import type { Theme } from '../../core/theme';

/** Neighbors on the wheel are far apart. */
const GOLDEN = 137.508;

/** @param all how many weights there are */
export function weightColor(theme: Theme, weight: number, all: number): string {
  const { palette, dark } = theme;
  if (all <= palette.length) return palette[weight % palette.length]!;
  const hue = (weight * GOLDEN + 210) % 360;
  return `hsl(${hue.toFixed(0)}, ${dark ? 70 : 65}%, ${dark ? 66 : 42}%)`;
}
