/** Random weights from a seed, the same in Python (`dlwidgets/concepts/_initialization.py`). */

import { random } from '../../shared/concept/batches';
import type { Distribution, Method } from './fields';

/** Between the seeds of two layers. */
const STEP = 7919;
/** The standard deviation of a normal distribution that is cut off at 2, as Keras corrects it. */
const TRUNCATED = 0.87962566103423978;

/** The standard deviation of the weights of a layer. */
export function spread(method: Method, inputs: number, outputs: number): number {
  switch (method) {
    case 'zeros':
      return 0;
    case 'small':
      return 0.01;
    case 'large':
      return 1;
    case 'he':
      return Math.sqrt(2 / inputs);
    case 'lecun':
      return Math.sqrt(1 / inputs);
    default:
      return Math.sqrt(2 / (inputs + outputs));
  }
}

/** Whether normally distributed weights are cut off at two standard deviations, as Keras's are. */
export function isTruncated(method: Method): boolean {
  return method === 'glorot' || method === 'he' || method === 'lecun';
}

/** Random numbers with mean 0 and standard deviation 1 for a layer; place 0 is the inputs. */
export function drawn(
  count: number,
  distribution: Distribution,
  seed: number,
  place: number,
  truncated: boolean,
): Float64Array {
  const next = random(seed * 1000 + place * STEP);
  const found = new Float64Array(count);
  let at = 0;
  while (at < count) {
    if (distribution === 'uniform') {
      found[at] = (2 * next() - 1) * Math.sqrt(3);
      at += 1;
      continue;
    }
    // The method of Box and Muller.
    const size = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    for (const one of [size * Math.cos(angle), size * Math.sin(angle)]) {
      if (at >= count || (truncated && Math.abs(one) > 2)) continue;
      found[at] = truncated ? one / TRUNCATED : one;
      at += 1;
    }
  }
  return found;
}
