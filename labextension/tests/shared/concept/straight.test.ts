import { describe, expect, it } from 'vitest';

import { straightened } from '../../../src/shared/concept/straight';

type Spot = readonly [number, number];

/** How far a place is from a line through others. */
function away([x, y]: Spot, line: readonly Spot[]): number {
  let least = Infinity;
  for (let i = 1; i < line.length; i += 1) {
    const [[ax, ay], [bx, by]] = [line[i - 1]!, line[i]!];
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = square === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square;
    const at = Math.min(1, Math.max(0, share));
    least = Math.min(least, Math.hypot(x - ax - at * (bx - ax), y - ay - at * (by - ay)));
  }
  return least;
}

describe('a line through fewer places', () => {
  it('keeps only the ends of a straight one', () => {
    const spots = Array.from({ length: 50 }, (_, i): Spot => [i, 2 * i]);
    expect(straightened(spots)).toEqual([
      [0, 0],
      [49, 98],
    ]);
  });

  it('keeps corners, and turns back', () => {
    const spots: Spot[] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [10, 2],
    ];
    expect(straightened(spots)).toEqual(spots);
  });

  it('stays within a pixel of all places of a curve, with much fewer', () => {
    const spots = Array.from({ length: 300 }, (_, i): Spot => {
      const size = 150 * Math.exp(-i / 60);
      return [200 + size * Math.cos(i / 12), 200 + size * Math.sin(i / 12)];
    });
    const kept = straightened(spots);
    expect(kept.length).toBeLessThan(150);
    expect(Math.max(...spots.map((spot) => away(spot, kept)))).toBeLessThan(1);
  });

  it('passes over numbers that are none', () => {
    const spots: Spot[] = [
      [NaN, 0],
      [0, 0],
      [5, Infinity],
      [9, 0],
    ];
    expect(straightened(spots)).toEqual([
      [0, 0],
      [9, 0],
    ]);
    expect(straightened([])).toEqual([]);
  });
});
