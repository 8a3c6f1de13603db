// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { display, settle } from '../../harness';

const react = vi.fn();
const load = vi.fn();
vi.mock('../../../src/shared/plotly', () => ({ loadBasic: load, loadCartesian: load, loadFull: load }));

const { FigureModel } = await import('../../../src/views/figure/model');
const { FigureView } = await import('../../../src/views/figure/view');

const figure = (y: number): object => ({ data: [{ type: 'scatter', y: [y] }], layout: {} });

describe('FigureView', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    // What is hidden has no width.
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(function (this: HTMLElement) {
      return this.hidden ? 0 : 400;
    });
    react.mockReset().mockResolvedValue(undefined);
    load.mockReset().mockResolvedValue({ react, purge: vi.fn() });
  });

  afterEach(() => document.body.replaceChildren());

  const show = async (first: object) => {
    const { model, view } = display(FigureModel, FigureView, { figure: first });
    await settle();
    const root = view.el;
    const [plot, notice] = [...root.children] as HTMLElement[];
    return { model, root, plot: plot!, notice: notice! };
  };

  it('shows the next figure after one that Plotly rejects', async () => {
    react.mockRejectedValueOnce(new Error('no such trace'));
    const { model, root, plot, notice } = await show(figure(1));
    expect([plot.hidden, notice.hidden, root.dataset.ready]).toEqual([true, false, undefined]);
    expect(notice.textContent).toBe("This figure can't be shown: no such trace");
    model.set('figure', figure(2));
    await settle();
    expect([plot.hidden, notice.hidden, root.dataset.ready]).toEqual([false, true, 'true']);
  });

  it('tries again after a bundle that did not load', async () => {
    load.mockRejectedValueOnce(new Error('Loading chunk 1 failed'));
    const { model, plot, notice } = await show(figure(1));
    expect([plot.hidden, notice.hidden]).toEqual([true, false]);
    model.set('height', 500);
    await settle();
    expect([plot.hidden, notice.hidden]).toEqual([false, true]);
  });

  it('keeps the complaint about a figure that cannot be read', async () => {
    const broken = { data: [{ y: { _dlw: 'nd', dtype: 'float99', shape: [1], data: null } }] };
    const { model, plot, notice } = await show(broken);
    model.set('height', 500);
    await settle();
    expect([plot.hidden, notice.hidden]).toEqual([true, false]);
    expect(react).not.toHaveBeenCalled();
  });
});
