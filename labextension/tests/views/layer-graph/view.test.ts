// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, display, settle } from '../../harness';
import { TOWERS } from './towers';
const { LayerGraphModel } = await import('../../../src/views/layer-graph/model');
const { LayerGraphView } = await import('../../../src/views/layer-graph/view');

describe('LayerGraphView', () => {
  afterEach(() => document.body.replaceChildren());

  const shown = async (traits: Record<string, unknown> = {}) => {
    const { model, view } = display(LayerGraphModel, LayerGraphView, { graph: TOWERS, ...traits });
    connect(model);
    vi.spyOn(model, 'save_changes').mockImplementation(() => undefined);
    await settle();
    const stage = view.el.querySelector<HTMLElement>('.dlw-mg-stage')!;
    const press = (key: string) =>
      stage.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const node = (path: string) => view.el.querySelector<SVGGElement>(`.dlw-mg-node[data-path="${path}"]`);
    return { model, view, stage, press, node };
  };

  it('names every node for screen readers, and says what is shared', async () => {
    const { node } = await shown();
    expect(node('base')!.querySelector('title')!.textContent).toBe(
      'base\nSequential · a model of 2 layers\nshared, called 2 times',
    );
    expect(node('base/dense')).toBeNull();
  });

  it('opens a nested model with Enter and walks into it', async () => {
    const { model, press, node, view } = await shown({ layer: 'base' });
    press('Enter');
    await settle();
    expect(model.get('expanded')).toEqual(['base']);
    expect(node('base/dense')).not.toBeNull();
    press('ArrowDown');
    press('End');
    press('ArrowUp');
    expect(model.get('layer')).toBe('base/act');
    expect(view.el.querySelector('[aria-selected="true"]')!.getAttribute('data-path')).toBe('base/act');
    model.set('expanded', []);
    await settle();
    expect(node('base/act')).toBeNull();
  });

  it('opens the models around a layer that is chosen elsewhere', async () => {
    const { model, node } = await shown();
    model.set('layer', 'base/dense');
    await settle();
    expect(model.get('expanded')).toEqual(['base']);
    expect(node('base/dense')!.classList.contains('dlw-mg-current')).toBe(true);
  });

  it('chooses by a click, and no layer for what is none', async () => {
    const { model, node, view, stage } = await shown();
    const click = (target: Element) => {
      target.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, pointerId: 1, button: 0 }));
      target.dispatchEvent(new PointerEvent('pointerup', { bubbles: true, pointerId: 1 }));
    };
    click(node('base')!.querySelector('.dlw-mg-card')!);
    expect(model.get('layer')).toBe('base');
    click(node('add')!);
    expect([model.get('layer'), view.el.dataset.current]).toEqual(['', 'add']);
    click(stage);
    expect(view.el.dataset.current).toBe('');
    click(node('base')!.querySelector('.dlw-mg-opener')!);
    expect(model.get('expanded')).toEqual(['base']);
  });

  it('shows an unknown layer as none, and text as text', async () => {
    const { model, view } = await shown({ message: '<b>careful</b>', layer: 'nowhere' });
    expect(view.el.querySelector('.dlw-mg-current')).toBeNull();
    expect(view.el.querySelector('.dlw-mg-room + .dlw-notice')!.textContent).toBe('<b>careful</b>');
    model.set({ graph: { nodes: [['<i>x', 'T', 'layer', 1, '', [], []]], edges: [] } });
    await settle();
    expect(view.el.querySelector('.dlw-mg-title')!.textContent).toBe('<i>x');
    expect(view.el.querySelector('i')).toBeNull();
  });

  it('says so when there is nothing to draw, and keeps the place of the graph', async () => {
    const { model, view, stage } = await shown({ graph: {}, empty_text: 'No model yet.', height: 300 });
    const waiting = view.el.querySelector<HTMLElement>('.dlw-mg-waiting')!;
    expect(view.el.classList.contains('dlw-mg-empty')).toBe(true);
    expect([waiting.hidden, waiting.textContent]).toEqual([false, 'No model yet.']);
    expect([stage.hidden, stage.style.height]).toEqual([false, '300px']);
    model.set('graph', TOWERS);
    await settle();
    expect(view.el.classList.contains('dlw-mg-empty')).toBe(false);
    expect([waiting.hidden, stage.hidden, stage.style.height]).toEqual([true, false, '300px']);
  });

  /** The width of every element, which can be set, and what then has to be called. */
  const resizable = (at: number) => {
    const calls: (() => void)[] = [];
    class Observer {
      constructor(callback: () => void) {
        calls.push(callback);
      }
      observe = (): void => undefined;
      disconnect = (): void => undefined;
    }
    vi.stubGlobal('ResizeObserver', Observer);
    const width = vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(at);
    return { width, resized: () => calls.forEach((call) => call()) };
  };

  it('stays in the middle when it is hidden and shown again, and when its width changes', async () => {
    const { width, resized } = resizable(300);
    const { view } = await shown();
    const left = (): number => {
      const transform = view.el.querySelector('.dlw-mg-drawing')!.getAttribute('transform')!;
      return Number(/translate\(([-\d.]+)/.exec(transform)![1]);
    };
    const first = left();
    for (const now of [0, 300]) {
      width.mockReturnValue(now);
      resized();
      expect(left()).toBe(first);
    }
    width.mockReturnValue(400);
    resized();
    expect(left()).toBe(first + 50);
    vi.unstubAllGlobals();
    width.mockRestore();
  });

  it('fits a compact graph to its room again, unless the user has moved it', async () => {
    const { width, resized } = resizable(300);
    const nodes = ['in', 'one', 'two'].map((name) => [name, 'Dense', 'layer', 1, '', [], []]);
    const edges = [0, 1].map((from) => [from, from + 1, '8', 0, 0, 0]);
    const { view, press } = await shown({ compact: true, graph: { nodes, edges } });
    const scale = (): number => Number(view.el.dataset.scale);
    const first = scale();
    width.mockReturnValue(220);
    resized();
    await settle();
    expect(scale()).toBeLessThan(first);
    width.mockReturnValue(300);
    resized();
    await settle();
    expect(scale()).toBe(first);
    press('+');
    const chosen = scale();
    width.mockReturnValue(220);
    resized();
    await settle();
    expect(scale()).toBe(chosen);
    vi.unstubAllGlobals();
    width.mockRestore();
  });

  it('leaves keys alone that mean nothing to it', async () => {
    const { press } = await shown();
    expect(press('x')).toBe(true);
    expect(press('0')).toBe(false);
  });
});
