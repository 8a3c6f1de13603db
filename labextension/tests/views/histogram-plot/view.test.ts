// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
import { bytes, moving, snapshot } from './rows';
const { HistogramPlotModel } = await import('../../../src/views/histogram-plot/model');
const { HistogramPlotView } = await import('../../../src/views/histogram-plot/view');

const NAMES = [
  { id: 'a/kernel', label: '<i>a</i>/kernel', unit: 'weight' },
  { id: 'b/kernel', label: 'b/kernel', unit: 'weight' },
  { id: 'c/kernel', label: 'c/kernel', unit: 'weight' },
];
const ALL = { 'a/kernel': moving(8), 'b/kernel': moving(5), 'c/kernel': moving(3) };

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(HistogramPlotModel, HistogramPlotView, {
    names: NAMES.slice(0, 1),
    _snapshot: snapshot({ 'a/kernel': ALL['a/kernel'] }),
    ...traits,
  });
  vi.spyOn(model, 'save_changes').mockReturnValue();
  const sent = connect(model);
  await settle();
  const find = (selector: string): HTMLElement => view.el.querySelector<HTMLElement>(selector)!;
  const button = (selector: string): HTMLButtonElement => find(selector) as HTMLButtonElement;
  const key = (canvas: HTMLElement, name: string): boolean =>
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  return { model, view, sent, find, button, key };
};
const many = (traits: Record<string, unknown> = {}) =>
  shown({ names: NAMES, _snapshot: snapshot(ALL), ...traits });

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('HistogramPlotModel', () => {
  it('appends what comes, replaces from the start on, and asks for what it missed', async () => {
    const { model, sent } = await shown();
    const receive = (start: number, rows: Parameters<typeof bytes>[0], generation = 0): void => {
      const parts = [{ id: 'a/kernel', start, count: rows.length }];
      model.trigger('msg:custom', { type: 'rows', generation, bins: 4, parts }, [bytes(rows)]);
    };
    receive(8, [[80, 0, 1, [1, 2, 3, 4]]]);
    expect(model.rows.get('a/kernel')!.count).toBe(9);
    expect([...model.rows.get('a/kernel')!.counts(8)]).toEqual([1, 2, 3, 4]);
    receive(0, moving(4));
    expect(model.rows.get('a/kernel')!.count).toBe(4);
    receive(7, moving(1));
    expect(sent).toEqual([{ type: 'resync' }]);
    receive(0, moving(1), 3);
    expect(model.rows.get('a/kernel')!.count).toBe(4);
  });

  it('drops everything with a new generation', async () => {
    const { model, view } = await shown();
    model.set({ generation: 1, names: [] });
    await settle();
    expect(model.rows.size).toBe(0);
    expect(view.el.querySelector('.dlw-notice')!.textContent).toBe('No histograms yet.');
  });

  it('survives what is malformed', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { model } = await shown({
      _snapshot: { generation: 0, bins: 4, series: { a: { count: 2, data: bytes([]) } } },
    });
    expect(model.problem).toContain('2 histograms of 4 bins need 72 bytes. Received: 0');
    model.trigger('msg:custom', { type: 'rows', generation: 0, bins: 4, parts: [{}] }, [bytes([])]);
    expect(errors).toHaveBeenCalledTimes(2);
  });

  it('knows where the selected step lies between others', async () => {
    const { model } = await shown({ x_axis: 'epoch', moment: 25 });
    const rows = model.rows.get('a/kernel')!;
    expect(model.markedOn(rows)).toBeCloseTo(2.5, 5);
    model.set('moment', 5000);
    expect(model.markedOn(rows)).toBeCloseTo(7, 5);
    model.set('moment', -1);
    expect(model.markedOn(rows)).toBeNull();
  });

  it('says its figures for a notebook without a kernel', async () => {
    const { model } = await many();
    expect(model.figures()).toHaveLength(3);
    expect(model.figures()[0]).toContain('<i>a</i>/kernel: median 0.8750');
  });
});

describe('HistogramPlotView', () => {
  it('goes from step to step with the keys, in words, and selects one', async () => {
    const { sent, find, key, model } = await shown();
    const canvas = find('.dlw-histogram-large');
    key(canvas, 'ArrowLeft');
    expect(find('.dlw-histogram-readout').textContent).toContain('After step 70 (epoch 7.00, 700\u00a0ms)');
    expect(find('.dlw-histogram-readout').textContent).toContain('of 24 values');
    key(canvas, 'Home');
    expect(find('.dlw-histogram-readout').textContent).toContain('After step 0');
    key(canvas, 'ArrowRight');
    key(canvas, 'Enter');
    expect(sent).toEqual([{ type: 'moment', step: 10 }]);
    expect(model.get('moment')).toBe(10);
    key(canvas, 'Enter');
    expect(sent.at(-1)).toEqual({ type: 'moment', step: -1 });
    key(canvas, 'Escape');
    expect(find('.dlw-histogram-readout').textContent).toContain('Point at a step');
  });

  it('zooms into values and out again', async () => {
    const { find, button, key, model } = await shown();
    const canvas = find('.dlw-histogram-large');
    key(canvas, '+');
    const [low, high] = model.get('value_range') as number[];
    expect(high! - low!).toBeCloseTo((1.875 + 1) / 2, 4);
    await settle();
    expect(button('[data-action=reset]').disabled).toBe(false);
    key(canvas, '-');
    expect(model.get('value_range')).toEqual([]);
    key(canvas, '+');
    button('[data-action=reset]').click();
    expect(model.get('value_range')).toEqual([]);
  });

  it('drags over a range of values', async () => {
    const { find, model } = await shown();
    const canvas = find('.dlw-histogram-large');
    canvas.setPointerCapture = () => undefined;
    const pointer = (type: string, x: number): boolean =>
      canvas.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: 100, button: 0, bubbles: true }));
    pointer('pointerdown', 60);
    pointer('pointermove', 150);
    expect(find('.dlw-histogram-selection').hidden).toBe(false);
    pointer('pointerup', 150);
    const [low, high] = model.get('value_range') as number[];
    expect(high!).toBeGreaterThan(low!);
    expect(find('.dlw-histogram-selection').hidden).toBe(true);
  });

  it('changes form, axis and counts', async () => {
    const { find, button, model, view } = await shown();
    button('[data-form=heat]').click();
    button('[data-action=log]').click();
    const axis = find('select') as HTMLSelectElement;
    axis.value = 'time';
    axis.dispatchEvent(new Event('change'));
    await settle();
    expect([model.get('form'), model.get('log_counts'), model.get('x_axis')]).toEqual(['heat', true, 'time']);
    expect(view.el.dataset.form).toBe('heat');
    expect(find('[data-form=heat]').getAttribute('aria-pressed')).toBe('true');
  });

  it('enlarges one of many by click and key, and closes it', async () => {
    const { find, button, key, model, view } = await many();
    expect(find('.dlw-histogram-main').hidden).toBe(true);
    const grid = find('.dlw-histogram-grid');
    key(grid, 'ArrowRight');
    key(grid, 'ArrowRight');
    expect(grid.getAttribute('aria-label')).toContain('b/kernel: values from −1.000 to 1.800');
    key(grid, 'Enter');
    await settle();
    expect(model.get('focus')).toBe('b/kernel');
    expect(view.el.dataset.focus).toBe('b/kernel');
    expect(find('.dlw-histogram-main').hidden).toBe(false);
    button('.dlw-histogram-close').click();
    expect(model.get('focus')).toBe('');
    grid.dispatchEvent(new MouseEvent('click', { clientX: 20, clientY: 20, bubbles: true }));
    expect(model.get('focus')).toBe('a/kernel');
  });

  it('has its quantiles as a table, with names as text', async () => {
    const { find, button } = await shown();
    expect(find('.dlw-histogram-table').hidden).toBe(true);
    button('[data-action=table]').click();
    await settle();
    const table = find('.dlw-histogram-table');
    expect(table.querySelector('caption')!.textContent).toBe('Quantiles of <i>a</i>/kernel');
    expect(table.querySelector('caption i')).toBeNull();
    const rows = [...table.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toHaveLength(8);
    expect(rows[0]).toEqual(['0', '−1.000', '−0.3723', '0', '0.3723', '1.000', '24']);
  });

  it('says what will come where there is nothing', async () => {
    const { find } = await shown({ names: [], _snapshot: {}, empty_text: 'Waiting for the first step…' });
    expect(find('.dlw-notice').textContent).toBe('Waiting for the first step…');
    expect(find('.dlw-toolbar').hidden).toBe(true);
  });
});
