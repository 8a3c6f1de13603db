/** The mean squared error of a line, its gradient and its shape. `_one_neuron.py` computes the same. */

type Values = readonly number[];
export type Weights = readonly [number, number];

function mean(values: Values): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

export function lossOf(x: Values, y: Values, [w, b]: Weights): number {
  return mean(x.map((value, i) => (w * value + b - y[i]!) ** 2));
}

/** The gradient of the loss of some points by w and b. */
export function gradientOf(x: Values, y: Values, [w, b]: Weights, batch: Values): Weights {
  let [dw, db] = [0, 0];
  for (const i of batch) {
    const error = w * x[i]! + b - y[i]!;
    dw += error * x[i]!;
    db += error;
  }
  return [(2 * dw) / batch.length, (2 * db) / batch.length];
}

/** What the shape of the loss comes from; y has no part in it. */
export interface Shape {
  /** The means of x and of its square. */
  readonly mean: number;
  readonly squares: number;
  /** The largest curvature: the larger eigenvalue of the second derivatives. */
  readonly curvature: number;
  /** Above this rate, steps with all points lead away. */
  readonly limit: number;
}

export function shapeOf(x: Values): Shape {
  const [m, squares] = [mean(x), mean(x.map((value) => value * value))];
  const curvature = squares + 1 + Math.sqrt((squares - 1) ** 2 + 4 * m * m);
  return { mean: m, squares, curvature, limit: 2 / curvature };
}

/** w and b of the lowest loss; where all x are equal, the line is flat. */
export function bestOf(x: Values, y: Values): Weights {
  const [mx, my] = [mean(x), mean(y)];
  const variance = mean(x.map((value) => value * value)) - mx * mx;
  const covariance = mean(x.map((value, i) => value * y[i]!)) - mx * my;
  const w = variance > 1e-12 ? covariance / variance : 0;
  return [w, my - w * mx];
}

/** How widely values are spread. */
export function spread(values: Values): number {
  const m = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
}

/** The steps that it learns in, until it is far away. */
export interface Learning {
  /** w and b before each step, and after the last one. */
  readonly path: readonly Weights[];
  /** Of all points, at each place. */
  readonly losses: readonly number[];
  /** The points of each step. */
  readonly batches: readonly Values[];
  readonly diverged: boolean;
}

/** What is farther away never comes back. */
const FAR = 1e9;

/** Learns from one batch in each step, by plain gradient descent. */
export function learn(
  x: Values,
  y: Values,
  start: Weights,
  rate: number,
  chosen: readonly Values[],
): Learning {
  const path: Weights[] = [start];
  const losses = [lossOf(x, y, start)];
  for (const batch of chosen) {
    const at = path.at(-1)!;
    const slope = gradientOf(x, y, at, batch);
    const after: Weights = [at[0] - rate * slope[0], at[1] - rate * slope[1]];
    const near = Math.abs(after[0]) <= FAR && Math.abs(after[1]) <= FAR;
    if (!near) return { path, losses, batches: chosen, diverged: true };
    path.push(after);
    losses.push(lossOf(x, y, after));
  }
  // Somewhat above the limit it takes more steps than there are.
  const diverged = losses.at(-1)! > 3 * losses[0]! + 1e-9;
  return { path, losses, batches: chosen, diverged };
}
