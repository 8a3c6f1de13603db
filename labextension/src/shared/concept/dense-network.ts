/** A small network of dense layers: forward and backward, as Keras computes it. */

import { random } from './batches';

export const ACTIVATIONS = ['tanh', 'relu', 'sigmoid', 'linear'] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];
export const OPTIMIZERS = ['sgd', 'momentum', 'adam'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];
export const PENALTIES = ['none', 'l1', 'l2'] as const;
export type PenaltyName = (typeof PENALTIES)[number];
/** The cross-entropy of logits, or the squared error of values; the mean over the outputs, as in Keras. */
export type LossName = 'crossentropy' | 'mse';
/** Of one sample: a number for a single output, or a number for each. */
export type Target = number | ArrayLike<number>;

export interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Of shape (inputs, units), row by row, as in Keras. */
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

export function activated(name: ActivationName, z: number): number {
  if (name === 'tanh') return Math.tanh(z);
  if (name === 'relu') return z > 0 ? z : 0;
  if (name === 'sigmoid') return sigmoid(z);
  return z;
}

/** The derivative, from the value. */
function slope(name: ActivationName, value: number): number {
  if (name === 'tanh') return 1 - value * value;
  if (name === 'relu') return value > 0 ? 1 : 0;
  if (name === 'sigmoid') return value * (1 - value);
  return 1;
}

export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** The cross-entropy of a logit and a label of 0 or 1. */
export function crossEntropy(logit: number, label: number): number {
  return Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
}

/** How many weights a network has. */
export function countOf(sizes: readonly number[]): number {
  let count = 0;
  for (let i = 1; i < sizes.length; i += 1) count += (sizes[i - 1]! + 1) * sizes[i]!;
  return count;
}

export class Network {
  readonly layers: readonly Layer[];
  private readonly values: Float64Array[];
  private readonly errors: Float64Array[];

  /**
   * @param sizes inputs, units of each hidden layer, outputs
   * @param flat kernel and bias of each layer in turn
   * @param loss what the outputs are
   */
  constructor(
    readonly sizes: readonly number[],
    readonly activation: ActivationName,
    flat: ArrayLike<number>,
    private readonly loss: LossName = 'crossentropy',
  ) {
    let from = 0;
    const take = (count: number): Float64Array => {
      const part = Float64Array.from({ length: count }, (_, i) => flat[from + i]!);
      from += count;
      return part;
    };
    this.layers = sizes.slice(1).map((units, i) => {
      const inputs = sizes[i]!;
      return { inputs, units, kernel: take(inputs * units), bias: take(units) };
    });
    this.values = sizes.map((size) => new Float64Array(size));
    this.errors = sizes.map((size) => new Float64Array(size));
  }

  /** Kernel and bias of each layer in turn. */
  flat(): number[] {
    return this.layers.flatMap(({ kernel, bias }) => [...kernel, ...bias]);
  }

  /**
   * The values of all units for one sample, layer by layer; the last ones are logits or values. They are overwritten.
   *
   * @param masks by what the values of each hidden layer are multiplied: dropout
   */
  forward(inputs: ArrayLike<number>, masks?: readonly Float64Array[]): readonly Float64Array[] {
    const { values } = this;
    values[0]!.set(inputs);
    this.layers.forEach((layer, i) => {
      const [from, to] = [values[i]!, values[i + 1]!];
      const last = i === this.layers.length - 1;
      for (let u = 0; u < layer.units; u += 1) {
        let z = layer.bias[u]!;
        for (let k = 0; k < layer.inputs; k += 1) z += from[k]! * layer.kernel[k * layer.units + u]!;
        to[u] = last ? z : activated(this.activation, z) * (masks ? masks[i]![u]! : 1);
      }
    });
    return values;
  }

  /** Adds the gradient of one sample's loss, divided by `count`, to `gradients`. */
  backward(
    inputs: ArrayLike<number>,
    target: Target,
    count: number,
    gradients: readonly Layer[],
    masks?: readonly Float64Array[],
  ): void {
    const values = this.forward(inputs, masks);
    const { errors, layers } = this;
    const depth = layers.length;
    const outputs = values[depth]!;
    for (let u = 0; u < outputs.length; u += 1) {
      const wanted = typeof target === 'number' ? target : target[u]!;
      const error = this.loss === 'mse' ? 2 * (outputs[u]! - wanted) : sigmoid(outputs[u]!) - wanted;
      errors[depth]![u] = error / (count * outputs.length);
    }
    for (let i = depth - 1; i >= 0; i -= 1) {
      const { kernel, inputs: wide, units } = layers[i]!;
      const into = gradients[i]!;
      const [from, error, before] = [values[i]!, errors[i + 1]!, errors[i]!];
      for (let u = 0; u < units; u += 1) into.bias[u]! += error[u]!;
      for (let k = 0; k < wide; k += 1) {
        let sum = 0;
        for (let u = 0; u < units; u += 1) {
          into.kernel[k * units + u]! += from[k]! * error[u]!;
          sum += kernel[k * units + u]! * error[u]!;
        }
        if (i === 0) continue;
        const mask = masks ? masks[i - 1]![k]! : 1;
        before[k] = mask === 0 ? 0 : sum * mask * slope(this.activation, from[k]! / mask);
      }
    }
  }
}

/** Random weights as Keras's `glorot_uniform`, biases of 0. */
export function initialWeights(sizes: readonly number[], seed: number): number[] {
  const next = random(seed + 2000);
  const found: number[] = [];
  for (let i = 1; i < sizes.length; i += 1) {
    const [inputs, units] = [sizes[i - 1]!, sizes[i]!];
    const limit = Math.sqrt(6 / (inputs + units));
    for (let k = 0; k < inputs * units; k += 1) found.push(limit * (2 * next() - 1));
    for (let u = 0; u < units; u += 1) found.push(0);
  }
  return found;
}

/** Which units of the hidden layers are dropped, for one sample after the other. */
export interface Dropping {
  rate: number;
  next: () => number;
}

export interface Knobs {
  optimizer: OptimizerName;
  learning_rate: number;
  regularization: PenaltyName;
  strength: number;
}

const MOMENTUM = 0.9;
const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-7];

function zeros(layers: readonly Layer[]): Layer[] {
  return layers.map(({ inputs, units, kernel, bias }) => ({
    inputs,
    units,
    kernel: new Float64Array(kernel.length),
    bias: new Float64Array(bias.length),
  }));
}

/** Changes the weights of a network, batch by batch, as Keras's optimizers do. */
export class Optimizer {
  private readonly gradients: Layer[];
  private readonly velocity: Layer[];
  private readonly squares: Layer[];
  private readonly masks: Float64Array[];
  private step = 0;
  private name: OptimizerName | null = null;

  constructor(private readonly network: Network) {
    this.gradients = zeros(network.layers);
    this.velocity = zeros(network.layers);
    this.squares = zeros(network.layers);
    this.masks = network.sizes.slice(1, -1).map((units) => new Float64Array(units));
  }

  /** What is kept is scaled up, as Keras does, so that nothing is to be done at test time. */
  private drop({ rate, next }: Dropping): void {
    for (const mask of this.masks) {
      for (let u = 0; u < mask.length; u += 1) mask[u] = next() < rate ? 0 : 1 / (1 - rate);
    }
  }

  /** One step with the gradient of a batch. */
  train(
    inputs: readonly ArrayLike<number>[],
    targets: ArrayLike<Target>,
    batch: readonly number[],
    knobs: Knobs,
    dropping: Dropping | null = null,
  ): void {
    const { network, gradients } = this;
    if (this.name !== knobs.optimizer) this.forget(knobs.optimizer);
    for (const { kernel, bias } of gradients) {
      kernel.fill(0);
      bias.fill(0);
    }
    for (const i of batch) {
      if (dropping) this.drop(dropping);
      network.backward(inputs[i]!, targets[i]!, batch.length, gradients, dropping ? this.masks : undefined);
    }
    this.step += 1;
    network.layers.forEach((layer, i) => {
      const gradient = gradients[i]!;
      penalize(layer.kernel, gradient.kernel, knobs);
      for (const part of ['kernel', 'bias'] as const) {
        this.apply(layer[part], gradient[part], this.velocity[i]![part], this.squares[i]![part], knobs);
      }
    });
  }

  /** Another optimizer remembers nothing of what this one did. */
  private forget(name: OptimizerName): void {
    this.name = name;
    this.step = 0;
    for (const { kernel, bias } of [...this.velocity, ...this.squares]) {
      kernel.fill(0);
      bias.fill(0);
    }
  }

  private apply(
    weights: Float64Array,
    gradient: Float64Array,
    velocity: Float64Array,
    squares: Float64Array,
    { optimizer, learning_rate: rate }: Knobs,
  ): void {
    const corrected = (rate * Math.sqrt(1 - BETA_2 ** this.step)) / (1 - BETA_1 ** this.step);
    for (let i = 0; i < weights.length; i += 1) {
      const g = gradient[i]!;
      if (optimizer === 'sgd') {
        weights[i]! -= rate * g;
      } else if (optimizer === 'momentum') {
        velocity[i] = MOMENTUM * velocity[i]! - rate * g;
        weights[i]! += velocity[i]!;
      } else {
        velocity[i]! += (g - velocity[i]!) * (1 - BETA_1);
        squares[i]! += (g * g - squares[i]!) * (1 - BETA_2);
        weights[i]! -= (corrected * velocity[i]!) / (Math.sqrt(squares[i]!) + EPSILON);
      }
    }
  }
}

/** Adds the gradient of the penalty on the kernel's weights. */
function penalize(kernel: Float64Array, gradient: Float64Array, { regularization, strength }: Knobs): void {
  if (regularization === 'none') return;
  for (let i = 0; i < kernel.length; i += 1) {
    gradient[i]! += strength * (regularization === 'l1' ? Math.sign(kernel[i]!) : 2 * kernel[i]!);
  }
}
