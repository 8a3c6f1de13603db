/** A small network with or without batch normalization, as in `dlwidgets/concepts/_batch_normalization.py`. */

import { random } from '../../shared/concept/batches';
import type { Activation, State } from './fields';
import { moments, moved, normalized } from './normalize';

/** A dense layer with the parameters of a batch normalization behind it. */
export interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  readonly movingMean: Float64Array;
  readonly movingVariance: Float64Array;
}

/** What a hidden layer computes of a batch. */
export interface Hidden {
  /** What goes in. */
  readonly a: Float64Array;
  /** Before and after the normalization; the same without one. */
  readonly z: Float64Array;
  readonly y: Float64Array;
  /** What it is normalized with. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly slope: Float64Array;
}

/** The layers before training; the last one gives the logit. */
export function firstLayers({ seed, units, layers, scale }: State): Layer[] {
  const next = random(seed * 1000 + 17);
  const sizes = [2, ...new Array<number>(layers).fill(units), 1];
  return sizes.slice(1).map((count, i) => {
    const inputs = sizes[i]!;
    const edge = Math.sqrt(6 / (inputs + count)) * scale;
    return {
      inputs,
      units: count,
      kernel: Float64Array.from({ length: inputs * count }, () => (2 * next() - 1) * edge),
      bias: new Float64Array(count),
      gamma: new Float64Array(count).fill(1),
      beta: new Float64Array(count),
      movingMean: new Float64Array(count),
      movingVariance: new Float64Array(count).fill(1),
    };
  });
}

function dense(a: Float64Array, { inputs, units, kernel, bias }: Layer): Float64Array {
  const rows = a.length / inputs;
  const found = new Float64Array(rows * units);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < units; j += 1) found[row * units + j] = bias[j]!;
    for (let k = 0; k < inputs; k += 1) {
      const value = a[row * inputs + k]!;
      for (let j = 0; j < units; j += 1) found[row * units + j]! += value * kernel[k * units + j]!;
    }
  }
  return found;
}

function activate(y: Float64Array, name: Activation): { out: Float64Array; slope: Float64Array } {
  if (name === 'relu') return { out: y.map((v) => Math.max(0, v)), slope: y.map((v) => (v > 0 ? 1 : 0)) };
  const out =
    name === 'tanh' ? y.map(Math.tanh) : y.map((v) => 1 / (1 + Math.exp(-Math.min(700, Math.max(-700, v)))));
  return { out, slope: out.map((v) => (name === 'tanh' ? 1 - v * v : v * (1 - v))) };
}

function sums(x: Float64Array, units: number): Float64Array {
  const found = new Float64Array(units);
  for (let i = 0; i < x.length; i += 1) found[i % units]! += x[i]!;
  return found;
}

/** A network that is trained step by step; its layers are replaced, never changed. */
export class Network {
  layers: readonly Layer[];

  constructor(
    private readonly state: State,
    readonly normal: boolean,
  ) {
    this.layers = firstLayers(state);
  }

  forward(
    x: Float64Array,
    training: boolean,
  ): { logits: Float64Array; hidden: Hidden[]; last: Float64Array } {
    const { epsilon, activation } = this.state;
    const hidden: Hidden[] = [];
    let a = x;
    for (const layer of this.layers.slice(0, -1)) {
      const z = dense(a, layer);
      const { mean, variance } = training
        ? moments(z, layer.units)
        : { mean: layer.movingMean, variance: layer.movingVariance };
      const y = this.normal ? normalized(z, mean, variance, { ...layer, epsilon }) : z;
      const { out, slope } = activate(y, activation);
      hidden.push({ a, z, y, mean, variance, slope });
      a = out;
    }
    return { logits: dense(a, this.layers.at(-1)!), hidden, last: a };
  }

  /** Of all samples: in training batch after batch, each with its own statistics. */
  whole(x: Float64Array, training: boolean): { logits: Float64Array; y: Float64Array[]; z: Float64Array[] } {
    const rows = x.length / 2;
    const size = training && this.normal ? this.state.batch_size : rows;
    const logits = new Float64Array(rows);
    const hidden = this.layers.slice(0, -1);
    const y = hidden.map(({ units }) => new Float64Array(rows * units));
    const z = hidden.map(({ units }) => new Float64Array(rows * units));
    for (let at = 0; at < rows; at += size) {
      const found = this.forward(x.subarray(2 * at, 2 * Math.min(rows, at + size)), training);
      logits.set(found.logits, at);
      found.hidden.forEach((one, i) => {
        y[i]!.set(one.y, at * hidden[i]!.units);
        z[i]!.set(one.z, at * hidden[i]!.units);
      });
    }
    return { logits, y, z };
  }

  /** The mean binary cross-entropy of all samples. */
  loss(x: Float64Array, labels: Float64Array, training: boolean): number {
    const { logits } = this.whole(x, training);
    let sum = 0;
    logits.forEach((z, i) => {
      sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - labels[i]! * z;
    });
    return sum / logits.length;
  }

  /** Trains on one batch; returns what the hidden layers computed. */
  step(x: Float64Array, labels: Float64Array): Hidden[] {
    const { learning_rate: rate, momentum, epsilon } = this.state;
    const { logits, hidden, last } = this.forward(x, true);
    const rows = logits.length;
    let delta = logits.map(
      (z, i) => (1 / (1 + Math.exp(-Math.min(700, Math.max(-700, z)))) - labels[i]!) / rows,
    );
    const after: Layer[] = [];
    const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - rate * b[i]!);
    for (let at = this.layers.length - 1; at >= 0; at -= 1) {
      const layer = this.layers[at]!;
      const { units, inputs } = layer;
      const seen = hidden[at];
      let changed: Partial<Layer> = {};
      if (seen) delta = delta.map((v, i) => v * seen.slope[i]!);
      if (seen && this.normal) {
        const roots = seen.variance.map((v) => Math.sqrt(v + epsilon));
        const scaled = seen.z.map((v, i) => (v - seen.mean[i % units]!) / roots[i % units]!);
        const byGamma = sums(
          delta.map((v, i) => v * scaled[i]!),
          units,
        );
        const byBeta = sums(delta, units);
        changed = {
          gamma: minus(layer.gamma, byGamma),
          beta: minus(layer.beta, byBeta),
          movingMean: moved(layer.movingMean, seen.mean, momentum),
          movingVariance: moved(layer.movingVariance, seen.variance, momentum),
        };
        // The means of δ·γ and of δ·γ·ẑ, with which the batch's own statistics answer.
        delta = delta.map((v, i) => {
          const unit = i % units;
          const gamma = layer.gamma[unit]!;
          return (gamma * (v - byBeta[unit]! / rows - (scaled[i]! * byGamma[unit]!) / rows)) / roots[unit]!;
        });
      }
      const a = seen?.a ?? last;
      const byKernel = new Float64Array(inputs * units);
      const below = new Float64Array(rows * inputs);
      for (let row = 0; row < rows; row += 1) {
        for (let k = 0; k < inputs; k += 1) {
          let sum = 0;
          for (let j = 0; j < units; j += 1) {
            const d = delta[row * units + j]!;
            byKernel[k * units + j]! += a[row * inputs + k]! * d;
            sum += d * layer.kernel[k * units + j]!;
          }
          below[row * inputs + k] = sum;
        }
      }
      after.unshift({
        ...layer,
        ...changed,
        kernel: minus(layer.kernel, byKernel),
        bias: minus(layer.bias, sums(delta, units)),
      });
      delta = below;
    }
    this.layers = after;
    return hidden;
  }
}
