import { describe, expect, it } from 'vitest';

import { MovingAverage } from '../../../../src/views/chart/data/ema';
import { noise } from '../points';

/** The definition: a weighted mean of all finite values so far, computed anew for each point. */
function direct(values: ArrayLike<number>, weight: number): number[] {
  return Array.from({ length: values.length }, (_, n) => {
    if (!Number.isFinite(values[n]!)) return values[n]!;
    let sum = 0;
    let weights = 0;
    let factor = 1;
    for (let i = n; i >= 0; i -= 1) {
      if (!Number.isFinite(values[i]!)) continue;
      sum += factor * values[i]!;
      weights += factor;
      factor *= weight;
    }
    return sum / weights;
  });
}

describe('MovingAverage', () => {
  const random = noise(3);
  const values = Float32Array.from({ length: 300 }, (_, i) => (i % 37 === 5 ? NaN : 2 + random()));
  values[100] = Infinity;

  it.each([0, 0.3, 0.9, 0.999])('equals the definition with weight %f, in whatever chunks', (weight) => {
    const average = new MovingAverage(weight);
    for (const end of [1, 2, 50, 51, 300]) average.extend(values, end);
    const expected = direct(values, weight);
    for (let i = 0; i < 300; i += 1) {
      if (Number.isFinite(expected[i]!)) expect(average.values[i]).toBeCloseTo(expected[i]!, 5);
      else expect(average.values[i]).toBe(expected[i]);
    }
  });

  it('is not biased towards zero at the start', () => {
    const average = new MovingAverage(0.99);
    average.extend(Float32Array.of(5, 5, 5), 3);
    expect([...average.values.subarray(0, 3)]).toEqual([5, 5, 5]);
  });

  it('leaves the series as it is with weight 0', () => {
    const average = new MovingAverage(0);
    average.extend(Float32Array.of(1, -2, 3), 3);
    expect([...average.values.subarray(0, 3)]).toEqual([1, -2, 3]);
  });

  it.each([1, -0.1, NaN])('refuses weight %f', (weight) => {
    expect(() => new MovingAverage(weight)).toThrow(/must be in \[0, 1\)\. Received/);
  });
});
