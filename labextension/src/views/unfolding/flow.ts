/** A network that moves the plane layer by layer: h ← h + tanh(h·W + b)·V + c, and a line at the end. */

import { batches, random } from '../../shared/concept/batches';
import type { Points } from '../../shared/concept/points';

export type Spot = readonly [number, number];

export const SAMPLES = 200;
export const BATCH = 20;
/** The second matrix begins so much smaller, so that the plane begins almost flat. */
const GENTLE = 0.3;
/** What is added to the loss for each squared movement, so that layers share the work and the plane stays smooth. */
export const EFFORT = 0.02;
const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-7];

/** How many weights a layer has, and the network. */
export function layerSize(units: number): number {
  return 5 * units + 2;
}

export function countOf(layers: number, units: number): number {
  return layers * layerSize(units) + 3;
}

/** W, b, V and c of each layer in turn, then the weights and the bias of the line. */
export function initialWeights(layers: number, units: number, seed: number): Float64Array {
  const next = random(seed + 3000);
  const weights = new Float64Array(countOf(layers, units));
  let at = 0;
  const draw = (count: number, limit: number): void => {
    for (let i = 0; i < count; i += 1) weights[at++] = limit * (2 * next() - 1);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const limit = Math.sqrt(6 / (2 + units));
    draw(2 * units, limit);
    at += units;
    draw(2 * units, GENTLE * limit);
    at += 2;
  }
  draw(2, Math.sqrt(6 / 3));
  return weights;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

export class Flow {
  weights: Float64Array;
  private readonly hidden: Float64Array;
  private readonly ways: Float64Array;

  constructor(
    readonly layers: number,
    readonly units: number,
    weights: Float64Array,
    private readonly effort = EFFORT,
  ) {
    this.weights = weights;
    this.hidden = new Float64Array(layers * units);
    this.ways = new Float64Array(2 * (layers + 1));
  }

  /** Where a point is after each layer: x and y in turn, from the input on. They are overwritten. */
  forward(x: number, y: number): Float64Array {
    const { layers, units: n, weights: w, hidden, ways } = this;
    ways[0] = x;
    ways[1] = y;
    for (let layer = 0; layer < layers; layer += 1) {
      const base = layer * layerSize(n);
      const [a, b] = [ways[2 * layer]!, ways[2 * layer + 1]!];
      let [p, q] = [a + w[base + 5 * n]!, b + w[base + 5 * n + 1]!];
      for (let u = 0; u < n; u += 1) {
        const h = Math.tanh(a * w[base + u]! + b * w[base + n + u]! + w[base + 2 * n + u]!);
        hidden[layer * n + u] = h;
        p += h * w[base + 3 * n + 2 * u]!;
        q += h * w[base + 3 * n + 2 * u + 1]!;
      }
      ways[2 * layer + 2] = p;
      ways[2 * layer + 3] = q;
    }
    return ways;
  }

  /** Where a point is at a position from 0 to `layers`, with parts of a layer. */
  place(x: number, y: number, position: number): Spot {
    const ways = this.forward(x, y);
    const below = Math.min(this.layers - 1, Math.floor(position));
    const part = position - below;
    const between = (i: number): number =>
      ways[2 * below + i]! + part * (ways[2 * below + 2 + i]! - ways[2 * below + i]!);
    return [between(0), between(1)];
  }

  /** The weights and the bias of the line at the end. */
  get line(): readonly [number, number, number] {
    const at = this.weights.length - 3;
    return [this.weights[at]!, this.weights[at + 1]!, this.weights[at + 2]!];
  }

  logit(x: number, y: number): number {
    const ways = this.forward(x, y);
    const [a, b, c] = this.line;
    return ways[2 * this.layers]! * a + ways[2 * this.layers + 1]! * b + c;
  }

  /** Adds the gradient of one point's cross-entropy, divided by `count`. */
  backward(x: number, y: number, label: number, count: number, gradient: Float64Array): void {
    const error = (sigmoid(this.logit(x, y)) - label) / count;
    const { layers, units: n, weights: w, hidden, ways } = this;
    const end = w.length - 3;
    gradient[end]! += error * ways[2 * layers]!;
    gradient[end + 1]! += error * ways[2 * layers + 1]!;
    gradient[end + 2]! += error;
    let [dx, dy] = [error * w[end]!, error * w[end + 1]!];
    for (let layer = layers - 1; layer >= 0; layer -= 1) {
      const base = layer * layerSize(n);
      const [a, b] = [ways[2 * layer]!, ways[2 * layer + 1]!];
      let [ex, ey] = [dx, dy];
      // What each layer moves costs a little.
      const cost = (2 * this.effort) / count;
      dx += cost * (ways[2 * layer + 2]! - a);
      dy += cost * (ways[2 * layer + 3]! - b);
      gradient[base + 5 * n]! += dx;
      gradient[base + 5 * n + 1]! += dy;
      for (let u = 0; u < n; u += 1) {
        const h = hidden[layer * n + u]!;
        const [v, at] = [base + 3 * n + 2 * u, base + u];
        gradient[v]! += dx * h;
        gradient[v + 1]! += dy * h;
        const inner = (dx * w[v]! + dy * w[v + 1]!) * (1 - h * h);
        gradient[at]! += inner * a;
        gradient[at + n]! += inner * b;
        gradient[at + 2 * n]! += inner;
        ex += inner * w[at]!;
        ey += inner * w[at + n]!;
      }
      [dx, dy] = [ex, ey];
    }
  }
}

/** Trains a flow with Adam, an epoch at a time. */
export class Trainer {
  epoch = 0;
  private step = 0;
  private readonly gradient: Float64Array;
  private readonly mean: Float64Array;
  private readonly squares: Float64Array;

  constructor(
    readonly flow: Flow,
    private readonly points: Points,
    private readonly seed: number,
  ) {
    const count = flow.weights.length;
    [this.gradient, this.mean, this.squares] = [0, 1, 2].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  advance(rate: number): void {
    const { x1, x2, y } = this.points;
    const steps = Math.ceil(y.length / BATCH);
    for (const batch of batches(y.length, BATCH, steps, this.seed * 100_003 + this.epoch)) {
      this.gradient.fill(0);
      for (const i of batch) this.flow.backward(x1[i]!, x2[i]!, y[i]!, batch.length, this.gradient);
      this.apply(rate);
    }
    this.epoch += 1;
  }

  private apply(rate: number): void {
    const { gradient, mean, squares } = this;
    const { weights } = this.flow;
    this.step += 1;
    const corrected = (rate * Math.sqrt(1 - BETA_2 ** this.step)) / (1 - BETA_1 ** this.step);
    for (let i = 0; i < weights.length; i += 1) {
      const g = gradient[i]!;
      mean[i]! += (g - mean[i]!) * (1 - BETA_1);
      squares[i]! += (g * g - squares[i]!) * (1 - BETA_2);
      weights[i]! -= (corrected * mean[i]!) / (Math.sqrt(squares[i]!) + EPSILON);
    }
  }
}

/** Mean cross-entropy, and the share of points on the right side. */
export function score(flow: Flow, { x1, x2, y }: Points): { loss: number; accuracy: number } {
  let [loss, right] = [0, 0];
  for (let i = 0; i < y.length; i += 1) {
    const logit = flow.logit(x1[i]!, x2[i]!);
    loss += Math.max(logit, 0) - logit * y[i]! + Math.log1p(Math.exp(-Math.abs(logit)));
    if (logit > 0 === (y[i] === 1)) right += 1;
  }
  return { loss: loss / y.length, accuracy: right / y.length };
}
