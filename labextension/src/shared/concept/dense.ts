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

export interface Dense {
  readonly inputs: number;
  readonly units: number;
  readonly relu: boolean;
  readonly biases: Float64Array;
  readonly kernel: Float64Array;
}

function bytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
}

export function readDense(stored: readonly StoredDense[]): Dense[] {
  return stored.map(({ inputs, units, relu, scale, biases, kernel }) => ({
    inputs,
    units,
    relu,
    biases: Float64Array.from(new Float32Array(bytes(biases))),
    kernel: Float64Array.from(new Int8Array(bytes(kernel)), (value) => value * scale),
  }));
}

/** The inputs and the outputs of all layers. */
export function forward(layers: readonly Dense[], x: Float64Array): Float64Array[] {
  const outputs = [x];
  for (const { inputs, units, relu, biases, kernel } of layers) {
    const before = outputs.at(-1)!;
    const z = Float64Array.from(biases);
    for (let i = 0; i < inputs; i += 1) {
      const value = before[i]!;
      if (value === 0) continue;
      for (let j = 0, at = i * units; j < units; j += 1, at += 1) z[j]! += value * kernel[at]!;
    }
    if (relu) for (let j = 0; j < units; j += 1) if (z[j]! < 0) z[j] = 0;
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
    const { inputs, units, relu, kernel } = layers[n]!;
    const after = outputs[n + 1]!;
    const by = relu ? found.map((value, j) => (after[j]! > 0 ? value : 0)) : found;
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
