/** Searches in numbers in ascending order. */

/** The first index in `[0, length)` whose entry is >= `x`, or `length`. */
export function lowerBound(sorted: ArrayLike<number>, x: number, length = sorted.length): number {
  let lo = 0;
  let hi = length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (sorted[middle]! < x) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/** The first index in `[0, length)` whose entry is > `x`, or `length`. */
export function upperBound(sorted: ArrayLike<number>, x: number, length = sorted.length): number {
  let lo = 0;
  let hi = length;
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (sorted[middle]! <= x) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/** The index in `[0, length)` whose entry is nearest to `x`; the earlier one of two, -1 of none. */
export function nearest(sorted: ArrayLike<number>, x: number, length = sorted.length): number {
  if (length === 0) return -1;
  const after = Math.min(lowerBound(sorted, x, length), length - 1);
  return after > 0 && x - sorted[after - 1]! <= sorted[after]! - x ? after - 1 : after;
}
