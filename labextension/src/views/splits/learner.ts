/** Nearest neighbors in standardized features; the same in Python, and as in scikit-learn. */

import type { Samples } from './data';
import { KEPT_COLUMNS } from './fields';
import type { Split } from './plan';

/** The columns that go best with the labels: the highest F of an analysis of variance. */
export function bestColumns({ x, columns, y, classes }: Samples, rows: readonly number[]): number[] {
  const count = rows.length;
  const sizes = new Float64Array(Math.max(1, classes));
  let middle = 0;
  for (const row of rows) {
    if (classes) sizes[y[row]!]! += 1;
    else middle += y[row]! / count;
  }
  const off = rows.reduce((sum, row) => sum + (y[row]! - middle) ** 2, 0);
  const sums = new Float64Array(sizes.length);
  const shares = Array.from({ length: columns }, (_, column) => {
    let mean = 0;
    for (const row of rows) mean += x[row * columns + column]!;
    mean /= count;
    sums.fill(0);
    let whole = 0;
    for (const row of rows) {
      const value = x[row * columns + column]! - mean;
      whole += value * value;
      if (classes) sums[y[row]!]! += value;
      else sums[0]! += value * (y[row]! - middle);
    }
    let explained = 0;
    if (classes) sums.forEach((sum, label) => (explained += sizes[label]! ? (sum * sum) / sizes[label] : 0));
    else explained = sums[0]! ** 2 / Math.max(off, 1e-300);
    return explained / (whole > 0 ? whole : 1);
  });
  return Array.from(shares, (_, i) => i)
    .sort((a, b) => shares[b]! - shares[a]! || a - b)
    .slice(0, KEPT_COLUMNS)
    .sort((a, b) => a - b);
}

/** The features of all samples: some columns, standardized with the statistics of some rows. */
function standardized(
  { x, columns, y }: Samples,
  rows: readonly number[],
  kept: readonly number[],
): Float64Array {
  const scaled = new Float64Array(y.length * kept.length);
  kept.forEach((column, to) => {
    let mean = 0;
    for (const row of rows) mean += x[row * columns + column]!;
    mean /= rows.length;
    let variance = 0;
    for (const row of rows) variance += (x[row * columns + column]! - mean) ** 2;
    const spread = Math.sqrt(variance / rows.length);
    // What rounding leaves of a constant feature isn't a scale.
    const scale = spread > 1e-12 * Math.abs(mean) ? spread : 1;
    for (let row = 0; row < y.length; row += 1) {
      scaled[row * kept.length + to] = (x[row * columns + column]! - mean) / scale;
    }
  });
  return scaled;
}

interface Options {
  neighbors: number;
  /** The samples that statistics and selected features come from. */
  statistics: readonly number[];
  /** Whether only those features are used that go best with the labels. */
  select: boolean;
}

/** What the nearest neighbors say of the validation samples. */
export function predict(samples: Samples, split: Split, options: Options): Float64Array {
  const { y, columns, classes } = samples;
  const { statistics, select } = options;
  const kept = select
    ? bestColumns(samples, statistics)
    : Array.from({ length: columns }, (_, column) => column);
  const scaled = standardized(samples, statistics, kept);
  const width = kept.length;
  // Of equally near samples those that come first are taken.
  const train = Int32Array.from(split.train).sort();
  const neighbors = Math.min(options.neighbors, train.length);
  const near = new Int32Array(neighbors);
  const far = new Float64Array(neighbors);
  const votes = new Int32Array(Math.max(1, classes));
  const found = new Float64Array(split.validation.length);
  split.validation.forEach((sample, at) => {
    far.fill(Infinity);
    for (const other of train) {
      let distance = 0;
      let place = neighbors - 1;
      const limit = far[place]!;
      // What is too far after some features doesn't come nearer.
      for (let i = 0; i < width && distance < limit; i += 1) {
        const off = scaled[other * width + i]! - scaled[sample * width + i]!;
        distance += off * off;
      }
      if (distance >= limit) continue;
      for (; place > 0 && distance < far[place - 1]!; place -= 1) {
        far[place] = far[place - 1]!;
        near[place] = near[place - 1]!;
      }
      far[place] = distance;
      near[place] = other;
    }
    if (!classes) {
      found[at] = near.reduce((sum, other) => sum + y[other]!, 0) / neighbors;
      return;
    }
    votes.fill(0);
    for (const other of near) votes[y[other]!]! += 1;
    let winner = 0;
    for (let label = 1; label < classes; label += 1) if (votes[label]! > votes[winner]!) winner = label;
    found[at] = winner;
  });
  return found;
}
