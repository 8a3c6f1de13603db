/** A deep network of equal layers: one pass forward and back, as in `dlwidgets/concepts/_initialization.py`. */

import { drawn, isTruncated, spread } from './draws';
import type { Activation, FIELDS } from './fields';
import { moments } from './profile';
import type { Values } from '../../shared/concept/state';

type State = Values<typeof FIELDS>;

export const SAMPLES = 48;
export const CLASSES = 10;
/** The place of the last layer among the seeds. */
const HEAD = 99;
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** Random numbers with standard deviation 1, which are kept while only their size changes. */
interface Draws {
  readonly key: string;
  readonly inputs: Float64Array;
  /** Of each layer; the last one has 10 units. */
  readonly kernels: readonly Float64Array[];
  /** The same with rows for columns. */
  readonly turned: readonly Float64Array[];
  /** The standard deviations of the kernels. */
  readonly deviations: readonly number[];
}

/** One pass: the inputs, then the output of each layer; and the gradients of the mean loss. */
export interface Pass {
  readonly activations: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  /** By the kernel of each layer; only computed where they are shown. */
  readonly weights: () => Float64Array[];
  /** The standard deviations of the weights of each layer. */
  readonly sizes: readonly number[];
  /** The root mean square of what each layer gives to its activation. */
  readonly products: readonly number[];
  readonly loss: number;
}

let kept: Draws | null = null;

function draws({ method, distribution, depth, units, seed }: State): Draws {
  const truncated = isTruncated(method);
  const key = [truncated, distribution, depth, units, seed].join(' ');
  if (kept?.key === key) return kept;
  const places = [...Array.from({ length: depth }, (_, i) => i + 1), HEAD];
  const kernels = places.map((place) =>
    drawn(units * (place === HEAD ? CLASSES : units), distribution, seed, place, truncated),
  );
  kept = {
    key,
    inputs: drawn(SAMPLES * units, 'normal', seed, 0, false),
    kernels,
    turned: kernels.map((kernel) => transposed(kernel, kernel.length / units)),
    deviations: kernels.map(deviation),
  };
  return kept;
}

/** a·b times `size`: `a` has `n` columns, `b` has `m`. */
function product(a: Float64Array, b: Float64Array, n: number, m: number, size = 1): Float64Array {
  const rows = a.length / n;
  const found = new Float64Array(rows * m);
  for (let row = 0; row < rows; row += 1) {
    const to = row * m;
    // Four rows of `b` at once: each sum is fetched and stored a quarter as often.
    let k = 0;
    for (; k + 3 < n; k += 4) {
      const at = row * n + k;
      const [p, q, r, s] = [size * a[at]!, size * a[at + 1]!, size * a[at + 2]!, size * a[at + 3]!];
      if (p === 0 && q === 0 && r === 0 && s === 0) continue;
      const [i, o, u, v] = [k * m, (k + 1) * m, (k + 2) * m, (k + 3) * m];
      for (let j = 0; j < m; j += 1) {
        found[to + j] = found[to + j]! + p * b[i + j]! + q * b[o + j]! + r * b[u + j]! + s * b[v + j]!;
      }
    }
    for (; k < n; k += 1) {
      const value = size * a[row * n + k]!;
      const from = k * m;
      for (let j = 0; j < m; j += 1) found[to + j] = found[to + j]! + value * b[from + j]!;
    }
  }
  return found;
}

/** The matrix with `n` columns turned over. */
function transposed(a: Float64Array, n: number): Float64Array {
  const rows = a.length / n;
  const found = new Float64Array(a.length);
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < n; k += 1) found[k * rows + row] = a[row * n + k]!;
  }
  return found;
}

function activate(z: Float64Array, name: Activation): { values: Float64Array; slopes: Float64Array } {
  const values = new Float64Array(z.length);
  const slopes = new Float64Array(z.length);
  for (let i = 0; i < z.length; i += 1) {
    const one = z[i]!;
    let value = one;
    let slope = 1;
    if (name === 'relu') {
      value = one > 0 ? one : 0;
      slope = one > 0 ? 1 : 0;
    } else if (name === 'tanh') {
      value = Math.tanh(one);
      slope = 1 - value * value;
    } else if (name === 'sigmoid') {
      value = 1 / (1 + Math.exp(-Math.min(700, Math.max(-700, one))));
      slope = value * (1 - value);
    } else if (name === 'selu') {
      const low = SELU_ALPHA * Math.exp(Math.min(one, 0));
      value = SELU_SCALE * (one > 0 ? one : low - SELU_ALPHA);
      slope = SELU_SCALE * (one > 0 ? 1 : low);
    }
    values[i] = value;
    slopes[i] = slope;
  }
  return { values, slopes };
}

function added(a: Float64Array, b: Float64Array): Float64Array {
  const found = new Float64Array(a.length);
  for (let i = 0; i < a.length; i += 1) found[i] = a[i]! + b[i]!;
  return found;
}

function times(a: Float64Array, b: Float64Array): Float64Array {
  const found = new Float64Array(a.length);
  for (let i = 0; i < a.length; i += 1) found[i] = a[i]! * b[i]!;
  return found;
}

/** The gradient of the mean cross-entropy by the logits, and this loss. Sample i has class i mod 10. */
function judged(logits: Float64Array): { error: Float64Array; loss: number } {
  const error = new Float64Array(logits.length);
  let loss = 0;
  for (let row = 0; row < SAMPLES; row += 1) {
    const at = row * CLASSES;
    const own = logits.subarray(at, at + CLASSES);
    const top = Math.max(...own);
    const powers = own.map((one) => Math.exp(one - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    const label = row % CLASSES;
    loss += Math.log(sum) - (own[label]! - top);
    powers.forEach((one, j) => (error[at + j] = (one / sum - (j === label ? 1 : 0)) / SAMPLES));
  }
  return { error, loss: loss / SAMPLES };
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
}

/** What the network of a state computes for its batch. */
export function run(state: State): Pass {
  const { method, scale, activation, units, residual } = state;
  const { inputs, kernels, turned, deviations } = draws(state);
  // The scale is that of the products: the kernels stay as they were drawn.
  const sizes = kernels.map((kernel) => spread(method, units, kernel.length / units) * scale);
  const depth = kernels.length - 1;
  const activations = [inputs];
  const slopes: Float64Array[] = [];
  const products: number[] = [];
  for (let i = 0; i < depth; i += 1) {
    const before = activations.at(-1)!;
    const z = product(before, kernels[i]!, units, units, sizes[i]);
    products.push(moments(z).rms);
    const now = activate(z, activation);
    activations.push(residual ? added(now.values, before) : now.values);
    slopes.push(now.slopes);
  }
  const { error, loss } = judged(product(activations.at(-1)!, kernels[depth]!, units, CLASSES, sizes[depth]));
  let gradient = product(error, turned[depth]!, CLASSES, units, sizes[depth]);
  const gradients = [gradient];
  const deltas: Float64Array[] = [];
  for (let i = depth - 1; i >= 0; i -= 1) {
    const delta = times(gradient, slopes[i]!);
    deltas.unshift(delta);
    const below = product(delta, turned[i]!, units, units, sizes[i]);
    gradient = residual ? added(below, gradient) : below;
    gradients.unshift(gradient);
  }
  const weights = (): Float64Array[] =>
    deltas.map((delta, i) => product(transposed(activations[i]!, units), delta, SAMPLES, units));
  const spreads = deviations.slice(0, depth).map((one, i) => one * sizes[i]!);
  return { activations, gradients, weights, sizes: spreads, products, loss };
}
