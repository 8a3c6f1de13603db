import { describe, expect, it } from 'vitest';

import { cellAt, cellBox, layoutGrid, moveIn, tickText } from '../../../src/views/histogram-plot/frame';
import { columnsOf, strengths } from '../../../src/views/histogram-plot/heat';
import { chosen, drawnFor, layoutRidges, ridgeAt } from '../../../src/views/histogram-plot/ridge';
import { readRows } from '../../../src/views/histogram-plot/rows';
import { place, roomy, ticks, valueAt, zoomed } from '../../../src/views/histogram-plot/scale';
import { bytes, moving, type Row } from './rows';

const read = (rows: Row[]) => readRows(bytes(rows), rows[0]![3].length, rows.length);
const BOX = { left: 10, top: 20, width: 400, height: 300 };

describe('ridges', () => {
  it('lie in the order of their steps, the newest in front at the foot', () => {
    const ridges = layoutRidges(read(moving(10)), 'step', BOX, [-1, 2], false);
    expect(ridges.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(ridges.at(-1)!.foot).toBe(320);
    const gaps = ridges.slice(1).map(({ foot }, i) => foot - ridges[i]!.foot);
    gaps.forEach((gap) => expect(gap).toBeCloseTo(gaps[0]!, 6));
    expect(
      Math.min(...ridges.flatMap(({ foot, heights }) => [...heights].map((h) => foot - h))),
    ).toBeGreaterThan(20);
  });

  it('are as many as fit, with the first and the last', () => {
    const shown = chosen(read(moving(2000)), 'step', 30);
    expect(shown.length).toBeLessThanOrEqual(31);
    expect(shown.length).toBeGreaterThan(25);
    expect([shown[0], shown.at(-1)]).toEqual([0, 1999]);
  });

  it('are seen beside a spike, which is cut off', () => {
    const rows = moving(9);
    rows[0] = [0, 0, 0, [0, 0, 0, 1_000_000]];
    const ridges = layoutRidges(read(rows), 'step', BOX, [-1, 2], false);
    const top = ({ heights }: { heights: Float64Array }): number => Math.max(...heights);
    expect(top(ridges[5]!)).toBeGreaterThan(50);
    expect(top(ridges[0]!)).toBeCloseTo(1.5 * top(ridges[5]!), 0);
    const logs = layoutRidges(read(rows), 'step', BOX, [-1, 2], true);
    expect(top(logs[0]!)).toBeLessThan(5 * top(logs[5]!));
  });

  it('are found under the pointer, the foremost first', () => {
    const ridges = layoutRidges(read(moving(10)), 'step', BOX, [-1, 2], false);
    const last = ridges.at(-1)!;
    const bin = last.heights.indexOf(Math.max(...last.heights));
    const x = BOX.left + ((bin + 0.5) / last.heights.length) * BOX.width;
    expect(ridgeAt(ridges, BOX, x, last.foot - 5)).toBe(last);
    expect(ridgeAt(ridges, BOX, BOX.left + 1, ridges[3]!.foot + 1)).toBe(ridges[3]);
    expect(
      drawnFor(
        ridges.filter(({ row }) => row % 3 === 0),
        4,
      ),
    ).toBe(3);
  });

  it('stand alone where there is one step', () => {
    const [only] = layoutRidges(read(moving(1)), 'step', BOX, [-1, 1], false);
    expect(only!.foot).toBe(320);
    expect(Math.max(...only!.heights)).toBeGreaterThan(200);
  });

  it('leave out what cannot be drawn', () => {
    const rows = read([
      [0, 0, 1, [1, 1]],
      [5, -Infinity, Infinity, [1, 1]],
      [6, 0, 0, [0, 0]],
      [9, 0, 1, [2, 0]],
    ]);
    expect(chosen(rows, 'step', 9)).toEqual([0, 3]);
    expect(rows.range()).toEqual([0, 1]);
  });
});

describe('heat maps', () => {
  it('show at each pixel the nearest step', () => {
    const rows = read([
      [0, 0, 1, [1]],
      [10, 0, 1, [1]],
      [100, 0, 1, [1]],
    ]);
    const columns = columnsOf(rows, 'step', 100);
    expect([...columns.slice(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(columns[8]).toBe(1);
    expect(columns[53]).toBe(1);
    expect(columns[57]).toBe(2);
  });

  it('color the largest bin of a step fully, and see single values', () => {
    const found = strengths(Float64Array.of(0, 1, 10_000), false);
    expect([...found]).toEqual([0, 14, 255]);
    expect(strengths(Float64Array.of(0, 99, 9999), true)[1]).toBe(128);
  });
});

describe('axes', () => {
  it('have round numbers', () => {
    expect(ticks(-0.43, 0.38, 5)).toEqual([-0.4, -0.2, 0, 0.2]);
    expect(ticks(0, 3000, 6)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000]);
    expect(ticks(1, 1, 5)).toEqual([1]);
    expect(ticks(0, 1e-9, 4).length).toBeGreaterThan(2);
    expect([tickText(-0.25), tickText(0), tickText(2e-7), tickText(1.5e6), tickText(0.0005)]).toEqual([
      '−0.25',
      '0',
      '2e−7',
      '1.5e6',
      '0.0005',
    ]);
  });

  it('lead to pixels and back', () => {
    const scale = { low: -2, high: 6, from: 320, to: 20 };
    expect(valueAt(scale, place(scale, 1.5))).toBeCloseTo(1.5, 9);
    expect(place({ ...scale, high: -2 }, 5)).toBe(170);
    expect(roomy([3, 3])).toEqual([1.5, 4.5]);
    expect(roomy([0, 0])).toEqual([-0.5, 0.5]);
  });

  it('zoom around a value, and end with everything', () => {
    expect(zoomed([0, 8], 2, 0.5, [0, 8])).toEqual([1, 5]);
    expect(zoomed([1, 5], 2, 2, [0, 8])).toBeNull();
    expect(zoomed([3, 5], 4, 2, [0, 8])).toEqual([2, 6]);
  });
});

describe('small plots', () => {
  it('fill the width with as many columns as fit', () => {
    expect(layoutGrid(50, 900).columns).toBe(5);
    const narrow = layoutGrid(50, 380);
    expect(narrow.columns).toBe(2);
    expect(narrow.width).toBeLessThanOrEqual(380);
    expect(layoutGrid(0, 380).height).toBe(0);
  });

  it('are found under the pointer and by keys', () => {
    const layout = layoutGrid(7, 560);
    const box = cellBox(layout, 4);
    expect(cellAt(layout, 7, box.left + 3, box.top + 3)).toBe(4);
    expect(cellAt(layout, 7, box.left - 3, box.top + 3)).toBe(-1);
    expect([moveIn('ArrowDown', 1, 7, 3), moveIn('ArrowDown', 5, 7, 3), moveIn('ArrowUp', 1, 7, 3)]).toEqual([
      4, 5, 1,
    ]);
    expect([moveIn('End', 0, 7, 3), moveIn('ArrowRight', 6, 7, 3), moveIn('a', 0, 7, 3)]).toEqual([
      6,
      6,
      null,
    ]);
  });
});
