/** The colors of samples. */

import type { Theme } from '../../core/theme';
import { colormap } from '../../shared/colormaps';
import type { Samples } from './data';

/** The color of each sample: that of its class, or of its value in a regression. */
export function sampleColors({ y, classes }: Samples, { palette }: Theme): string[] {
  if (classes) return Array.from(y, (label) => palette[label % palette.length]!);
  const table = colormap('viridis');
  const low = y.reduce((least, value) => Math.min(least, value), Infinity);
  const high = y.reduce((most, value) => Math.max(most, value), -Infinity);
  return Array.from(y, (value) => {
    const at = Math.round((255 * (value - low)) / (high - low || 1)) * 4;
    return `rgb(${table[at]!}, ${table[at + 1]!}, ${table[at + 2]!})`;
  });
}
