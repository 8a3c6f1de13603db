/** Histograms in other bins, and their quantiles: as `dlwidgets.inspect.histograms` has them, tested against it. */

import type { Rows } from './rows';

/** The shares of the lines in a heat map: of a normal distribution the mean and one standard deviation beside it. */
export const LINES = [0, 0.1587, 0.5, 0.8413, 1] as const;

/**
 * A histogram's counts in equal bins from `low` to `high`, with fractions; what lies outside is left out.
 *
 * Within an old bin values count as spread evenly. Where all values are equal, one bin has them all.
 */
export function rebin(rows: Rows, row: number, low: number, high: number, bins: number): Float64Array {
  const found = new Float64Array(bins);
  const [begin, end] = [rows.low(row), rows.high(row)];
  const counts = rows.counts(row);
  const width = (high - low) / bins;
  if (!(end > begin)) {
    const at = begin === high ? bins - 1 : Math.floor((begin - low) / width);
    if (at >= 0 && at < bins) found[at] = rows.total(row);
    return found;
  }
  const own = (end - begin) / rows.bins;
  // The first edge may lie anywhere in the histogram; sums go on from there.
  let before = below(counts, (low - begin) / own);
  for (let at = 0; at < bins; at += 1) {
    const after = below(counts, (low + (at + 1) * width - begin) / own);
    found[at] = after - before;
    before = after;
  }
  return found;
}

/** How many values lie below a place, measured in bins. */
function below(counts: Float32Array, place: number): number {
  const whole = Math.floor(place);
  let sum = 0;
  for (let i = 0; i < Math.min(whole, counts.length); i += 1) sum += counts[i]!;
  return place > 0 && whole < counts.length ? sum + (place - whole) * counts[whole]! : sum;
}

/** The values below which shares of a histogram's values lie; NaN where it is empty. */
export function quantiles(rows: Rows, row: number, shares: readonly number[]): number[] {
  const counts = rows.counts(row);
  const total = rows.total(row);
  const [low, high] = [rows.low(row), rows.high(row)];
  if (!(total > 0)) return shares.map(() => NaN);
  let last = counts.length - 1;
  while (counts[last]! <= 0) last -= 1;
  return shares.map((share) => {
    let sum = 0;
    let at = 0;
    while (at < last && (counts[at]! <= 0 || sum + counts[at]! < share * total)) {
      sum += counts[at]!;
      at += 1;
    }
    const part = Math.max(0, Math.min(1, (share * total - sum) / counts[at]!));
    const place = (at + part) / counts.length;
    return low * (1 - place) + high * place;
  });
}

/** The bin of a histogram with a value: its limits and its count; null outside. */
export function binAt(
  rows: Rows,
  row: number,
  value: number,
): { low: number; high: number; count: number } | null {
  const [low, high] = [rows.low(row), rows.high(row)];
  if (!(value >= low && value <= high)) return null;
  if (!(high > low)) return { low, high, count: rows.total(row) };
  const width = (high - low) / rows.bins;
  const at = Math.min(rows.bins - 1, Math.floor((value - low) / width));
  return { low: low + at * width, high: low + (at + 1) * width, count: rows.counts(row)[at]! };
}
