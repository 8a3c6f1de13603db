import { isRecord, wholeNumber, WireError } from '../../core/wire';
import type { Dense, DenseActivation } from '../../shared/concept/dense';
import { readFloats } from '../../shared/concept/floats';

/** A decoder of the user's, which Python sent. */
export interface OwnDecoder {
  readonly layers: readonly Dense[];
  readonly height: number;
  readonly width: number;
  /** 1 or 3. */
  readonly channels: number;
}

const ACTIVATIONS: readonly DenseActivation[] = ['linear', 'relu', 'tanh', 'sigmoid'];

/**
 * Reads a decoder; null for none.
 *
 * @throws WireError when its numbers don't fit each other
 */
export function readDecoder(value: unknown): OwnDecoder | null {
  if (!isRecord(value) || !Array.isArray(value.layers)) return null;
  const whole = (name: string): number => wholeNumber(value[name], `decoder: ${name}`);
  const [height, width, channels] = [whole('height'), whole('width'), whole('channels')];
  let before = 2;
  const layers = value.layers.map((one: unknown): Dense => {
    if (!isRecord(one)) throw new WireError('decoder: layers expected');
    const units = wholeNumber(one.units, 'decoder: units');
    const activation = ACTIVATIONS.find((name) => name === one.activation);
    const [kernel, biases] = [readFloats(one.kernel), readFloats(one.biases)];
    if (!activation || kernel?.length !== before * units || biases?.length !== units) {
      throw new WireError('decoder: a layer does not fit the one before');
    }
    const layer = {
      inputs: before,
      units,
      activation,
      kernel: Float64Array.from(kernel),
      biases: Float64Array.from(biases),
    };
    before = units;
    return layer;
  });
  if (before !== height * width * channels || layers.length === 0) {
    throw new WireError('decoder: it gives other images');
  }
  return { layers, height, width, channels };
}
