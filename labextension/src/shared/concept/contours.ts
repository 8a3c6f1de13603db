/** Lines of equal values, as segments between places. */

/** From the lowest to the highest value along each axis. */
export type Bounds = readonly [readonly [number, number], readonly [number, number]];

/** Values of a function at the points of a grid; the first row has the largest second argument. */
export interface Sampled {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
}

export function sampled(
  value: (at: readonly number[]) => number,
  [[left, right], [low, high]]: Bounds,
  columns: number,
  rows: number,
): Sampled {
  const values = new Float64Array(columns * rows);
  const at = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    at[1] = high - ((high - low) * row) / (rows - 1);
    for (let column = 0; column < columns; column += 1) {
      at[0] = left + ((right - left) * column) / (columns - 1);
      values[row * columns + column] = value(at);
    }
  }
  return { columns, rows, values };
}

/** Levels between which there is as much of the surface each: for a bowl these are equal steps of the loss. */
export function levels({ values }: Sampled, count: number): number[] {
  const sorted = Float64Array.from(values).sort();
  const found: number[] = [];
  for (let i = 1; i <= count; i += 1) {
    found.push(sorted[Math.floor((i / (count + 1)) * (sorted.length - 1))]!);
  }
  // A plain has many equal values.
  return found.filter((level, i) => i === 0 || level > found[i - 1]!);
}

/** The share of levels that a value is above, with parts. */
export function shareOf(value: number, of: readonly number[], lowest: number, highest: number): number {
  let [low, high] = [0, of.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  const below = low === 0 ? lowest : of[low - 1]!;
  const above = low === of.length ? highest : of[low]!;
  const part = above > below ? Math.min(1, Math.max(0, (value - below) / (above - below))) : 0;
  return (low + part) / (of.length + 1);
}

/** Marching squares: the segments of one level, as x1, y1, x2, y2 in columns and rows. */
export function segments({ columns, rows, values }: Sampled, level: number): number[] {
  const found: number[] = [];
  const between = (a: number, b: number): number => (level - a) / (b - a);
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const i = row * columns + column;
      const [a, b, c, d] = [values[i]!, values[i + 1]!, values[i + columns + 1]!, values[i + columns]!];
      const kind = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      const crossings: number[] = [];
      if (a > level !== b > level) crossings.push(column + between(a, b), row);
      if (b > level !== c > level) crossings.push(column + 1, row + between(b, c));
      if (d > level !== c > level) crossings.push(column + between(d, c), row + 1);
      if (a > level !== d > level) crossings.push(column, row + between(a, d));
      found.push(...crossings);
    }
  }
  return found;
}
