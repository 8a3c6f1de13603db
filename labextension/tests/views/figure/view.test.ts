// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { display, pause, settle } from '../../harness';

const react = vi.fn();
const load = vi.fn();
vi.mock('../../../src/shared/plotly', async (original) => ({
  ...(await original<object>()),
  loadBasic: load,
  loadCartesian: load,
  loadFull: load,
}));

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

  let stop = (): void => undefined;
  afterEach(() => {
    stop();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  const show = async (first: object) => {
    const { model, view } = display(FigureModel, FigureView, { figure: first });
    stop = () => void view.remove();
    await settle();
    const root = view.el;
    const [plot, notice] = [...root.children] as HTMLElement[];
    return { model, view, root, plot: plot!, notice: notice! };
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

  it('lets other values wait after a slow draw, but not another look', async () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    react.mockImplementation(() => {
      now += 100;
      return Promise.resolve();
    });
    const { model } = await show(figure(1));
    model.set('figure', { ...figure(1), layout: { title: 'a' } });
    await pause();
    expect(react).toHaveBeenCalledTimes(2);
    model.set('figure', { ...figure(2), layout: { title: 'a' } });
    await pause();
    expect(react).toHaveBeenCalledTimes(2);
    model.set('figure', { ...figure(3), layout: { title: 'b' } });
    await pause();
    expect(react).toHaveBeenCalledTimes(3);
    expect(react.mock.calls[2]![1]).toEqual([{ type: 'scatter', y: [3] }]);
    clock.mockRestore();
  });

  it('draws what came while it was hidden, in the same width as before', async () => {
    let resized = (): void => undefined;
    class Observer {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe = (): void => undefined;
      disconnect = (): void => undefined;
    }
    vi.stubGlobal('ResizeObserver', Observer);
    const width = vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
    const { model } = await show(figure(1));
    const resizeTo = async (now: number): Promise<void> => {
      width.mockReturnValue(now);
      resized();
      await settle();
    };
    await resizeTo(400);
    react.mockClear();
    await resizeTo(0);
    model.set('figure', { ...figure(2), layout: { title: 'b' } });
    await settle();
    expect(react).not.toHaveBeenCalled();
    await resizeTo(400);
    expect(react).toHaveBeenCalledTimes(1);
    expect(react.mock.calls[0]![1]).toEqual([{ type: 'scatter', y: [2] }]);
    vi.unstubAllGlobals();
  });

  it('is drawn once out of sight, and again only when it comes into sight', async () => {
    let tell: (entries: object[]) => void = () => undefined;
    class Observer {
      constructor(callback: (entries: object[]) => void) {
        tell = callback;
      }
      observe = (): void => tell([{ isIntersecting: false }]);
      disconnect = (): void => undefined;
    }
    vi.stubGlobal('IntersectionObserver', Observer);
    const { model, view, plot } = await show(figure(1));
    expect(react).toHaveBeenCalledTimes(1);
    model.set('figure', { ...figure(2), layout: { title: 'b' } });
    model.set('height', 500);
    await settle();
    expect(react).toHaveBeenCalledTimes(1);
    expect(plot.style.height).toBe('500px'); // the page must not jump once it is seen
    tell([{ isIntersecting: true }]);
    await settle();
    expect(react).toHaveBeenCalledTimes(2);
    expect(react.mock.calls[1]![1]).toEqual([{ type: 'scatter', y: [2] }]);
    tell([{ isIntersecting: true }]);
    await settle();
    expect(react).toHaveBeenCalledTimes(2);
    // The image of a saved notebook is made of what is out of sight too.
    tell([{ isIntersecting: false }]);
    model.set('figure', { ...figure(3), layout: { title: 'c' } });
    await settle();
    expect(react).toHaveBeenCalledTimes(2);
    await view.catchUp();
    expect(react.mock.calls[2]![1]).toEqual([{ type: 'scatter', y: [3] }]);
    await view.catchUp();
    expect(react).toHaveBeenCalledTimes(3);
  });

  it('lets other values of any array wait, also of the colors', async () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    react.mockImplementation(() => {
      now += 100;
      return Promise.resolve();
    });
    const colored = (color: number): object => {
      const data = new DataView(Float32Array.of(color).buffer);
      return { data: [{ y: [1], marker: { color: { _dlw: 'nd', dtype: 'float32', shape: [1], data } } }] };
    };
    const { model } = await show(colored(1));
    model.set('figure', colored(2));
    await pause();
    expect(react).toHaveBeenCalledTimes(2);
    model.set('figure', colored(3));
    await pause();
    expect(react).toHaveBeenCalledTimes(2);
    clock.mockRestore();
  });

  it('lets no figure ask for a button that sends it away', async () => {
    const config = {
      plotlyServerURL: 'https://elsewhere.example',
      showSendToCloud: true,
      showLink: true,
      modeBarButtonsToRemove: ['zoom2d'],
    };
    await show({ ...figure(1), config });
    expect(react.mock.calls[0]![3]).toMatchObject({
      plotlyServerURL: '',
      showSendToCloud: false,
      showLink: false,
      modeBarButtonsToRemove: ['zoom2d', 'sendChartToCloud'],
    });
  });

  it('gives the mode bar a strip of its own where it would hide a legend', async () => {
    const layout = { margin: { t: 8 }, legend: { orientation: 'h' } };
    const { root, plot } = await show({ ...figure(1), layout });
    expect([root.style.getPropertyValue('--dlw-mode-bar'), plot.style.height]).toEqual(['26px', '334px']);
  });

  it('leaves the mode bar in the margin where that is high enough', async () => {
    const { root, plot } = await show({ ...figure(1), layout: { margin: { t: 40 } } });
    expect([root.style.getPropertyValue('--dlw-mode-bar'), plot.style.height]).toEqual(['0px', '360px']);
  });

  it('draws our own colors in those of the dark theme', async () => {
    vi.spyOn(window, 'getComputedStyle').mockReturnValue({
      color: 'rgb(17, 17, 17)',
      fontFamily: '',
    } as CSSStyleDeclaration);
    await show({ data: [{ type: 'bar', y: [1, 2], marker: { color: ['#1f6fd6', '#D1570F', 'red'] } }] });
    expect(react.mock.calls[0]![1]).toMatchObject([{ marker: { color: ['#6aa9ff', '#ff9a4d', 'red'] } }]);
    vi.restoreAllMocks();
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
