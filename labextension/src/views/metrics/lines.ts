/** Lines through values over x = 0, 1, …; `dlwidgets/concepts/_metrics.py` is the reference. */

/** Intercept and slope. */
export type Line = readonly [number, number];

export function at([intercept, slope]: Line, x: number): number {
  return intercept + slope * x;
}

/** Mean squared and mean absolute error. */
export function errorsOf(y: readonly number[], line: Line): { mse: number; mae: number } {
  const off = y.map((value, x) => Math.abs(value - at(line, x)));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return { mse: mean(off.map((one) => one * one)), mae: mean(off) };
}

/** The line with the lowest mean squared error. */
export function leastSquares(y: readonly number[]): Line {
  const middle = (y.length - 1) / 2;
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  let [up, down] = [0, 0];
  y.forEach((value, x) => {
    up += (x - middle) * (value - mean);
    down += (x - middle) ** 2;
  });
  return [mean - (up / down) * middle, up / down];
}

/** A line with the lowest mean absolute error: one of them always goes through two points. */
export function leastAbsolute(y: readonly number[]): Line {
  let best = Infinity;
  let found: Line = [0, 0];
  for (let i = 0; i < y.length; i += 1) {
    for (let j = i + 1; j < y.length; j += 1) {
      const slope = (y[j]! - y[i]!) / (j - i);
      const line: Line = [y[i]! - slope * i, slope];
      const { mae } = errorsOf(y, line);
      if (mae < best - 1e-12) [best, found] = [mae, line];
    }
  }
  return found;
}
