import type { Path, Range } from '../types';

/** Points that it takes to tell a spike from a curve. */
const FEWEST_POINTS = 40;
/** The share of points that spikes may have. */
const RAREST = 0.03;
/** A spike is so many times as high as everything below it. */
const HEIGHT = 4;

/**
 * The highest value that isn't part of a spike: of the few points that are far above all others.
 *
 * A curve's first value is none, as a loss falls steeply in its first steps.
 *
 * @param paths What is drawn.
 * @param x The visible part.
 * @param range The lowest and the highest value of that part.
 */
export function topWithoutSpikes(paths: readonly Path[], x: Range, range: Range): number {
  const [lo, hi] = range;
  let top = hi;
  let first = -Infinity;
  for (const path of paths) if (path.y.length > 0) first = Math.max(first, path.y[0]!);
  while (top > first) {
    const level = lo + (top - lo) / HEIGHT;
    let count = 0;
    let above = 0;
    let highest = -Infinity;
    for (const path of paths) {
      for (let i = 0; i < path.y.length; i += 1) {
        const y = path.y[i]!;
        if (path.x[i]! < x[0] || path.x[i]! > x[1] || !Number.isFinite(y)) continue;
        count += 1;
        if (y > level) above += 1;
        else if (y > highest) highest = y;
      }
    }
    if (count < FEWEST_POINTS || above > RAREST * count || first > level || highest <= lo) return top;
    top = highest;
  }
  return top;
}
