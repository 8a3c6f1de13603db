/** What a call of `fit` does, in numbers: `dlwidgets/concepts/_batches.py` has the same. */

import { random } from '../../shared/concept/batches';

export const MOST_SAMPLES = 100_000;
export const MOST_EPOCHS = 1000;

export interface Plan {
  /** Iterations, so updates of the weights, of an epoch. */
  readonly iterations: number;
  /** Samples of an epoch's last batch. */
  readonly last: number;
  /** Iterations of all epochs. */
  readonly updates: number;
  /** Samples that were used in all epochs, each as often as it was. */
  readonly seen: number;
  /** Samples that an epoch doesn't use. */
  readonly leftOut: number;
}

export function planOf(samples: number, batchSize: number, epochs: number, dropRemainder: boolean): Plan {
  const rest = samples % batchSize;
  if (dropRemainder) {
    const iterations = Math.floor(samples / batchSize);
    return {
      iterations,
      last: iterations > 0 ? batchSize : 0,
      updates: iterations * epochs,
      seen: (samples - rest) * epochs,
      leftOut: rest,
    };
  }
  const iterations = Math.ceil(samples / batchSize);
  return {
    iterations,
    last: rest === 0 ? batchSize : rest,
    updates: iterations * epochs,
    seen: samples * epochs,
    leftOut: 0,
  };
}

/** The order in which an epoch, from 0, uses the samples. */
export function epochOrder(samples: number, epoch: number, seed: number, shuffle: boolean): Uint32Array {
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  if (!shuffle) return order;
  const next = random(seed * (MOST_EPOCHS + 1) + epoch);
  for (let i = samples - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** How much the mean gradient of a random batch differs from that of all samples, as a share of a single sample's. */
export function noise(samples: number, batchSize: number): number {
  const size = Math.min(batchSize, samples);
  return samples === size ? 0 : Math.sqrt((samples - size) / (samples - 1) / size);
}
