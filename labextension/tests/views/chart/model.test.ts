// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';

import { encode, points, thinned } from './points';

vi.mock('../../../src/shared/plotly', () => ({ loadBasic: () => Promise.resolve({}) }));

const { ChartModel } = await import('../../../src/views/chart/model');

type Model = InstanceType<typeof ChartModel>;

function model(attributes: Record<string, unknown> = {}): Model {
  const series = [{ id: 'loss', name: 'loss', kind: 'line', smooth: true, reference: false, color: '' }];
  const options = { model_id: 'm', widget_manager: { display_model: vi.fn() } };
  return new ChartModel({ series, generation: 1, ...attributes }, options);
}

function append(
  target: Model,
  start: number,
  count: number,
  change = {},
  buffer = encode(points(start, count)),
): void {
  const content = {
    type: 'append',
    generation: 1,
    sent: 1,
    series: [{ id: 'loss', start, count }],
    ...change,
  };
  target.trigger('msg:custom', content, [buffer]);
}

describe('ChartModel', () => {
  let complaints: MockInstance<typeof console.error>;

  beforeEach(() => {
    complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  it('holds what is appended and tells its views', () => {
    const target = model();
    const heard = vi.fn();
    target.on('dlw:data', heard);
    append(target, 0, 5);
    expect(target.data.points).toBe(5);
    expect(heard).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('tells its views when a series goes with its points', () => {
    const series = ['loss', 'accuracy'].map((id) => ({ id, name: id, kind: 'line' }));
    const target = model({ series });
    append(target, 0, 5);
    append(target, 0, 7, { series: [{ id: 'accuracy', start: 0, count: 7 }] });
    const heard = vi.fn(() => target.data.points);
    target.on('dlw:data', heard);
    target.set('series', series.slice(1));
    expect(heard.mock.results.at(-1)?.value).toBe(7);
  });

  it('knows the part of the x axis that is shown', () => {
    const target = model();
    expect(target.window).toBeNull();
    target.set('x_range', [10, 20]);
    expect(target.window).toEqual([10, 20]);
    target.set('x_range', [20, 10]);
    expect(target.window).toBeNull();
  });

  it('greets Python with the snapshot that it has', () => {
    const send = vi.spyOn(ChartModel.prototype, 'send').mockImplementation(() => undefined);
    const live = vi.spyOn(ChartModel.prototype, 'comm_live', 'get').mockReturnValue(true);
    model();
    model({ _snapshot: { generation: 1, number: 4, series: {} } });
    const greetings = send.mock.calls.map(([content]) => content as unknown);
    expect(greetings).toEqual([{ type: 'hello' }, { type: 'hello', snapshot: 4 }]);
    send.mockRestore();
    live.mockRestore();
  });

  it('survives malformed messages with a clear complaint', () => {
    const target = model();
    append(target, 0, 5, {}, new DataView(new ArrayBuffer(79)));
    append(target, 0, 5, { series: 'all' });
    append(target, 0, 5, { generation: 'new' });
    target.trigger('msg:custom', null, undefined);
    target.trigger('msg:custom', { type: 'append' }, 'none');
    target.trigger('msg:custom', { type: 'from the future' }, []);
    expect(complaints.mock.calls.map(([text]) => text as string)).toHaveLength(4);
    for (const [text] of complaints.mock.calls) expect(text).toMatch(/^dlwidgets Chart: /);
    append(target, 0, 5);
    expect(target.data.points).toBe(5);
  });

  it('shows the snapshot that came with the page, then what is appended', () => {
    const snapshot = {
      generation: 1,
      series: { loss: { total: 100, count: 10, data: encode(thinned(0, 100, 10)) } },
    };
    const target = model({ _snapshot: snapshot });
    expect([target.data.points, target.data.total]).toEqual([10, 100]);
    append(target, 100, 5);
    expect([target.data.points, target.data.total]).toEqual([15, 105]);
  });

  it('survives a malformed snapshot', () => {
    const target = model({
      _snapshot: { generation: 1, series: { loss: { total: 9, count: 9, data: null } } },
    });
    expect(complaints).toHaveBeenCalled();
    append(target, 0, 5);
    expect(target.data.points).toBe(5);
  });

  it('drops everything with a new generation', () => {
    const target = model();
    append(target, 0, 5);
    target.set('generation', 2);
    expect(target.data.points).toBe(0);
    append(target, 5, 5);
    expect(target.data.points).toBe(0);
  });

  it('reads traits of the wrong type as their defaults', () => {
    const target = model({
      x_axis: 'sideways',
      smoothing: 'much',
      series: [null, 3, { id: 'a', color: 'url(x)' }],
    });
    expect([target.axis, target.smoothing]).toEqual(['step', 0]);
    expect(target.series).toEqual([
      { id: 'a', name: 'a', kind: 'line', smooth: false, reference: false, color: '' },
    ]);
  });

  it('gets no CSV from a kernel that is not there', async () => {
    await expect(model().csv()).resolves.toBeNull();
  });
});
