/** Samples: wines, a series that is made up, features that are chance; the same in Python. */

import { random, shuffled } from '../../shared/concept/batches';
import { rounded } from '../../shared/concept/state';
import type { SplitsValues } from './fields';
import { WINE } from './wine';

export interface Samples {
  /** Row by row. */
  readonly x: Float64Array;
  readonly columns: number;
  /** Labels from 0, or values of a regression. */
  readonly y: Float64Array;
  /** How many classes there are; 0 in a regression. */
  readonly classes: number;
  /** How many samples are no copies; the copies come after them. */
  readonly originals: number;
  /** Of each sample the one that it is a copy of, or itself. */
  readonly source: readonly number[];
}

const DAYS = 120;
const DICE_ROWS = 60;
const DICE_COLUMNS = 500;

export function plainSamples(x: Float64Array, y: Float64Array, classes: number): Samples {
  const source = Array.from(y, (_, i) => i);
  return { x, y, columns: x.length / y.length, classes, originals: y.length, source };
}

let wines: number[][] | null = null;

/** The wines, sorted by class as they are in their file, with the first so many features. */
function wine(features: number): Samples {
  wines ??= WINE.trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const x = Float64Array.from(wines.flatMap((row) => row.slice(0, features)));
  return plainSamples(
    x,
    Float64Array.from(wines, (row) => row[13]!),
    3,
  );
}

/** Prices that are made up, a random walk. */
function series(): Samples {
  const next = random(7);
  const [x, y] = [new Float64Array(DAYS), new Float64Array(DAYS)];
  let value = 50;
  for (let day = 0; day < DAYS; day += 1) {
    x[day] = rounded(day + 0.8 * next(), 3);
    value += 3.6 * (next() - 0.5);
    y[day] = rounded(value, 1);
  }
  return plainSamples(x, y, 0);
}

/** The labels of some samples, with features that are chance: nothing can be learned. */
function dice(base: Samples): Samples {
  const count = Math.min(DICE_ROWS, base.y.length);
  const next = random(3);
  const x = Float64Array.from({ length: count * DICE_COLUMNS }, next);
  const y = Float64Array.from({ length: count }, (_, i) => base.y[Math.floor((i * base.y.length) / count)]!);
  return plainSamples(x, y, base.classes);
}

/** Samples of which some are there twice. */
function copied(base: Samples, percent: number): Samples {
  const count = base.y.length;
  const twice = shuffled(count, 5)
    .slice(0, Math.floor((count * percent) / 100))
    .sort((a, b) => a - b);
  const source = [...base.source, ...twice];
  const { columns } = base;
  const x = new Float64Array(source.length * columns);
  source.forEach((from, to) => x.set(base.x.subarray(from * columns, (from + 1) * columns), to * columns));
  return { ...base, x, y: Float64Array.from(source, (i) => base.y[i]!), source };
}

/** The samples that a state is about. */
export function samplesOf({ trap, features, copies }: SplitsValues, own: Samples | null): Samples {
  if (trap === 'time' && !own) return series();
  const base = own ?? wine(features);
  if (trap === 'selection') return dice(base);
  return trap === 'duplicates' ? copied(base, copies) : base;
}
