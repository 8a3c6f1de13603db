/** Which samples each model is trained and validated on; the same in Python. */

import { shuffled } from '../../shared/concept/batches';
import type { Samples } from './data';
import type { SplitsValues } from './fields';

export interface Split {
  /** All samples in the order in which they are shown. */
  readonly order: readonly number[];
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** What a block is: its ends, and whether training ends where it begins. */
interface Block {
  start: number;
  end: number;
  /** Training uses nothing that comes later. */
  before: boolean;
}

function blocks(count: number, { protocol, share, folds }: SplitsValues, forward: boolean): Block[] {
  if (protocol === 'holdout') {
    const held = Math.ceil((share * count) / 100);
    return [{ start: count - held, end: count, before: true }];
  }
  const k = Math.min(folds, count - 1);
  if (forward) {
    const size = Math.floor(count / (k + 1));
    return Array.from({ length: k }, (_, i) => {
      const start = count - (k - i) * size;
      return { start, end: start + size, before: true };
    });
  }
  let start = 0;
  return Array.from({ length: k }, (_, i) => {
    const end = start + Math.floor(count / k) + (i < count % k ? 1 : 0);
    const block = { start, end, before: false };
    start = end;
    return block;
  });
}

/** The samples that stay together: a copy and its original. */
function families({ originals, source }: Samples): number[][] {
  const units = Array.from({ length: originals }, (_, i) => [i]);
  for (let i = originals; i < source.length; i += 1) units[source[i]!]!.push(i);
  return units;
}

/** Whether the samples stay in their order, so that repetitions would be the same. */
export function inOrder(trap: SplitsValues['trap'], careless: boolean): boolean {
  return trap === (careless ? 'sorted' : 'time');
}

/** How many models there are. */
export function modelsOf({ y, originals }: Samples, values: SplitsValues, careless: boolean): number {
  const { trap, protocol, folds, repeats } = values;
  if (protocol === 'holdout') return 1;
  const count = trap === 'duplicates' && !careless ? originals : y.length;
  const once = protocol !== 'iterated' || inOrder(trap, careless);
  return Math.min(folds, count - 1) * (once ? 1 : repeats);
}

export function splitsOf(samples: Samples, values: SplitsValues, careless: boolean, seed: number): Split[] {
  const { trap, protocol } = values;
  // Null where each sample is a unit of its own: hundreds of splits are made in a second.
  const units = trap === 'duplicates' && !careless ? families(samples) : null;
  const count = units ? units.length : samples.y.length;
  const whole = (some: number[]): number[] => (units ? some.flatMap((i) => units[i]!) : some);
  const still = inOrder(trap, careless);
  const repeats = protocol === 'iterated' && !still ? values.repeats : 1;
  const found: Split[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const ordered = still
      ? Array.from({ length: count }, (_, i) => i)
      : shuffled(count, seed + 1000 * repeat);
    const order = whole(ordered);
    for (const { start, end, before } of blocks(count, values, trap === 'time' && !careless)) {
      const train = before ? ordered.slice(0, start) : [...ordered.slice(0, start), ...ordered.slice(end)];
      found.push({
        order,
        train: whole(train),
        validation: whole(ordered.slice(start, end)),
      });
    }
  }
  return found;
}
