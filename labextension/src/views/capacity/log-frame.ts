/** A chart of two errors on a logarithmic axis. */

import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';

/** Errors beyond these are cut off, where values are about 1. */
const [LOWEST, HIGHEST] = [1e-6, 1e4];

export interface LogFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Where an error is; beyond the axis at its end. */
  py: (error: number) => number;
}

/**
 * Axis and grid lines for errors; what is far beyond the most of them is cut off.
 *
 * @param unit the mean squared error of values that are about 1
 */
export function logFrame(
  context: CanvasRenderingContext2D | null,
  theme: Theme,
  [width, height]: readonly [number, number],
  errors: readonly number[],
  unit: number,
): LogFrame {
  const inside = errors
    .filter((one) => !Number.isNaN(one))
    .map((one) => Math.min(HIGHEST * unit, Math.max(LOWEST * unit, one)));
  const middle = [...inside].sort((a, b) => a - b)[Math.floor(inside.length / 2)] ?? unit;
  const least = Math.max(middle / 1e3, Math.min(middle, ...inside));
  const most = Math.min(middle * 1e3, Math.max(middle, ...inside));
  const low = Math.floor(Math.log10(least) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(most) - 1e-9));
  const [left, right, top, bottom] = [48, width - 10, 8, height - 34];
  const py = (error: number): number => {
    const place = (Math.log10(Math.max(error, 1e-300)) - low) / (high - low);
    return bottom - Math.min(1.02, Math.max(-0.02, place)) * (bottom - top);
  };
  if (context) {
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.beginPath();
    for (let power = low; power <= high; power += 1) {
      const y = Math.round(py(10 ** power)) + 0.5;
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.fillText(short(10 ** power), left - 5, y);
    }
    context.stroke();
  }
  return { left, right, top, bottom, py };
}

/** The colors of training and validation. */
export function errorColor(theme: Theme, which: 0 | 1): string {
  return theme.palette[which]!;
}
