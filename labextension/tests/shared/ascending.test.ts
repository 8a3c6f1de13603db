import { describe, expect, it } from 'vitest';

import { lowerBound, nearest, upperBound } from '../../src/shared/ascending';

const steps = Uint32Array.from([0, 100, 400, 1000]);

describe('bounds', () => {
  it('find the edges of a run of equal entries', () => {
    const sorted = [1, 2, 2, 2, 5];
    expect([lowerBound(sorted, 2), upperBound(sorted, 2)]).toEqual([1, 4]);
    expect([lowerBound(sorted, 0), upperBound(sorted, 9)]).toEqual([0, 5]);
    expect(lowerBound(sorted, 5, 2)).toBe(2);
  });
});

describe('nearest', () => {
  it('finds the nearest entry, the earlier of two', () => {
    expect([-5, 40, 50, 51, 700, 701, 1e9].map((step) => nearest(steps, step))).toEqual([
      0, 0, 0, 1, 2, 3, 3,
    ]);
    expect(nearest(new Uint32Array(0), 5)).toBe(-1);
    expect(nearest(Uint32Array.from([7]), 500)).toBe(0);
  });

  it('agrees with a search through all of a million', () => {
    const many = Uint32Array.from({ length: 1e6 }, (_, i) => 3 * i);
    expect(nearest(many, 1_234_567)).toBe(411_522);
  });
});
