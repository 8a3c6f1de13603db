import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { binAt, quantiles, rebin } from '../../../src/views/histogram-plot/bins';
import { readRows } from '../../../src/views/histogram-plot/rows';
import { bytes, type Row } from './rows';

interface Known {
  rows: [number, number, number[]][];
  rebinned: number[][];
  inside: number[][];
  shares: number[];
  quantiles: number[][];
}

/** Made by `dlwidgets.inspect`: `series.rebinned(-1, 3, 8)`, `series.rebinned(0.25, 1, 3)` and `series.quantiles`. */
const known = JSON.parse(readFileSync(new URL('numpy.json', import.meta.url), 'utf8')) as Known;
const rows = readRows(bytes(known.rows.map((row, i): Row => [i * 10, ...row])), 6, known.rows.length);

const close = (found: ArrayLike<number>, expected: readonly number[]): void => {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
};

describe('bins', () => {
  it('are those of Python on a common axis, and on a part of it', () => {
    known.rebinned.forEach((expected, row) => close(rebin(rows, row, -1, 3, 8), expected));
    known.inside.forEach((expected, row) => close(rebin(rows, row, 0.25, 1, 3), expected));
  });

  it('have the quantiles of Python', () => {
    known.quantiles.forEach((expected, row) => close(quantiles(rows, row, known.shares), expected));
  });

  it('keep equal values in one bin', () => {
    const same = readRows(bytes([[0, 2, 2, [0, 0, 0, 7]]]), 4, 1);
    expect([...rebin(same, 0, 0, 4, 4)]).toEqual([0, 0, 7, 0]);
    expect([...rebin(same, 0, 0, 2, 2)]).toEqual([0, 7]);
    expect([...rebin(same, 0, 3, 4, 2)]).toEqual([0, 0]);
    expect(quantiles(same, 0, [0, 0.5, 1])).toEqual([2, 2, 2]);
    expect(binAt(same, 0, 2)).toEqual({ low: 2, high: 2, count: 7 });
  });

  it('say which one a value is in', () => {
    const one = readRows(bytes([[0, 0, 4, [1, 2, 3, 4]]]), 4, 1);
    expect(binAt(one, 0, 1.5)).toEqual({ low: 1, high: 2, count: 2 });
    expect(binAt(one, 0, 4)).toEqual({ low: 3, high: 4, count: 4 });
    expect(binAt(one, 0, 4.1)).toBeNull();
  });

  it('have no quantiles without values', () => {
    const none = readRows(bytes([[0, 0, 0, [0, 0, 0, 0]]]), 4, 1);
    expect(quantiles(none, 0, [0, 1])).toEqual([NaN, NaN]);
    expect(none.drawable(0)).toBe(false);
    expect(none.range()).toBeNull();
  });
});
