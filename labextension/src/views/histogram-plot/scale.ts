/** From values and steps to pixels, and round numbers for axes. */

/** A linear scale; `low` and `high` may be the same, which lies in the middle then. */
export interface Scale {
  low: number;
  high: number;
  from: number;
  to: number;
}

export function place({ low, high, from, to }: Scale, value: number): number {
  return high > low ? from + ((value - low) / (high - low)) * (to - from) : (from + to) / 2;
}

export function valueAt({ low, high, from, to }: Scale, pixel: number): number {
  return low + ((pixel - from) / (to - from)) * (high - low);
}

/** The range that a plot shows: with room where all values are the same. */
export function roomy([low, high]: readonly [number, number]): [number, number] {
  if (high > low) return [low, high];
  const room = Math.abs(low) * 0.5 || 0.5;
  return [low - room, high + room];
}

/** Round numbers in a range, at most about `most` of them. */
export function ticks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999)! * power;
  const found: number[] = [];
  for (let i = Math.ceil(low / unit - 1e-9); i * unit <= high + unit * 1e-9; i += 1) {
    found.push(Number((i * unit).toPrecision(12)));
  }
  return found;
}

/** A part of a range that is `factor` times as wide, around a value, inside the whole. */
export function zoomed(
  [low, high]: readonly [number, number],
  around: number,
  factor: number,
  whole: readonly [number, number],
): [number, number] | null {
  const from = Math.max(whole[0], around - (around - low) * factor);
  const to = Math.min(whole[1], around + (high - around) * factor);
  return from <= whole[0] && to >= whole[1] ? null : [from, to];
}
