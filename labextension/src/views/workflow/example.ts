import { familyOf } from './advice';
import type { Activation, Loss } from './fields';

/** Keras's, by which it keeps probabilities from 0 and 1. */
export const EPSILON = 1e-7;

/** The outputs of a layer, from what its units give before the activation. */
export function activated(logits: readonly number[], activation: Activation): number[] {
  if (activation === 'softmax') {
    const largest = Math.max(...logits);
    const powers = logits.map((z) => Math.exp(z - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  }
  return logits.map((z) => {
    if (activation === 'sigmoid') return 1 / (1 + Math.exp(-z));
    if (activation === 'tanh') return Math.tanh(z);
    return activation === 'relu' ? Math.max(z, 0) : z;
  });
}

const clipped = (p: number): number => Math.min(1 - EPSILON, Math.max(EPSILON, p));

/** The shares of classes that a crossentropy sees. */
export function sharesOf(outputs: readonly number[], loss: Loss): number[] {
  if (loss.endsWith('_logits')) return activated(outputs, 'softmax');
  const sparse = loss.startsWith('sparse');
  const kept = sparse ? outputs.map(clipped) : outputs;
  const total = kept.reduce((sum, p) => sum + p, 0);
  const shares = total === 0 ? [...kept] : kept.map((p) => p / total);
  return sparse ? shares : shares.map(clipped);
}

/** The loss of one sample, as Keras computes it. `targets` are 1 for what is right, for classes. */
export function lossOf(outputs: readonly number[], targets: readonly number[], loss: Loss): number {
  const mean = (term: (p: number, y: number) => number): number =>
    outputs.reduce((sum, p, i) => sum + term(p, targets[i]!), 0) / outputs.length;
  if (loss === 'mse') return mean((p, y) => (p - y) ** 2);
  if (loss === 'mae') return mean((p, y) => Math.abs(p - y));
  if (loss === 'binary_logits') {
    return mean((z, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))));
  }
  if (loss === 'binary_crossentropy') {
    return mean((p, y) => -(y * Math.log(clipped(p)) + (1 - y) * Math.log(1 - clipped(p))));
  }
  return -sharesOf(outputs, loss).reduce((sum, p, i) => sum + targets[i]! * Math.log(p), 0);
}

/** What a loss computes with, and how. */
export interface Seen {
  readonly values: readonly number[];
  readonly loss: Loss;
}

/**
 * What a loss computes with: Keras with TensorFlow knows the logits of an output of sigmoid or softmax, and each
 * crossentropy takes those in place of the output, whether it is one of logits or not.
 */
export function seenBy(logits: readonly number[], activation: Activation, loss: Loss): Seen {
  const family = familyOf(loss);
  const known = activation === 'sigmoid' || activation === 'softmax';
  if (known && family !== 'distance') return { values: logits, loss: `${family}_logits` };
  return { values: activated(logits, activation), loss };
}

/** The loss of one sample, as a model of Keras has it. */
export function lossAfter(
  logits: readonly number[],
  targets: readonly number[],
  activation: Activation,
  loss: Loss,
): number {
  const seen = seenBy(logits, activation, loss);
  return lossOf(seen.values, targets, seen.loss);
}

/** How the loss changes with each unit before its activation, by central differences. */
export function gradients(
  logits: readonly number[],
  targets: readonly number[],
  activation: Activation,
  loss: Loss,
): number[] {
  const step = 1e-4;
  const side = (index: number, by: number): number => {
    const moved = logits.map((z, i) => (i === index ? z + by : z));
    return lossAfter(moved, targets, activation, loss);
  };
  return logits.map((_, i) => (side(i, step) - side(i, -step)) / (2 * step));
}
