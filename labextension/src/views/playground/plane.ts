/** The network at all places of the plane at once, for its pictures. */

import type { FeatureName } from './fields';
import { REACH } from '../../shared/concept/points';
import { featuresOf } from './features';
import type { ActivationName, Network } from '../../shared/concept/dense-network';

/** Places along each side. The pictures are enlarged smoothly. */
export const SIDE = 64;
const PLACES = SIDE * SIDE;

/** The plane's two coordinates at each place; the first row is at the top. */
export function coordinates(side = SIDE): { x1: Float64Array; x2: Float64Array } {
  const across = (i: number): number => -REACH + (2 * REACH * i) / (side - 1);
  return {
    x1: Float64Array.from({ length: side * side }, (_, i) => across(i % side)),
    x2: Float64Array.from({ length: side * side }, (_, i) => -across(Math.floor(i / side))),
  };
}

/** Values of every unit, at all places. */
export class Plane {
  /** Layer by layer, unit by unit; the inputs first, the logit last. */
  values: Float32Array[][] = [];
  private key = '';

  /** Computes what all units have everywhere. */
  update(network: Network, features: readonly FeatureName[]): void {
    const key = `${features.join()} ${network.sizes.join()}`;
    if (key !== this.key) {
      this.key = key;
      const { x1, x2 } = coordinates();
      this.values = network.sizes.map((size) => Array.from({ length: size }, () => new Float32Array(PLACES)));
      featuresOf(features, x1, x2).forEach((values, i) => this.values[0]![i]!.set(values));
    }
    network.layers.forEach(({ inputs, units, kernel, bias }, i) => {
      const last = i === network.layers.length - 1;
      for (let u = 0; u < units; u += 1) {
        const into = this.values[i + 1]![u]!;
        into.fill(bias[u]!);
        for (let k = 0; k < inputs; k += 1) addTimes(into, this.values[i]![k]!, kernel[k * units + u]!);
        if (!last) activate(into, network.activation);
      }
    });
  }
}

function addTimes(into: Float32Array, from: Float32Array, factor: number): void {
  for (let i = 0; i < into.length; i += 1) into[i]! += factor * from[i]!;
}

/** As fast as pictures want it: Math.tanh takes three times as long. */
function activate(values: Float32Array, name: ActivationName): void {
  if (name === 'tanh') {
    for (let i = 0; i < values.length; i += 1) values[i] = 1 - 2 / (Math.exp(2 * values[i]!) + 1);
  } else if (name === 'sigmoid') {
    for (let i = 0; i < values.length; i += 1) values[i] = 1 / (1 + Math.exp(-values[i]!));
  } else if (name === 'relu') {
    for (let i = 0; i < values.length; i += 1) if (values[i]! < 0) values[i] = 0;
  }
}
