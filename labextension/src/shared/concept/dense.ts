/** Small networks of dense layers that come with the page: `dlwidgets/concepts/_digit_networks.py` has the same. */

/** A layer as it is stored. */
export interface StoredDense {
  readonly inputs: number;
  readonly units: number;
  readonly relu: boolean;
  readonly scale: number;
  /** float32 in base64. */
  readonly biases: string;
  /** int8 in base64, row by row of shape (inputs, units); times `scale`. */
  readonly kernel: string;
}

export type DenseActivation = 'linear' | 'relu' | 'tanh' | 'sigmoid';

export interface Dense {
  readonly inputs: number;
  readonly units: number;
  readonly activation: DenseActivation;
  readonly biases: Float64Array;
  readonly kernel: Float64Array;
}

/** The functions, and their derivatives by what comes out. */
const FUNCTIONS = {
  relu: (z: number): number => Math.max(0, z),
  tanh: Math.tanh,
  sigmoid: (z: number): number => 1 / (1 + Math.exp(-z)),
};
const SLOPES = {
  relu: (a: number): number => (a > 0 ? 1 : 0),
  tanh: (a: number): number => 1 - a * a,
  sigmoid: (a: number): number => a * (1 - a),
};

function bytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
}

export function readDense(stored: readonly StoredDense[]): Dense[] {
  return stored.map(({ inputs, units, relu, scale, biases, kernel }) => ({
    inputs,
    units,
    activation: relu ? 'relu' : 'linear',
    biases: Float64Array.from(new Float32Array(bytes(biases))),
    kernel: Float64Array.from(new Int8Array(bytes(kernel)), (value) => value * scale),
  }));
}

/** The inputs and the outputs of all layers. */
export function forward(layers: readonly Dense[], x: Float64Array): Float64Array[] {
  const outputs = [x];
  for (const { inputs, units, activation, biases, kernel } of layers) {
    const before = outputs.at(-1)!;
    const z = Float64Array.from(biases);
    for (let i = 0; i < inputs; i += 1) {
      const value = before[i]!;
      if (value === 0) continue;
      for (let j = 0, at = i * units; j < units; j += 1, at += 1) z[j]! += value * kernel[at]!;
    }
    if (activation !== 'linear') for (let j = 0; j < units; j += 1) z[j] = FUNCTIONS[activation](z[j]!);
    outputs.push(z);
  }
  return outputs;
}

/** What the last layer gives. */
export function output(layers: readonly Dense[], x: Float64Array): Float64Array {
  return forward(layers, x).at(-1)!;
}

/**
 * The gradient by the inputs.
 *
 * @param outputs what `forward` gave
 * @param gradient by the outputs of the last layer
 */
export function backward(
  layers: readonly Dense[],
  outputs: readonly Float64Array[],
  gradient: Float64Array,
): Float64Array {
  let found = gradient;
  for (let n = layers.length - 1; n >= 0; n -= 1) {
    const { inputs, units, activation, kernel } = layers[n]!;
    const after = outputs[n + 1]!;
    const by =
      activation === 'linear' ? found : found.map((value, j) => value * SLOPES[activation](after[j]!));
    const before = new Float64Array(inputs);
    for (let i = 0; i < inputs; i += 1) {
      let sum = 0;
      for (let j = 0, at = i * units; j < units; j += 1, at += 1) sum += by[j]! * kernel[at]!;
      before[i] = sum;
    }
    found = before;
  }
  return found;
}
