/** Adversarial examples: `dlwidgets/concepts/_adversarial.py` computes the same. */

import { random } from '../../shared/concept/batches';
import { backward, type Dense, forward, output } from '../../shared/concept/dense';
import { softmax } from '../../shared/concept/softmax';

/** So often the interval with the smallest ε is halved. */
const BISECTIONS = 10;
/** The steps of the iterative method go so many times as far as ε, were they all in one direction. */
const REACH = 2.5;

export interface Goal {
  /** The class that the image has. */
  readonly label: number;
  /** The class that the answer shall become; null for any other. */
  readonly target: number | null;
  /** Steps of the iterative method; 0 for one step along the sign. */
  readonly steps: number;
}

/** How the lead of the rival changes: d = z[rival] − z[label], and w, its gradient by the pixels. */
export interface Margin {
  readonly w: Float64Array;
  readonly clean: number;
  /** The sum of |w|. */
  readonly norm: number;
  /** w · direction of the attack. */
  readonly slope: number;
  /** w · random signs. */
  readonly noise: number;
}

export function clip(value: number, low = 0, high = 1): number {
  return Math.min(high, Math.max(low, value));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** w · (after − before). */
export function along(w: Float64Array, before: Float64Array, after: Float64Array): number {
  return w.reduce((sum, value, i) => sum + value * (after[i]! - before[i]!), 0);
}

export function largest(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[found]!) found = i;
  return found;
}

export function probabilities(layers: readonly Dense[], x: Float64Array): number[] {
  return softmax([...output(layers, x)]);
}

/** The gradient of the cross-entropy of a class by the pixels. */
export function gradient(layers: readonly Dense[], x: Float64Array, label: number): Float64Array {
  const outputs = forward(layers, x);
  const change = Float64Array.from(softmax([...outputs.at(-1)!]));
  change[label]! -= 1;
  return backward(layers, outputs, change);
}

/** In which direction each pixel moves: the signs of a gradient. */
export function direction(layers: readonly Dense[], x: Float64Array, { label, target }: Goal): Float64Array {
  const along = target === null ? 1 : -1;
  return gradient(layers, x, target ?? label).map((value) => along * Math.sign(value) + 0);
}

/** An image that is moved along signs, with pixels from 0 to 1. */
export function moved(x: Float64Array, signs: Float64Array, epsilon: number): Float64Array {
  return x.map((value, i) => clip(value + epsilon * signs[i]!));
}

/** The image of an attack. */
export function attacked(
  layers: readonly Dense[],
  x: Float64Array,
  epsilon: number,
  goal: Goal,
): Float64Array {
  if (goal.steps === 0) return moved(x, direction(layers, x, goal), epsilon);
  const rate = (REACH * epsilon) / goal.steps;
  let found = x;
  for (let n = 0; n < goal.steps; n += 1) {
    const signs = direction(layers, found, goal);
    found = found.map((value, i) => clip(clip(value + rate * signs[i]!, x[i]! - epsilon, x[i]! + epsilon)));
  }
  return found;
}

/** Random signs, as many as there are pixels. */
export function noise(size: number, seed: number): Float64Array {
  const next = random(seed + 1);
  return Float64Array.from({ length: size }, () => (next() < 0.5 ? 1 : -1));
}

export function succeeded(shares: ArrayLike<number>, { label, target }: Goal): boolean {
  const predicted = largest(shares);
  return target === null ? predicted !== label : predicted === target;
}

/**
 * The smallest ε with which an attack succeeds; null if none of the levels is enough.
 *
 * @param shares the probabilities of an ε
 * @param index the first level that is enough; negative for none
 */
export function smallest(
  shares: (epsilon: number) => ArrayLike<number>,
  goal: Goal,
  levels: readonly number[],
  index: number,
): number | null {
  if (index <= 0) return index === 0 ? 0 : null;
  let [low, high] = [levels[index - 1]!, levels[index]!];
  for (let n = 0; n < BISECTIONS; n += 1) {
    const middle = (low + high) / 2;
    if (succeeded(shares(middle), goal)) high = middle;
    else low = middle;
  }
  return high;
}

/** How the lead of a rival class grows with ε, without clipping. */
export function margin(
  layers: readonly Dense[],
  x: Float64Array,
  [label, rival]: readonly [number, number],
  signs: Float64Array,
  seed: number,
): Margin {
  const outputs = forward(layers, x);
  const z = outputs.at(-1)!;
  const by = new Float64Array(z.length);
  by[rival]! += 1;
  by[label]! -= 1;
  const w = backward(layers, outputs, by);
  return {
    w,
    clean: z[rival]! - z[label]!,
    norm: w.reduce((sum, value) => sum + Math.abs(value), 0),
    slope: dot(w, signs),
    noise: dot(w, noise(w.length, seed)),
  };
}
