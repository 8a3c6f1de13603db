/** The loss of a line through points, over its weight and bias. */

import type { Landscape, Point } from './landscape';

export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Points near the line y = 2x − 1. */
export const POINTS: Points = {
  x: [
    0.1, 0.2, 0.3, 0.45, 0.55, 0.7, 0.8, 0.9, 1.05, 1.15, 1.25, 1.4, 1.5, 1.6, 1.75, 1.85, 1.95, 2.1, 2.2,
    2.3,
  ],
  y: [
    -1.0, -0.29, -0.61, 0.28, -0.29, 0.71, 0.33, 1.21, 0.7, 1.6, 1.13, 2.12, 1.66, 2.52, 2.16, 3.11, 2.58,
    3.45, 3.09, 3.9,
  ],
};

/** Points with mean 0 and standard deviation 1 along both axes. */
export function standardized({ x, y }: Points): Points {
  const scaled = (values: readonly number[]): number[] => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1;
    return values.map((v) => (v - mean) / spread);
  };
  return { x: scaled(x), y: scaled(y) };
}

/** A landscape whose gradient can be estimated from some of its samples. */
export interface LeastSquares extends Landscape {
  readonly points: Points;
  batchGradient(at: Point, batch: readonly number[]): number[];
}

/** The mean squared error of y ≈ w·x + b. */
export function leastSquares(points: Points): LeastSquares {
  const { x, y } = points;
  const n = x.length;
  const mean = (of: (i: number) => number): number => x.reduce((sum, _, i) => sum + of(i), 0) / n;
  const [mx, my] = [mean((i) => x[i]!), mean((i) => y[i]!)];
  const [xx, xy, yy] = [mean((i) => x[i]! ** 2), mean((i) => x[i]! * y[i]!), mean((i) => y[i]! ** 2)];
  const variance = xx - mx * mx;
  // All points above each other have no best line: any through their middle does.
  const w = variance > 1e-12 ? (xy - mx * my) / variance : 0;
  const b = my - w * mx;
  const loss = ([p, q]: Point): number =>
    Math.max(0, p! * p! * xx + q! * q! + yy + 2 * (p! * q! * mx - p! * xy - q! * my));
  const gradientOver = (at: Point, which: readonly number[]): number[] => {
    let [dw, db] = [0, 0];
    for (const i of which) {
      const error = at[0]! * x[i]! + at[1]! - y[i]!;
      dw += error * x[i]!;
      db += error;
    }
    return [(2 * dw) / which.length, (2 * db) / which.length];
  };
  const [wide, high] = [Math.max(2, 1.3 * Math.abs(w)), Math.max(2, 1.3 * Math.abs(b))];
  return {
    name: 'points',
    axes: ['w', 'b'],
    bounds: [
      [w - wide, w + wide],
      [b - high, b + high],
    ],
    start: [w - 0.8 * wide, b + 0.65 * high],
    lowest: { at: [w, b], loss: loss([w, b]) },
    // The larger eigenvalue of the second derivatives 2·[[xx, mx], [mx, 1]].
    curvature: xx + 1 + Math.sqrt((xx - 1) ** 2 + 4 * mx * mx),
    points,
    loss,
    gradient: ([p, q]) => [2 * (p! * xx + q! * mx - xy), 2 * (p! * mx + q! - my)],
    batchGradient: gradientOver,
  };
}
