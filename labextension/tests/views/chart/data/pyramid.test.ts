import { describe, expect, it } from 'vitest';

import { MinMaxPyramid } from '../../../../src/views/chart/data/pyramid';
import { noise } from '../points';

function built(values: Float32Array, chunk = values.length): MinMaxPyramid {
  const pyramid = new MinMaxPyramid();
  for (let end = Math.min(chunk, values.length); ; end = Math.min(end + chunk, values.length)) {
    pyramid.extend(values, end);
    if (end === values.length) return pyramid;
  }
}

describe('MinMaxPyramid.select', () => {
  it('returns everything that is short enough', () => {
    const values = Float32Array.from({ length: 50 }, (_, i) => i);
    expect([...built(values).select(values, 10, 20, 100)]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('never loses a spike, wherever it is and however the data came', () => {
    const random = noise(7);
    for (let round = 0; round < 200; round += 1) {
      const length = 500 + Math.floor(random() * 20_000);
      const values = Float32Array.from({ length }, () => random());
      const up = Math.floor(random() * length);
      const down = Math.floor(random() * length);
      values[up] = 1000;
      if (down !== up) values[down] = -1000;
      const picked = built(values, 1 + Math.floor(random() * 700)).select(values, 0, length, 100);
      expect(picked).toContain(up);
      if (down !== up) expect(picked).toContain(down);
    }
  });

  it('keeps the exact extremes of any window', () => {
    const random = noise(11);
    const values = Float32Array.from({ length: 30_000 }, () => random());
    const pyramid = built(values, 997);
    for (let round = 0; round < 200; round += 1) {
      const lo = Math.floor(random() * 25_000);
      const hi = lo + 1 + Math.floor(random() * 5_000);
      const picked = pyramid.select(values, lo, hi, 50);
      const inside = values.subarray(lo, hi);
      const chosen = [...picked].map((i) => values[i]!);
      expect(Math.max(...chosen)).toBe(Math.max(...inside));
      expect(Math.min(...chosen)).toBe(Math.min(...inside));
      expect(picked[0]).toBe(lo);
      expect(picked[picked.length - 1]).toBe(hi - 1);
    }
  });

  it('is bounded by the buckets and ascending, at any length', () => {
    for (const length of [1_000, 33_333, 1_000_000]) {
      const values = Float32Array.from({ length }, (_, i) => Math.sin(i));
      const picked = built(values, 4096).select(values, 0, length, 400);
      expect(picked.length).toBeLessThanOrEqual(2 * 400 + 20);
      expect(picked.length).toBeGreaterThan(200);
      for (let i = 1; i < picked.length; i += 1) expect(picked[i]!).toBeGreaterThan(picked[i - 1]!);
    }
  });

  it('passes over NaN and infinities, and keeps one point of a stretch without a value', () => {
    const values = new Float32Array(4096).fill(NaN);
    values[1] = Infinity;
    values[2] = -Infinity;
    values[100] = 5;
    values[4000] = -5;
    const picked = built(values).select(values, 0, 4096, 20);
    expect(picked).toContain(100);
    expect(picked).toContain(4000);
    expect([...picked].some((i) => i > 1000 && i < 3000)).toBe(true);
    expect(picked).not.toContain(2);
  });

  it('selects nothing from nothing', () => {
    const pyramid = new MinMaxPyramid();
    expect(pyramid.select(new Float32Array(0), 0, 10, 5)).toHaveLength(0);
    expect(pyramid.select(new Float32Array(10), 5, 3, 5)).toHaveLength(0);
  });
});
