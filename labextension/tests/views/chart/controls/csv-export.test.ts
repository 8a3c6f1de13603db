// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { connect } from '../../../harness';
import { encode, thinned } from '../points';

const saved = vi.fn();
vi.mock(import('../../../../src/shared/dom'), async (original) => ({
  ...(await original()),
  download: saved,
}));
vi.mock('../../../../src/shared/plotly', () => ({ loadBasic: () => Promise.resolve({}) }));

const { ChartModel } = await import('../../../../src/views/chart/model');
const { saveCsv } = await import('../../../../src/views/chart/controls/csv-export');

const chart = (total: number) => {
  const series = [{ id: 'loss', name: 'loss', kind: 'line', smooth: true, reference: false, color: '' }];
  const data = encode(thinned(0, total, total / 10));
  const _snapshot = { generation: 1, series: { loss: { total, count: 10, data } } };
  const options = { model_id: 'm', widget_manager: { display_model: vi.fn() } };
  return new ChartModel({ series, generation: 1, _snapshot }, options);
};

describe('saveCsv', () => {
  beforeEach(() => void saved.mockReset());

  it("saves Python's file", async () => {
    const model = chart(1000);
    const sent = connect(model);
    const saving = saveCsv(model, 'Loss');
    const buffers = [new DataView(new ArrayBuffer(1))];
    model.trigger('msg:custom', { type: 'csv', name: 'loss.csv', request: sent.at(-1)!.request }, buffers);
    expect(await saving).toBe('');
    expect(saved).toHaveBeenCalledExactlyOnceWith('loss.csv', buffers[0], 'text/csv');
  });

  it('says in the name and in words when the page holds only some of the points', async () => {
    expect(await saveCsv(chart(1000), 'Loss')).toMatch(/has 10 of 1,000 points/);
    expect(saved.mock.calls[0]![0]).toBe('Loss-as-shown.csv');
    expect(saved.mock.calls[0]![1]).toMatch(/^series,step,epoch,time_s,value\nloss,0,0,0,0\nloss,100,/);
  });

  it('saves a complete file of its own where it can', async () => {
    const model = chart(10);
    expect(await saveCsv(model, 'Loss')).toBe('');
    expect(saved.mock.calls[0]![0]).toBe('Loss.csv');
  });

  it('waits for a kernel that is busy', async () => {
    vi.useFakeTimers();
    const model = chart(1000);
    connect(model);
    const saving = saveCsv(model, 'Loss');
    await vi.advanceTimersByTimeAsync(9000);
    expect(saved).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await saving).not.toBe('');
    vi.useRealTimers();
  });
});
