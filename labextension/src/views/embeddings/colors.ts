import type { Theme } from '../../core/theme';
import { css, type Rgb } from '../../shared/concept/paint';

const LOW: Readonly<Record<'light' | 'dark', Rgb>> = { light: [31, 111, 214], dark: [91, 157, 255] };
const HIGH: Readonly<Record<'light' | 'dark', Rgb>> = { light: [209, 87, 15], dark: [255, 138, 60] };
const MIDDLE: Readonly<Record<'light' | 'dark', Rgb>> = { light: [176, 180, 188], dark: [110, 114, 124] };

/** From blue (−1) through gray to orange (1). */
export function balance(value: number, theme: Theme): string {
  const kind = theme.dark ? 'dark' : 'light';
  const end = value < 0 ? LOW[kind] : HIGH[kind];
  const share = Math.min(1, Math.abs(value)) ** 0.7;
  return css(MIDDLE[kind].map((one, i) => one + (end[i]! - one) * share) as unknown as Rgb);
}
