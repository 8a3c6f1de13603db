import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ChartData } from '../../../../src/views/chart/data/chart-data';
import { points, thinned } from '../points';
import type { SeriesInfo } from '../../../../src/views/chart/types';

const info = (id: string, reference = false): SeriesInfo => ({
  id,
  name: id,
  kind: 'line',
  smooth: true,
  reference,
  color: '',
});

describe('ChartData', () => {
  let time: number;
  const resync = vi.fn();
  let data: ChartData;
  const append = (start: number, count: number, generation = 1, id = 'loss'): boolean =>
    data.append({ generation, sent: 0, parts: [{ id, start, columns: points(start, count) }] });

  beforeEach(() => {
    time = 0;
    resync.mockReset();
    data = new ChartData(resync, () => time);
    data.setSeries([info('loss'), info('old', true)]);
    data.setGeneration(1);
  });

  it('asks for a snapshot at most once a second while points are missing', () => {
    append(0, 10);
    expect(resync).not.toHaveBeenCalled();
    append(20, 10);
    expect(resync).toHaveBeenCalledExactlyOnceWith(1);
    for (time = 0; time < 990; time += 10) append(30 + time, 10);
    expect(resync).toHaveBeenCalledTimes(1);
    time = 1000;
    append(1020, 10);
    expect(resync).toHaveBeenCalledTimes(2);
  });

  it('asks no more once a snapshot has filled the gap', () => {
    append(0, 10);
    append(20, 10);
    data.snapshot(1, [{ id: 'loss', total: 30, columns: thinned(0, 30, 3) }]);
    time = 5000;
    append(30, 10);
    expect(resync).toHaveBeenCalledTimes(1);
    expect(data.curve('loss')!.buffer.total).toBe(40);
  });

  it('drops all but the references with a new generation, and refuses the old one', () => {
    append(0, 10);
    data.snapshot(1, [{ id: 'old', total: 5, columns: points(0, 5) }]);
    data.setGeneration(2);
    expect(data.points).toBe(0);
    expect(data.curve('old')!.buffer.length).toBe(5);
    expect(append(10, 10, 1)).toBe(false);
    expect(append(0, 3, 2)).toBe(true);
    expect(data.points).toBe(3);
  });

  it('takes points of a reference whatever the generation', () => {
    expect(append(0, 7, 99, 'old')).toBe(true);
    expect(data.curve('old')!.buffer.length).toBe(7);
    expect(data.points).toBe(0);
  });

  it('drops series that are no longer listed', () => {
    append(0, 10);
    data.setSeries([info('old', true)]);
    expect(data.curve('loss')).toBeUndefined();
  });

  it('waits for the append that a snapshot has overtaken', () => {
    append(0, 10);
    const ahead = [{ id: 'loss', total: 15, columns: thinned(0, 15, 2) }];
    const { changed, retryAfter } = data.snapshot(1, ahead);
    expect(changed).toBe(false);
    expect(retryAfter).toBeGreaterThan(0);
    append(10, 10);
    expect(data.curve('loss')!.buffer.exact).toBe(true);
    expect(data.curve('loss')!.buffer.revision).toBe(0);
  });

  it('uses that snapshot when the append never comes', () => {
    append(0, 10);
    time = 2000;
    const { changed, retryAfter } = data.snapshot(1, [{ id: 'loss', total: 15, columns: thinned(0, 15, 2) }]);
    expect([changed, retryAfter]).toEqual([true, 0]);
    expect(data.total).toBe(15);
  });
});
