import { describe, expect, it } from 'vitest';

import { Curve, detailPath } from '../../../../src/views/chart/data/curve';
import { points, thinned } from '../points';

function curve(count: number, value?: (step: number) => number): Curve {
  const made = new Curve();
  made.buffer.append(0, points(0, count, value));
  return made;
}

describe('Curve', () => {
  it('gives the window with one point beyond each edge', () => {
    expect([...curve(100).raw('step', 10, 12, 50).x]).toEqual([9, 10, 11, 12, 13]);
  });

  it('follows appends, raw and smoothed, without losing the newest point', () => {
    const made = curve(10);
    made.raw('step', 0, 1e9, 100);
    made.smoothed(0.5, 'step', 0, 1e9, 100);
    made.buffer.append(10, points(10, 10_000));
    expect(made.raw('step', 0, 1e9, 100).x.at(-1)).toBe(10_009);
    expect(made.smoothed(0.5, 'step', 0, 1e9, 100).x.at(-1)).toBe(10_009);
  });

  it('starts anew after points before the end have changed', () => {
    const made = new Curve();
    made.buffer.merge(1000, thinned(0, 1000, 10));
    made.smoothed(0.9, 'step', 0, 1e9, 20);
    made.buffer.append(
      0,
      points(0, 1000, (step) => (step === 123 ? 99 : 0)),
    );
    expect(made.buffer.exact).toBe(true);
    expect(Math.max(...made.raw('step', 0, 1e9, 20).y)).toBe(99);
  });

  it('turns what is not finite into an interruption', () => {
    const path = curve(5, (step) => [1, NaN, Infinity, -Infinity, 2][step]!).raw('step', 0, 10, 100);
    expect([...path.y]).toEqual([1, NaN, NaN, NaN, 2]);
  });

  it('finds the nearest point', () => {
    const made = curve(10);
    expect(made.nearest('step', 3.4)).toBe(3);
    expect(made.nearest('step', 3.6)).toBe(4);
    expect(made.nearest('step', -5)).toBe(0);
    expect(made.nearest('step', 99)).toBe(9);
    expect(new Curve().nearest('step', 1)).toBe(-1);
  });

  it('knows where it holds stand-ins only', () => {
    const made = new Curve();
    made.buffer.merge(100, thinned(0, 100, 10));
    made.buffer.append(100, points(100, 50));
    expect(made.coarseBetween('step', 20, 30)).toBe(true);
    expect(made.coarseBetween('step', 110, 140)).toBe(false);
  });

  it('shows a detail in place of the stand-ins, and goes on after it', () => {
    const made = new Curve();
    made.buffer.merge(100, thinned(0, 100, 10));
    const detail = { axis: 'step' as const, lo: 20, hi: 40, columns: points(20, 21) };
    const path = detailPath(detail, made.raw('step', 20, 40, 100), 100);
    expect([...path.x]).toEqual([10, ...Array.from({ length: 21 }, (_, i) => 20 + i), 50]);
  });
});
