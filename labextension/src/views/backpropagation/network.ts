/** A small network of dense layers: forward, loss, backward, update. `_backpropagation.py` computes the same. */

import { random } from '../../shared/concept/batches';

export const ACTIVATIONS = ['linear', 'sigmoid', 'tanh', 'relu', 'softmax'] as const;
export type Activation = (typeof ACTIVATIONS)[number];
/** Half the sum of squares, their mean, and the sum and the mean of the cross-entropies. */
export const LOSSES = ['squared', 'mse', 'crossentropy', 'binary_crossentropy'] as const;
export type Loss = (typeof LOSSES)[number];
export const MISTAKES = ['none', 'no_slope', 'new_weights'] as const;
export type Mistake = (typeof MISTAKES)[number];

type Vector = readonly number[];

export interface Layer {
  /** By unit that it comes from, then by unit that it goes to. */
  readonly weights: readonly Vector[];
  readonly biases: Vector;
  readonly activation: Activation;
}

export type Network = readonly Layer[];

export interface Gradient {
  readonly weights: readonly Vector[];
  readonly biases: Vector;
}

/** How a network is trained. */
export interface Task {
  readonly loss: Loss;
  readonly l2: number;
  readonly mistake: Mistake;
  readonly learning_rate: number;
}

/** All that one pass computes. */
export interface Pass {
  readonly z: readonly Vector[];
  /** The first are the inputs. */
  readonly a: readonly Vector[];
  readonly loss: number;
  readonly deltas: readonly Vector[];
  readonly gradients: readonly Gradient[];
}

/** Whether a loss can be computed from the outputs of an activation. */
export function fits(loss: Loss, activation: Activation): boolean {
  if (loss === 'crossentropy') return activation === 'sigmoid' || activation === 'softmax';
  return loss !== 'binary_crossentropy' || activation === 'sigmoid';
}

export function isEntropy(loss: Loss): boolean {
  return loss === 'crossentropy' || loss === 'binary_crossentropy';
}

export function sum(values: Vector): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function activated(z: Vector, activation: Activation): number[] {
  switch (activation) {
    case 'linear':
      return [...z];
    case 'sigmoid':
      return z.map((value) => 1 / (1 + Math.exp(-value)));
    case 'tanh':
      return z.map(Math.tanh);
    case 'relu':
      return z.map((value) => Math.max(value, 0));
    case 'softmax': {
      const most = Math.max(...z);
      const powers = z.map((value) => Math.exp(value - most));
      const total = sum(powers);
      return powers.map((power) => power / total);
    }
  }
}

/** The derivative of an activation that sees one unit at a time. */
export function slope(z: number, a: number, activation: Activation): number {
  switch (activation) {
    case 'sigmoid':
      return a * (1 - a);
    case 'tanh':
      return 1 - a * a;
    case 'relu':
      return z > 0 ? 1 : 0;
    default:
      return 1;
  }
}

/** The loss without the regularization. */
export function lossOf(z: Vector, a: Vector, y: Vector, loss: Loss, activation: Activation): number {
  const count = y.length;
  if (!isEntropy(loss)) {
    const squares = sum(a.map((value, k) => (value - y[k]!) ** 2));
    return loss === 'squared' ? squares / 2 : squares / count;
  }
  // From z, so that no logarithm of 0 is taken.
  if (activation === 'softmax') {
    const most = Math.max(...z);
    const all = most + Math.log(sum(z.map((value) => Math.exp(value - most))));
    return sum(y.map((target, k) => target * (all - z[k]!)));
  }
  const each = z.map((value, k) => softplus(value) - y[k]! * value);
  return sum(each) / (loss === 'binary_crossentropy' ? count : 1);
}

function softplus(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}

/** The gradient of the loss by the outputs, but for entropies, of which that by z is simpler. */
export function outputGradient(a: Vector, y: Vector, loss: Loss): number[] {
  const factor = loss === 'mse' ? 2 / y.length : 1;
  return a.map((value, k) => (value - y[k]!) * factor);
}

function lastDelta(
  z: Vector,
  a: Vector,
  y: Vector,
  { loss, mistake }: Task,
  activation: Activation,
): number[] {
  if (isEntropy(loss)) {
    const all = activation === 'softmax' ? sum(y) : 1;
    const count = loss === 'binary_crossentropy' ? y.length : 1;
    return a.map((value, k) => (value * all - y[k]!) / count);
  }
  const error = outputGradient(a, y, loss);
  if (mistake === 'no_slope') return error;
  if (activation === 'softmax') {
    const mean = sum(error.map((value, k) => value * a[k]!));
    return a.map((value, k) => value * (error[k]! - mean));
  }
  return error.map((value, k) => value * slope(z[k]!, a[k]!, activation));
}

export function forward(network: Network, x: Vector): Pick<Pass, 'z' | 'a'> {
  const z: number[][] = [];
  const a: Vector[] = [x];
  for (const { weights, biases, activation } of network) {
    const from = a.at(-1)!;
    z.push(biases.map((bias, j) => bias + sum(from.map((value, i) => value * weights[i]![j]!))));
    a.push(activated(z.at(-1)!, activation));
  }
  return { z, a };
}

/** The loss of a sample, with the regularization. */
export function totalLoss(network: Network, x: Vector, y: Vector, task: Task): number {
  const { z, a } = forward(network, x);
  return withPenalty(network, lossOf(z.at(-1)!, a.at(-1)!, y, task.loss, network.at(-1)!.activation), task);
}

/** The sum of all squared weights, without the biases. */
export function squares(network: Network): number {
  return sum(network.flatMap(({ weights }) => weights.flat()).map((w) => w * w));
}

function withPenalty(network: Network, loss: number, { l2 }: Task): number {
  return l2 === 0 ? loss : loss + (l2 / 2) * squares(network);
}

/** One pass: forward, loss, backward. */
export function run(network: Network, x: Vector, y: Vector, task: Task): Pass {
  const { z, a } = forward(network, x);
  const { activation } = network.at(-1)!;
  const loss = withPenalty(network, lossOf(z.at(-1)!, a.at(-1)!, y, task.loss, activation), task);
  let delta = lastDelta(z.at(-1)!, a.at(-1)!, y, task, activation);
  const deltas: number[][] = [];
  const gradients: Gradient[] = [];
  for (let l = network.length - 1; l >= 0; l -= 1) {
    const { weights } = network[l]!;
    const from = a[l]!;
    const own = delta;
    const gradient = weights.map((row, i) => row.map((w, j) => from[i]! * own[j]! + task.l2 * w));
    deltas.unshift(own);
    gradients.unshift({ weights: gradient, biases: own });
    if (l > 0) {
      const seen = task.mistake === 'new_weights' ? less(weights, gradient, task.learning_rate) : weights;
      delta = seen.map((row, i) => {
        const back = sum(row.map((w, j) => w * own[j]!));
        if (task.mistake === 'no_slope') return back;
        return back * slope(z[l - 1]![i]!, from[i]!, network[l - 1]!.activation);
      });
    }
  }
  return { z, a, loss, deltas, gradients };
}

function less(values: readonly Vector[], by: readonly Vector[], rate: number): number[][] {
  return values.map((row, i) => row.map((value, j) => value - rate * by[i]![j]!));
}

/** The network after a step against its gradients. */
export function moved(network: Network, gradients: readonly Gradient[], rate: number): Network {
  return network.map(({ weights, biases, activation }, l) => ({
    weights: less(weights, gradients[l]!.weights, rate),
    biases: biases.map((bias, j) => bias - rate * gradients[l]!.biases[j]!),
    activation,
  }));
}

/** All weights and biases: for each layer its kernel row by row, then its biases. */
export function flat(network: Network): number[] {
  return network.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]);
}

/** How many weights and biases layers of so many units have. */
export function countOf(layers: Vector): number {
  return sum(layers.slice(1).map((units, l) => (layers[l]! + 1) * units));
}

/** Weights with one decimal from −1 to 1, without 0. */
export function madeWeights(layers: Vector, seed: number): number[] {
  const next = random(seed);
  return Array.from({ length: countOf(layers) }, () => {
    const tenth = Math.floor(next() * 20);
    return (tenth < 10 ? tenth - 10 : tenth - 9) / 10;
  });
}

export function networkOf(layers: Vector, numbers: Vector, activations: readonly Activation[]): Network {
  let at = 0;
  const take = (count: number): number[] => numbers.slice(at, (at += count));
  return layers.slice(1).map((units, l) => ({
    weights: Array.from({ length: layers[l]! }, () => take(units)),
    biases: take(units),
    activation: activations[l]!,
  }));
}

/** A weight or bias: its layer, from which unit (-1 for the bias), and to which unit; all from 0. */
export interface Place {
  readonly layer: number;
  readonly from: number;
  readonly to: number;
}

/** The same network with one weight changed. */
export function changed(network: Network, { layer, from, to }: Place, value: number): Network {
  return network.map((one, l) => {
    if (l !== layer) return one;
    if (from < 0) return { ...one, biases: one.biases.map((b, j) => (j === to ? value : b)) };
    return {
      ...one,
      weights: one.weights.map((row, i) => (i === from ? row.map((w, j) => (j === to ? value : w)) : row)),
    };
  });
}

export function weightAt(network: Network, { layer, from, to }: Place): number {
  const { weights, biases } = network[layer]!;
  return from < 0 ? biases[to]! : weights[from]![to]!;
}

export function gradientAt(gradients: readonly Gradient[], { layer, from, to }: Place): number {
  const { weights, biases } = gradients[layer]!;
  return from < 0 ? biases[to]! : weights[from]![to]!;
}

/** All places of a layer, those of one unit after those of another. */
export function placesOf(network: Network, layer: number): Place[] {
  const { weights, biases } = network[layer]!;
  return biases.flatMap((_, to) => [...weights.keys(), -1].map((from) => ({ layer, from, to })));
}

/** The gradient by a weight from the loss a little below and a little above. */
export function difference(
  network: Network,
  x: Vector,
  y: Vector,
  task: Task,
  place: Place,
  epsilon: number,
): number {
  const value = weightAt(network, place);
  const at = (by: number): number => totalLoss(changed(network, place, value + by), x, y, task);
  return (at(epsilon) - at(-epsilon)) / (2 * epsilon);
}
