import { describe, expect, it } from 'vitest';

import { SeriesBuffer } from '../../../../src/views/chart/data/buffer';
import { points, thinned } from '../points';

const steps = (buffer: SeriesBuffer): number[] => [...buffer.step.subarray(0, buffer.length)];
const count = (lo: number, hi: number): number[] => Array.from({ length: hi - lo }, (_, i) => lo + i);

describe('SeriesBuffer.append', () => {
  it('keeps all columns in order', () => {
    const buffer = new SeriesBuffer();
    buffer.append(0, points(1, 3));
    buffer.append(3, points(4, 2));
    expect(steps(buffer)).toEqual([1, 2, 3, 4, 5]);
    expect([...buffer.value.subarray(0, 5)]).toEqual([1, 2, 3, 4, 5]);
    expect(buffer.epoch[4]).toBeCloseTo(0.05);
    expect(buffer.time[4]).toBeCloseTo(0.5);
    expect(buffer.exact).toBe(true);
  });

  it('reallocates a logarithmic number of times', () => {
    const buffer = new SeriesBuffer();
    let allocations = 0;
    let last = buffer.step;
    for (let i = 0; i < 100_000; i += 1) {
      buffer.append(i, points(i, 1));
      if (buffer.step !== last) allocations += 1;
      last = buffer.step;
    }
    expect(buffer.length).toBe(100_000);
    expect(allocations).toBeLessThan(12);
    expect(buffer.step[99_999]).toBe(99_999);
  });

  it('ignores an overlap', () => {
    const buffer = new SeriesBuffer();
    buffer.append(0, points(0, 5));
    buffer.append(
      3,
      points(3, 4, () => -1),
    );
    expect(steps(buffer)).toEqual(count(0, 7));
    expect([...buffer.value.subarray(0, 7)]).toEqual([0, 1, 2, 3, 4, -1, -1]);
    buffer.append(
      0,
      points(0, 2, () => -2),
    );
    expect(buffer.length).toBe(7);
    expect(buffer.value[0]).toBe(0);
  });

  it('remembers a gap and goes on', () => {
    const buffer = new SeriesBuffer();
    buffer.append(0, points(0, 5));
    buffer.append(8, points(8, 2));
    expect(steps(buffer)).toEqual([0, 1, 2, 3, 4, 8, 9]);
    expect(buffer.total).toBe(10);
    expect(buffer.incomplete).toBe(true);
  });

  it('closes a gap when the missing points come late', () => {
    const buffer = new SeriesBuffer();
    buffer.append(0, points(0, 5));
    buffer.append(8, points(8, 2));
    buffer.append(5, points(5, 3));
    expect(steps(buffer)).toEqual(count(0, 10));
    expect(buffer.exact).toBe(true);
  });
});

describe('SeriesBuffer.merge', () => {
  it('fills an empty buffer and knows that it is decimated', () => {
    const buffer = new SeriesBuffer();
    expect(buffer.merge(100, thinned(0, 100, 10))).toBe(true);
    expect(buffer.length).toBe(10);
    expect(buffer.total).toBe(100);
    expect(buffer.exact).toBe(false);
    expect(buffer.incomplete).toBe(false);
  });

  it('is exact when the snapshot is whole', () => {
    const buffer = new SeriesBuffer();
    buffer.merge(20, points(0, 20));
    expect(buffer.exact).toBe(true);
  });

  it('is ignored by a full buffer', () => {
    const buffer = new SeriesBuffer();
    buffer.append(0, points(0, 50));
    const before = buffer.revision;
    expect(buffer.merge(40, thinned(0, 40, 4))).toBe(false);
    expect(buffer.revision).toBe(before);
    expect(buffer.length).toBe(50);
  });

  it('fills the gap of a reloaded page and keeps the exact tail', () => {
    const buffer = new SeriesBuffer();
    buffer.merge(100, thinned(0, 100, 10));
    buffer.append(120, points(120, 10));
    expect(buffer.incomplete).toBe(true);
    buffer.merge(130, thinned(0, 130, 10));
    expect(buffer.incomplete).toBe(false);
    expect(steps(buffer)).toEqual([...count(0, 12).map((i) => i * 10), ...count(120, 130)]);
    expect(buffer.total).toBe(130);
    expect(buffer.gaps).toHaveLength(1);
  });

  it('keeps what is finer than a newer, coarser snapshot', () => {
    const buffer = new SeriesBuffer();
    buffer.merge(100, thinned(0, 100, 5));
    buffer.append(100, points(100, 100));
    expect(buffer.merge(200, thinned(0, 200, 20))).toBe(false);
    expect(buffer.length).toBe(120);
  });

  it('gives way to the points themselves, but to nothing less', () => {
    const buffer = new SeriesBuffer();
    buffer.merge(100, thinned(0, 100, 10));
    buffer.append(120, points(120, 10));
    expect(buffer.missing).toEqual({ lo: 0, hi: 120, count: 120 });
    expect(buffer.mend(thinned(0, 121, 2))).toBe(false);
    expect(buffer.mend(points(0, 121))).toBe(true);
    expect(steps(buffer)).toEqual(count(0, 130));
    expect(buffer.exact).toBe(true);
    expect(buffer.missing).toBeNull();
  });

  it('that is ahead gives way to the exact points that follow', () => {
    const buffer = new SeriesBuffer();
    buffer.append(0, points(0, 50));
    buffer.merge(80, thinned(0, 80, 8));
    expect(buffer.exact).toBe(false);
    buffer.append(50, points(50, 40));
    expect(steps(buffer)).toEqual(count(0, 90));
    expect(buffer.exact).toBe(true);
  });

  it('gives way in part to points that cover part of it', () => {
    const buffer = new SeriesBuffer();
    buffer.merge(100, thinned(0, 100, 10));
    buffer.append(40, points(40, 20));
    expect(steps(buffer)).toEqual([0, 10, 20, 30, ...count(40, 60), 60, 70, 80, 90]);
    expect(buffer.gaps.map(({ lo, hi, at, held }) => [lo, hi, at, held])).toEqual([
      [0, 40, 0, 4],
      [60, 100, 24, 4],
    ]);
    buffer.append(100, points(100, 1));
    expect(buffer.step[buffer.length - 1]).toBe(100);
  });

  it('survives any order of messages with steps ascending and counts right', () => {
    for (let seed = 1; seed < 60; seed += 1) {
      const buffer = new SeriesBuffer();
      let state = seed;
      const random = (n: number): number => {
        state = (state * 48271) % 2147483647;
        return state % n;
      };
      for (let i = 0; i < 30; i += 1) {
        const start = random(300);
        if (random(3) === 0) buffer.merge(start + 1, thinned(0, start + 1, 1 + random(9)));
        else buffer.append(start, points(start, random(60)));
        const held = steps(buffer);
        expect(held).toEqual([...new Set(held)].sort((a, b) => a - b));
        const missing = buffer.gaps.reduce((sum, gap) => sum + (gap.hi - gap.lo) - gap.held, 0);
        expect(buffer.length + missing).toBe(buffer.total);
      }
      buffer.merge(400, points(0, 400));
      expect(steps(buffer)).toEqual(count(0, 400));
      expect(buffer.exact).toBe(true);
    }
  });
});
