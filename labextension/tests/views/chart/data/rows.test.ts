import { describe, expect, it } from 'vitest';

import { ChartData } from '../../../../src/views/chart/data/chart-data';
import { neighbor, readAt, spoken } from '../../../../src/views/chart/controls/readout';
import { csvField, holdsAll, tableRows, toCsv } from '../../../../src/views/chart/data/rows';
import { points, thinned } from '../points';
import type { SeriesInfo } from '../../../../src/views/chart/types';

const series: SeriesInfo[] = [
  { id: 'loss', name: 'loss', kind: 'line', smooth: true, reference: false, color: '' },
  { id: 'val', name: 'val, "loss"', kind: 'line+markers', smooth: false, reference: false, color: '' },
];

function filled(): ChartData {
  const data = new ChartData(() => undefined);
  data.setSeries(series);
  data.append({
    generation: 0,
    sent: 0,
    parts: [
      { id: 'loss', start: 0, columns: points(0, 1000) },
      { id: 'val', start: 0, columns: thinned(0, 1000, 100) },
    ],
  });
  return data;
}

describe('tableRows', () => {
  it('has every epoch, then evenly chosen steps up to the latest', () => {
    const rows = tableRows(filled(), series, 50);
    expect(rows.length).toBeLessThanOrEqual(50);
    expect(rows.length).toBeGreaterThan(40);
    for (let step = 0; step < 1000; step += 100) {
      expect(rows.find((row) => row.step === step)?.values).toEqual([step, step]);
    }
    expect(rows.at(-1)!.step).toBe(999);
    expect(rows.map((row) => row.step)).toEqual(rows.map((row) => row.step).sort((a, b) => a - b));
  });

  it('keeps the latest epochs when there are more than rows', () => {
    const rows = tableRows(filled(), series, 4);
    expect(rows.map((row) => row.step)).toEqual([600, 700, 800, 900]);
  });

  it('is empty without data', () => {
    expect(tableRows(new ChartData(() => undefined), series, 10)).toEqual([]);
  });
});

describe('toCsv', () => {
  it('has a row for every point, under the full name of its series', () => {
    const lines = toCsv(filled(), series).split('\n');
    expect(lines[0]).toBe('series,step,epoch,time_s,value');
    expect(lines[1]).toBe('loss,0,0,0,0');
    expect(lines[2]).toBe('loss,1,0.01,0.1,1');
    expect(lines[1001]).toBe('"val, ""loss""",0,0,0,0');
    expect(lines).toHaveLength(1012);
  });

  it('writes what is not finite as Python does', () => {
    const data = new ChartData(() => undefined);
    data.setSeries(series);
    const odd = points(0, 3, (step) => [NaN, Infinity, -Infinity][step]!);
    data.append({ generation: 0, sent: 0, parts: [{ id: 'loss', start: 0, columns: odd }] });
    const values = toCsv(data, series).trim().split('\n').slice(1);
    expect(values.map((line) => line.split(',')[4])).toEqual(['nan', 'inf', '-inf']);
  });

  it('is known to be complete, or not', () => {
    const data = filled();
    expect(holdsAll(data, series)).toBe(true);
    data.append({ generation: 0, sent: 0, parts: [{ id: 'loss', start: 2000, columns: points(2000, 1) }] });
    expect(holdsAll(data, series)).toBe(false);
  });

  it('quotes only what has to be', () => {
    expect(csvField('plain')).toBe('plain');
    expect(csvField('two\nlines')).toBe('"two\nlines"');
  });
});

describe('readAt', () => {
  const query = {
    data: filled(),
    series,
    hidden: new Set<string>(),
    markers: [{ id: 'm', step: 500, epoch: 5, time: 50, text: 'paused', kind: 'pause' }],
    axis: 'step' as const,
    smoothing: 0,
    x: 498,
    near: 5,
  };

  it('reads all series near the pointer, and what happened there', () => {
    const readout = readAt(query)!;
    expect(readout.heading).toBe('step 498 · epoch 4.98 · 49.8\u00a0s');
    expect(readout.rows.map(({ id, x, value }) => [id, x, value])).toEqual([
      ['loss', 498, 498],
      ['val', 500, 500],
    ]);
    expect(readout.events).toEqual(['paused']);
  });

  it('takes the next point of a series between its first and its last', () => {
    const read = (x: number): unknown => readAt({ ...query, x })!.rows.map(({ id, here }) => [id, here]);
    expect(read(452)).toEqual([
      ['loss', true],
      ['val', false],
    ]);
    expect(read(950)).toEqual([['loss', true]]);
  });

  it('speaks of what is at this place only', () => {
    expect(spoken(readAt(query)!)).toMatch(/^step 498 .*; paused; loss 498\.0, val, "loss" 500\.0$/);
    expect(spoken(readAt({ ...query, x: 452 })!)).toMatch(/; loss 452\.0$/);
    const row = { id: 'a', name: 'a', x: 0, here: true, value: 1, raw: null };
    const many = { heading: 'step 1', events: [], rows: Array<typeof row>(12).fill(row) };
    expect(spoken(many)).toMatch(/a 1\.000, and 2 more$/);
  });

  it('leaves out what is hidden', () => {
    expect(readAt({ ...query, hidden: new Set(['loss']) })!.rows.map(({ id }) => id)).toEqual(['val']);
    expect(readAt({ ...query, hidden: new Set(['loss', 'val']) })).toBeNull();
  });

  it('gives the average and the raw value', () => {
    const [loss] = readAt({ ...query, smoothing: 0.9 })!.rows;
    expect(loss!.raw).toBe(498);
    expect(loss!.value).toBeLessThan(498);
  });

  it('moves from point to point within the window', () => {
    expect(neighbor(query, 498, 1, [0, 999])).toBe(499);
    expect(neighbor(query, 498, -10, [495, 999])).toBe(495);
    expect(neighbor({ ...query, hidden: new Set(['loss', 'val']) }, 498, 1, [0, 9])).toBeNull();
  });
});
