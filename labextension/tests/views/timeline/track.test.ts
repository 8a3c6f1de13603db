import { describe, expect, it } from 'vitest';

import {
  epochMarks,
  eventAt,
  formatEpoch,
  indexAt,
  indexByKey,
  labelOf,
  moved,
  spread,
} from '../../../src/views/timeline/track';

const steps = Uint32Array.from([0, 100, 400, 1000]);

describe('indexAt', () => {
  it('snaps to a snapshot, and means the present at the right end', () => {
    expect([0, 5, 45, 93, 100, 250].map((x) => indexAt(steps, x, 1000, 100, true))).toEqual([
      0, 0, 2, 3, -1, -1,
    ]);
  });

  it('has no present in a run that ended with a snapshot', () => {
    expect(indexAt(steps, 100, 1000, 100, false)).toBe(3);
  });
});

describe('keys', () => {
  it('go from snapshot to snapshot, in pages, and to the ends', () => {
    const go = (key: string, from: number): number | null => indexByKey(key, from, 40);
    expect(go('ArrowRight', 5)).toBe(6);
    expect(go('ArrowLeft', 0)).toBe(0);
    expect(go('PageDown', 20)).toBe(16);
    expect(go('PageUp', 20)).toBe(24);
    expect([go('Home', 9), go('End', 9), go('Escape', 9), go('x', 9)]).toEqual([0, 39, -1, null]);
  });

  it('lead from the last snapshot to the present, and back', () => {
    expect(moved(3, 1, 4)).toBe(-1);
    expect(moved(-1, -1, 4)).toBe(3);
    expect(moved(-1, 1, 4)).toBe(-1);
  });
});

describe('marks', () => {
  it('leave ticks out that would be one band', () => {
    const dense = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const kept = spread(dense, 999, 300);
    expect(kept.length).toBeLessThanOrEqual(101);
    expect(kept.every((x, i) => i === 0 || x - kept[i - 1]! >= 3)).toBe(true);
  });

  it('name every second, fifth or tenth epoch where there are many', () => {
    const ends = Uint32Array.from({ length: 100 }, (_, i) => 10 * (i + 1));
    expect(epochMarks(ends, 1000, 1000)).toHaveLength(100);
    expect(epochMarks(ends, 1000, 300)).toHaveLength(20);
    expect(epochMarks(new Uint32Array(0), 0, 300)).toEqual([]);
  });

  it('are found near the pointer', () => {
    const events = [
      { step: 100, kind: 'pause', text: 'a' },
      { step: 110, kind: 'error', text: 'b' },
    ];
    expect(eventAt(events, 10.8, 1000, 100)?.text).toBe('b');
    expect(eventAt(events, 60, 1000, 100)).toBeUndefined();
  });
});

describe('words', () => {
  const snapshots = { steps, epochs: Float32Array.from([0, 0.25, 1, 2.5]) };

  it('name the snapshot, its epoch and its number', () => {
    expect(labelOf(snapshots, 3, 1000, true)).toBe('Step 1,000 · epoch 2.50 · snapshot 4 of 4');
    expect(labelOf(snapshots, 2, 1000, true)).toBe('Step 400 · epoch 1 · snapshot 3 of 4');
    const unknown = { steps, epochs: Float32Array.from([NaN, 0, 0, 0]) };
    expect(labelOf(unknown, 0, 1000, true)).toBe('Step 0 · snapshot 1 of 4');
  });

  it('say that it is live, or where the run ended', () => {
    expect(labelOf(snapshots, -1, 1234, true)).toBe('Live · step 1,234');
    expect(labelOf(snapshots, -1, 1234, false)).toBe('End of the run · step 1,234');
  });

  it('round epochs', () => {
    expect([3, 2.999, 2.556, 0].map(formatEpoch)).toEqual(['3', '3', '2.56', '0']);
  });
});
