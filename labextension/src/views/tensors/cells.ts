/** Cells with numbers, drawn on a canvas. */

import type { Theme } from '../../core/theme';
import { hue, type Rgb } from '../../shared/concept/paint';

export interface CellStyle {
  readonly fill: string;
  readonly text?: string;
  /** A copy that needs no memory. */
  readonly ghost?: boolean;
  readonly alpha?: number;
}

/** A color for one of so many numbers, pale enough for text. */
export function tint(index: number, count: number, theme: Theme): string {
  const color = hue((index / Math.max(1, count)) * 0.8 + 0.55);
  const base = theme.dark ? [22, 24, 29] : [255, 255, 255];
  const share = theme.dark ? 0.42 : 0.3;
  const mixed = base.map((value, i) => value + (color[i]! - value) * share) as unknown as Rgb;
  return `rgb(${mixed.map(Math.round).join(', ')})`;
}

/** Draws a cell whose upper left corner is at (x, y). */
export function drawCell(
  context: CanvasRenderingContext2D,
  theme: Theme,
  [x, y, side]: readonly [number, number, number],
  { fill, text, ghost, alpha = 1 }: CellStyle,
): void {
  context.globalAlpha = alpha;
  context.fillStyle = fill;
  context.fillRect(x + 1, y + 1, side - 2, side - 2);
  context.strokeStyle = ghost ? theme.muted : theme.axis;
  context.setLineDash(ghost ? [3, 3] : []);
  context.lineWidth = 1;
  context.strokeRect(x + 1.5, y + 1.5, side - 3, side - 3);
  context.setLineDash([]);
  if (text !== undefined && side >= 16) {
    const size = Math.min(14, side * 0.42);
    context.font = `${text.length > 3 ? size * 0.8 : size}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = theme.text;
    context.fillText(text, x + side / 2, y + side / 2 + 0.5);
  }
  context.globalAlpha = 1;
}

/** A caption above what is drawn. */
export function drawCaption(
  context: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  x: number,
  y: number,
): void {
  context.font = `600 12px ${theme.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  context.fillStyle = theme.muted;
  context.fillText(text, x, y);
}
