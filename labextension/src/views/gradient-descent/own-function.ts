/** A function that is known at the points of a grid, with smooth values between them. */

import type { Landscape, Point } from './landscape';

/** Each axis reaches from −2 to 2. */
const REACH = 2;

/** Values row by row; a curve has one row. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** The four numbers around a place, and how much each counts for value and slope: Catmull-Rom's cubic. */
function cubic(place: number, count: number): { at: number[]; value: number[]; slope: number[] } {
  const base = Math.min(count - 2, Math.max(0, Math.floor(place)));
  const u = place - base;
  const inside = (i: number): number => Math.min(count - 1, Math.max(0, i));
  return {
    at: [inside(base - 1), base, base + 1, inside(base + 2)],
    value: [
      (-u + 2 * u * u - u ** 3) / 2,
      (2 - 5 * u * u + 3 * u ** 3) / 2,
      (u + 4 * u * u - 3 * u ** 3) / 2,
      (u ** 3 - u * u) / 2,
    ],
    slope: [
      (-1 + 4 * u - 3 * u * u) / 2,
      (-10 * u + 9 * u * u) / 2,
      (1 + 8 * u - 9 * u * u) / 2,
      (3 * u * u - 2 * u) / 2,
    ],
  };
}

const clamped = (value: number): number => Math.min(REACH, Math.max(-REACH, value));

/** The landscape of a table. Beyond its edges it goes on as at the edge, and rises, so that descents return. */
export function tableLandscape(table: Table): Landscape {
  const { rows, columns, data } = table;
  const flat = rows === 1;
  const [low, high] = extremes(data);
  const wall = (high - low || 1) / REACH ** 2;

  /** Value and gradient inside the table. */
  const inside = (a: number, b: number): [number, number, number] => {
    const across = cubic(((a + REACH) / (2 * REACH)) * (columns - 1), columns);
    const perColumn = (columns - 1) / (2 * REACH);
    if (flat) {
      let [value, slope] = [0, 0];
      across.at.forEach((column, i) => {
        value += data[column]! * across.value[i]!;
        slope += data[column]! * across.slope[i]!;
      });
      return [value, slope * perColumn, 0];
    }
    // The first row of an array is at the top.
    const down = cubic(((REACH - b) / (2 * REACH)) * (rows - 1), rows);
    let [value, dx, dy] = [0, 0, 0];
    down.at.forEach((row, j) => {
      let [sum, slope] = [0, 0];
      across.at.forEach((column, i) => {
        const one = data[row * columns + column]!;
        sum += one * across.value[i]!;
        slope += one * across.slope[i]!;
      });
      value += sum * down.value[j]!;
      dx += slope * down.value[j]!;
      dy += sum * down.slope[j]!;
    });
    return [value, dx * perColumn, (-dy * (rows - 1)) / (2 * REACH)];
  };
  const beyond = ([a, b = 0]: Point): readonly [number, number] => [a! - clamped(a!), b - clamped(b)];
  const loss = (at: Point): number => {
    const [value, dx, dy] = inside(clamped(at[0]!), clamped(at[1] ?? 0));
    const [x, y] = beyond(at);
    return value + dx * x + dy * y + wall * (x * x + y * y);
  };
  const gradient = (at: Point): number[] => {
    const [x, y] = beyond(at);
    const [, dx, dy] = inside(clamped(at[0]!), clamped(at[1] ?? 0));
    const whole = [dx + 2 * wall * x, dy + 2 * wall * y];
    return flat ? whole.slice(0, 1) : whole;
  };
  const at = lowestPlace(table);
  return {
    name: 'own',
    axes: flat ? ['w'] : ['w₁', 'w₂'],
    bounds: flat
      ? [[-REACH, REACH]]
      : [
          [-REACH, REACH],
          [-REACH, REACH],
        ],
    start: flat ? [-0.8 * REACH] : [-0.8 * REACH, 0.7 * REACH],
    lowest: { at, loss: loss(at) },
    curvature: null,
    loss,
    gradient,
  };
}

function extremes(data: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function lowestPlace({ rows, columns, data }: Table): Point {
  let lowest = 0;
  for (let i = 1; i < data.length; i += 1) if (data[i]! < data[lowest]!) lowest = i;
  const a = (2 * REACH * (lowest % columns)) / (columns - 1) - REACH;
  if (rows === 1) return [a];
  return [a, REACH - (2 * REACH * Math.floor(lowest / columns)) / (rows - 1)];
}
