import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  AxisHysteresis,
  growingRange,
  steadyRange,
} from '../../../../src/views/chart/drawing/axis-hysteresis';
import type { Range } from '../../../../src/views/chart/types';

describe('growingRange', () => {
  it('changes a few dozen times, not ten thousand, while a curve grows to ten thousand points', () => {
    let held: Range | null = null;
    let changes = 0;
    for (let newest = 2; newest <= 10_000; newest += 1) {
      const next = growingRange([1, newest], [0.99, newest * 1.01], held);
      expect(next[1]).toBeGreaterThanOrEqual(newest);
      if (next !== held) changes += 1;
      held = next;
    }
    expect(changes).toBeLessThan(90);
  });

  it('does not leave most of the chart empty when a shorter run begins', () => {
    expect(growingRange([1, 50], [0, 51], [0, 1000])[1]).toBeLessThan(70);
  });
});

describe('steadyRange', () => {
  it('stays for data that fill it and goes for an outlier or for data that became small', () => {
    const held: Range = [0, 10];
    expect(steadyRange([1, 9], [0.9, 9.1], held)).toBe(held);
    expect(steadyRange([1, 11], [0.5, 11.5], held)).toEqual([0.5, 11.5]);
    expect(steadyRange([1, 3], [0.9, 3.1], held)).toEqual([0.9, 3.1]);
  });
});

describe('AxisHysteresis', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('holds what is shown while points come, then asks for exact ranges', () => {
    const still = vi.fn();
    const growth = new AxisHysteresis(still);
    expect(growth.ranges).toBeNull();
    growth.note(1000);
    expect(growth.ranges).toEqual({ x: null, y: null });
    growth.shows([0, 1], [2, 3]);
    expect(growth.ranges).toEqual({ x: [0, 1], y: [2, 3] });
    vi.advanceTimersByTime(1000);
    growth.note(1001);
    vi.advanceTimersByTime(1000);
    expect(still).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(still).toHaveBeenCalledOnce();
    expect(growth.ranges).toBeNull();
    growth.dispose();
  });

  it('leaves a chart with few points alone', () => {
    const growth = new AxisHysteresis(() => undefined);
    growth.note(20);
    expect(growth.ranges).toBeNull();
  });
});
