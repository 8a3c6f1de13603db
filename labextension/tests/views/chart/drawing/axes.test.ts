import { describe, expect, it } from 'vitest';

import {
  extendRange,
  horizontalRange,
  logTicks,
  paddedRange,
  placeLabels,
  shorten,
  timeTicks,
  wholeTicks,
  valueTickFormat,
} from '../../../../src/views/chart/drawing/axes';
import type { Range } from '../../../../src/views/chart/types';

/** A number and its unit stay on one line. */
const nbsp = (text: string): string => text.replace(/ (?=(?:µs|ms|s|min|h|d)\b)/g, '\u00a0');

describe('ranges', () => {
  it('hold every finite value in the window, and only positive ones on a log axis', () => {
    const path = { x: [0, 1, 2, 3, 4], y: [100, -1, NaN, Infinity, 7] };
    const linear: Range = [Infinity, -Infinity];
    extendRange(linear, path, 1, 4, false);
    expect(linear).toEqual([-1, 7]);
    const log: Range = [Infinity, -Infinity];
    extendRange(log, path, 0, 9, true);
    expect(log).toEqual([7, 100]);
  });

  it('are never empty', () => {
    expect(paddedRange([Infinity, -Infinity], false)).toEqual([0, 1]);
    expect(paddedRange([0, 0], false)).toEqual([-1, 1]);
    expect(horizontalRange(5, 5)).toEqual([4, 6]);
    expect(horizontalRange(Infinity, -Infinity)).toEqual([0, 1]);
    const [lo, hi] = paddedRange([0.01, 0.01], true);
    expect(lo).toBeLessThan(-2);
    expect(hi).toBeGreaterThan(-2);
  });

  it('put no ticks between two steps', () => {
    expect(wholeTicks([0.5, 2.5])).toEqual({ tick0: 0, dtick: 1 });
    expect(wholeTicks([0, 100])).toBeNull();
  });
});

describe('timeTicks', () => {
  it.each<[Range, number, string[]]>([
    [[0, 20], 5, ['0 s', '5 s', '10 s', '15 s', '20 s']],
    [[0, 130], 5, ['0 s', '30 s', '1 min', '1 min 30 s', '2 min']],
    [[0, 600], 6, ['0 s', '2 min', '4 min', '6 min', '8 min', '10 min']],
    [[0, 7200], 5, ['0 s', '30 min', '1 h 00 min', '1 h 30 min', '2 h 00 min']],
    [[0, 0.4], 5, ['0 s', '0.1 s', '0.2 s', '0.3 s', '0.4 s']],
  ])('of %j', (range, most, texts) => expect(timeTicks(range, most).texts).toEqual(texts.map(nbsp)));

  it('stays within the number asked for, at any length', () => {
    for (let span = 0.01; span < 1e8; span *= 1.7) {
      const { values } = timeTicks([0, span], 6);
      expect(values.length).toBeLessThanOrEqual(7);
    }
    expect(timeTicks([3, 3], 6).values).toEqual([]);
  });
});

describe('placeLabels', () => {
  it('shows labels that fit, the important first, and none twice', () => {
    const placed = placeLabels(
      [
        { x: 10, text: 'paused', priority: 1 },
        { x: 12, text: 'best epoch', priority: 3 },
        { x: 300, text: 'learning rate', priority: 2 },
      ],
      400,
    );
    expect(placed.map(({ index }) => index).sort()).toEqual([1, 2]);
  });

  it('turns a label at the right edge to the left', () => {
    expect(placeLabels([{ x: 395, text: 'paused', priority: 1 }], 400)).toEqual([
      { index: 0, text: 'paused', anchor: 'right' },
    ]);
  });

  it('never overlaps', () => {
    const labels = Array.from({ length: 300 }, (_, i) => ({
      x: (i * 37) % 800,
      text: `event ${i}`,
      priority: i % 3,
    }));
    const spans = placeLabels(labels, 800).map(({ index, text, anchor }) => {
      const { x } = labels[index]!;
      return anchor === 'left' ? [x, x + text.length * 6] : [x - text.length * 6, x];
    });
    spans.sort((a, b) => a[0]! - b[0]!);
    for (let i = 1; i < spans.length; i += 1) expect(spans[i]![0]!).toBeGreaterThanOrEqual(spans[i - 1]![1]!);
    expect(spans.length).toBeGreaterThan(5);
  });

  it('shortens by characters, not by code units', () => {
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
    expect(shorten('abc', 3)).toBe('abc');
  });
});

describe('valueTickFormat', () => {
  it.each([
    [3, ''],
    [45_000, '~s'],
    [2.8e37, ''],
  ])('gives ticks up to %d a short form', (size, format) => {
    expect(valueTickFormat(size)).toBe(format);
  });
});

describe('ticks of a logarithmic axis', () => {
  it('are powers of ten as people write them, with small ones between', () => {
    const { values, texts, between } = logTicks([-4.2, 1.1], 8);
    expect(values).toEqual([1e-4, 1e-3, 0.01, 0.1, 1, 10]);
    expect(texts).toEqual(['1e−4', '0.001', '0.01', '0.1', '1', '10']);
    expect(between).toContain(0.002);
    expect(between).not.toContain(0.001);
  });

  it('leave out powers where there are many', () => {
    const { values, texts, between } = logTicks([-10, 12], 6);
    expect(values.length).toBeLessThanOrEqual(7);
    expect(texts.at(-1)).toBe('1e12');
    expect(between).toContain(1e-9);
  });

  it('have values between where there are few powers', () => {
    expect(logTicks([-0.5, 0.6], 6).texts).toEqual(['0.5', '1', '2']);
    expect(logTicks([0.1, 0.4], 6).texts).toEqual(['1.5', '2']);
  });
});
