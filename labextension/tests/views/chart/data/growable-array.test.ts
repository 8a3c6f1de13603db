import { describe, expect, it } from 'vitest';

import { GrowableArray, growingIndices } from '../../../../src/views/chart/data/growable-array';

describe('GrowableArray', () => {
  it('keeps every entry, whatever is added at once', () => {
    const growing = growingIndices(4);
    let used = 0;
    for (const count of [1, 3, 10, 1000, 40_000, 1, 20_000, 70_000, 5]) {
      growing.reserve(used, used + count);
      for (let i = used; i < used + count; i += 1) growing.array[i] = i;
      used += count;
    }
    expect(growing.array.subarray(0, used).every((value, i) => value === i)).toBe(true);
  });

  it('takes over what was changed after it was copied', () => {
    const growing = growingIndices(1 << 15);
    const full = growing.array.length;
    for (let used = 0; used < full; used += 1) growing.reserve(used, used + 1);
    growing.array[7] = 42;
    growing.touch(7);
    growing.reserve(full, full + 1);
    expect(growing.array.length).toBe(2 * full);
    expect(growing.array[7]).toBe(42);
  });

  it('never copies much for one more entry', () => {
    const copied: number[] = [];
    class Watched extends Float32Array {
      override set(values: ArrayLike<number>, at?: number): void {
        copied.push(values.length);
        super.set(values, at);
      }
    }
    const growing = new GrowableArray<Float32Array>(new Watched(1 << 16), (length) => new Watched(length));
    for (let used = 0; used < 1 << 19; used += 1) growing.reserve(used, used + 1);
    expect(copied.reduce((most, count) => Math.max(most, count), 0)).toBeLessThanOrEqual(8);
    expect(growing.array.length).toBe(1 << 19);
  });
});
