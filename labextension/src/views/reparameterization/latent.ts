/** The reparameterization trick: `dlwidgets/concepts/_reparameterization.py` computes the same. */

import { random } from '../../shared/concept/batches';
import { backward, type Dense, forward, output } from '../../shared/concept/dense';
import { LEAST_DEVIATION, MOST_DEVIATION, type Path, REACH } from './fields';

export type Pair = readonly [number, number];

/** Between the seeds of two steps. */
const STEP = 7919;
/** Of Adam. */
const RATE = 0.05;
const BETA1 = 0.9;
const BETA2 = 0.999;
const TINY = 1e-7;
const BOUNDS = [2 * Math.log(LEAST_DEVIATION), 2 * Math.log(MOST_DEVIATION)] as const;

/** Random numbers of the standard normal distribution; an even number of them. */
export function normals(seed: number, step: number, count = 2): number[] {
  const next = random(seed * 1000 + step * STEP);
  const found: number[] = [];
  while (found.length < count) {
    const size = Math.sqrt(-2 * Math.log(1 - next()));
    const turn = 2 * Math.PI * next();
    found.push(size * Math.cos(turn), size * Math.sin(turn));
  }
  return found;
}

/** The KL divergence from N(0, 1) of a dimension, in closed form. */
export function divergence(mean: number, deviation: number): number {
  const variance = deviation * deviation;
  return (mean * mean + variance - Math.log(variance) - 1) / 2;
}

/** The KL divergence as the mean of log q(z) − log p(z) over samples: ε of x and y in turn. */
export function estimate(mean: Pair, deviation: Pair, epsilons: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < epsilons.length; i += 1) {
    const sigma = deviation[i % 2]!;
    const z = mean[i % 2]! + sigma * epsilons[i]!;
    sum += (z * z - epsilons[i]! * epsilons[i]!) / 2 - Math.log(sigma);
  }
  return sum / (epsilons.length / 2);
}

export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** The pixels that a latent vector is decoded to. */
export function decoded(decoder: readonly Dense[], z: Pair): Float64Array {
  return output(decoder, Float64Array.from(z)).map(sigmoid);
}

/** The cross-entropy of an image and the decoded one, and its gradient by z. */
export function reconstruction(
  decoder: readonly Dense[],
  x: Float64Array,
  z: Pair,
): { loss: number; byZ: Pair } {
  const outputs = forward(decoder, Float64Array.from(z));
  const logits = outputs.at(-1)!;
  let loss = 0;
  const change = logits.map((logit, i) => {
    loss += Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit))) - x[i]! * logit;
    return sigmoid(logit) - x[i]!;
  });
  const [a, b] = backward(decoder, outputs, change);
  return { loss, byZ: [a!, b!] };
}

export interface Gradients {
  readonly loss: number;
  readonly z: Pair;
  readonly byZ: Pair;
  readonly byMean: Pair;
  readonly byDeviation: Pair;
}

interface Place {
  readonly mean: Pair;
  readonly deviation: Pair;
  readonly epsilon: Pair;
  readonly beta: number;
  readonly path: Path;
}

/** The gradients of the loss: reconstruction plus β times the KL divergence. */
export function gradients(decoder: readonly Dense[], x: Float64Array, place: Place): Gradients {
  const { mean, deviation, epsilon, beta, path } = place;
  const z: Pair = [mean[0] + deviation[0] * epsilon[0], mean[1] + deviation[1] * epsilon[1]];
  const { loss, byZ } = reconstruction(decoder, x, z);
  const passes = path === 'reparameterized' ? 1 : 0;
  const byMean = (i: 0 | 1): number => passes * byZ[i] + beta * mean[i];
  const byDeviation = (i: 0 | 1): number =>
    passes * byZ[i] * epsilon[i] + beta * (deviation[i] - 1 / deviation[i]);
  return { loss, z, byZ, byMean: [byMean(0), byMean(1)], byDeviation: [byDeviation(0), byDeviation(1)] };
}

/** Adam on μ and log σ², as an encoder learns them for one image; the decoder stays as it is. */
export class Training {
  /** Steps so far. */
  steps = 0;
  private values: number[];
  private first = [0, 0, 0, 0];
  private second = [0, 0, 0, 0];

  constructor(mean: Pair, deviation: Pair) {
    this.values = [...mean, ...deviation.map((one) => 2 * Math.log(one))];
  }

  get mean(): Pair {
    return [this.values[0]!, this.values[1]!];
  }

  get deviation(): Pair {
    return [Math.exp(this.values[2]! / 2), Math.exp(this.values[3]! / 2)];
  }

  step({ byMean, byDeviation }: Pick<Gradients, 'byMean' | 'byDeviation'>): void {
    const { deviation } = this;
    // σ = exp(log σ² / 2)
    const slope = [...byMean, (byDeviation[0] * deviation[0]) / 2, (byDeviation[1] * deviation[1]) / 2];
    this.steps += 1;
    const rate = (RATE * Math.sqrt(1 - BETA2 ** this.steps)) / (1 - BETA1 ** this.steps);
    this.values = this.values.map((value, i) => {
      this.first[i] = BETA1 * this.first[i]! + (1 - BETA1) * slope[i]!;
      this.second[i] = BETA2 * this.second[i]! + (1 - BETA2) * slope[i]! ** 2;
      const moved = value - (rate * this.first[i]) / (Math.sqrt(this.second[i]) + TINY);
      const [low, high] = i < 2 ? [-REACH, REACH] : BOUNDS;
      return Math.min(high, Math.max(low, moved));
    });
  }
}
