/** Dense layers with random weights, with an activation and without: the same in Python. */

import { random } from '../../shared/concept/batches';

/** A dense layer: `kernel[input][output]`. */
export interface Dense {
  kernel: readonly (readonly number[])[];
  bias: readonly number[];
}

/** Random weights of layers with one input and one output. */
export function stackWeights(layers: number, units: number, seed: number): Dense[] {
  const next = random(seed);
  const normal = (): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  };
  const sizes = [1, ...new Array<number>(layers).fill(units), 1];
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!;
    const scale = Math.sqrt(2 / inputs);
    const kernel = Array.from({ length: inputs }, () =>
      Array.from({ length: outputs }, () => scale * normal()),
    );
    return { kernel, bias: Array.from({ length: outputs }, () => 0.7 * normal()) };
  });
}

/** The output for one input; the last layer has no activation. */
export function stackOutput(weights: readonly Dense[], x: number, value: (x: number) => number): number {
  let now: number[] = [x];
  weights.forEach(({ kernel, bias }, layer) => {
    const next = bias.slice();
    for (let i = 0; i < kernel.length; i += 1) {
      const row = kernel[i]!;
      for (let j = 0; j < next.length; j += 1) next[j]! += now[i]! * row[j]!;
    }
    if (layer < weights.length - 1) for (let j = 0; j < next.length; j += 1) next[j] = value(next[j]!);
    now = next;
  });
  return now[0]!;
}

/** How many weights there are. */
export function countWeights(weights: readonly Dense[]): number {
  return weights.reduce((sum, { kernel, bias }) => sum + kernel.length * bias.length + bias.length, 0);
}
