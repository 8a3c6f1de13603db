/** The colors of two classes. */

import type { Theme } from '../../core/theme';

export const CLASS_COLORS = {
  light: ['#1f6fd6', '#d1570f'],
  dark: ['#5b9dff', '#ff8a3c'],
} as const;

/** Blue for class 0 and negative weights, orange for class 1 and positive ones. */
export function classColor(label: number, theme: Theme): string {
  return CLASS_COLORS[theme.dark ? 'dark' : 'light'][label]!;
}
