// @vitest-environment happy-dom
import * as dagre from '@dagrejs/dagre';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { family, readGraph, visibleGraph } from '../../src/model-graph/data';
import { type Layout, layoutGraph, pathThrough, shorten } from '../../src/model-graph/layout';
import {
  fitAll,
  firstView,
  keepInside,
  neighbour,
  reveal,
  seenMiddle,
  zoomAt,
} from '../../src/model-graph/viewport';
import { connect, display, settle } from '../views';

const { ModelGraphModel } = await import('../../src/model-graph/model');
const { ModelGraphView } = await import('../../src/model-graph/view');

/** Two inputs through a shared base of two layers, then a sum. */
const TOWERS = {
  nodes: [
    ['left', 'Input', 'input', 1, '8', [], []],
    ['right', 'Input', 'input', 1, '8', [], []],
    ['base', 'Sequential', 'model', 2, 'a model of 2 layers', [3], [5]],
    ['base/in', 'Input', 'input', 1, '8', [], []],
    ['base/dense', 'Dense', 'layer', 1, '4 units', [], []],
    ['base/act', 'ReLU', 'layer', 1, '', [], []],
    ['add', 'Add', 'operation', 1, '', [], []],
  ],
  edges: [
    [0, 2, '8', 0, 0, 0],
    [1, 2, '8', 1, 0, 0],
    [3, 4, '8', 0, 0, 0],
    [4, 5, '4', 0, 0, 0],
    [2, 6, '4', 0, 0, 0],
    [2, 6, '4', 0, 0, 1],
  ],
};

const layoutOf = (open: string[] = []): Layout =>
  layoutGraph(visibleGraph(readGraph(TOWERS), new Set(open)), dagre);

describe('visibleGraph', () => {
  it('shows a closed model as one node', () => {
    const { nodes, frames, edges } = visibleGraph(readGraph(TOWERS), new Set());
    expect(nodes.map((node) => node.path)).toEqual(['left', 'right', 'base', 'add']);
    expect(frames).toEqual([]);
    expect(edges.map((edge) => [edge.source, edge.target, edge.call])).toEqual([
      ['left', 'base', 0],
      ['right', 'base', 1],
      ['base', 'add', 0],
      ['base', 'add', 0],
    ]);
  });

  it('leads the edges of an open model to what is inside', () => {
    const { nodes, frames, edges } = visibleGraph(readGraph(TOWERS), new Set(['base']));
    expect(nodes.map((node) => node.path)).toEqual([
      'left',
      'right',
      'base/in',
      'base/dense',
      'base/act',
      'add',
    ]);
    expect(frames.map((node) => node.path)).toEqual(['base']);
    expect(edges.map((edge) => `${edge.source} > ${edge.target}`)).toEqual([
      'left > base/in',
      'right > base/in',
      'base/in > base/dense',
      'base/dense > base/act',
      'base/act > add',
      'base/act > add',
    ]);
  });

  it('opens a model only where the one around it is open', () => {
    const graph = readGraph({
      nodes: [
        ['a', 'Model', 'model', 1, '', [1], [2]],
        ['a/in', 'Input', 'input', 1, '', [], []],
        ['a/b', 'Model', 'model', 1, '', [3], [3]],
        ['a/b/in', 'Input', 'input', 1, '', [], []],
      ],
      edges: [[1, 2, '3', 0, 0, 0]],
    });
    expect(visibleGraph(graph, new Set(['a/b'])).nodes.map((node) => node.path)).toEqual(['a']);
    const both = visibleGraph(graph, new Set(['a', 'a/b']));
    expect(both.frames.map((node) => node.path)).toEqual(['a', 'a/b']);
    expect(both.edges.map((edge) => edge.target)).toEqual(['a/b/in']);
  });
});

describe('readGraph', () => {
  it.each([null, 3, [], {}, { nodes: 1, edges: [] }, { nodes: [null, 5, []], edges: [[0, 1]] }])(
    'makes nothing of %j',
    (value) => expect(readGraph(value).nodes).toEqual([]),
  );

  it('leaves out edges that lead nowhere', () => {
    const { nodes, edges } = readGraph({
      ...TOWERS,
      edges: [
        [0, 99, '8'],
        [-1, 2],
        ['x', 2],
        [0, 2, 8],
      ],
    });
    expect(nodes).toHaveLength(7);
    expect(edges).toEqual([{ source: 'left', target: 'base', shape: '', call: 0, output: 0, input: 0 }]);
  });
});

it.each([
  ['Conv2D', 'convolution'],
  ['SeparableConv2D', 'convolution'],
  ['GlobalAveragePooling2D', 'pooling'],
  ['BatchNormalization', 'normalization'],
  ['Bidirectional', 'recurrent'],
  ['MultiHeadAttention', 'attention'],
  ['LeakyReLU', 'activation'],
  ['Mine', 'other'],
])('%s is of the family %s', (type, expected) => {
  expect(family({ type, kind: 'layer' } as never)).toBe(expected);
});

describe('layoutGraph', () => {
  it('places every node below those that it takes tensors from, without overlap', () => {
    for (const open of [[], ['base']]) {
      const { nodes, edges, frames } = layoutOf(open);
      const at = new Map(nodes.map((placed) => [placed.node.path, placed]));
      for (const { edge, points } of edges) {
        expect(at.get(edge.target)!.y).toBeGreaterThan(at.get(edge.source)!.y);
        expect(points.length).toBeGreaterThan(1);
      }
      for (const a of nodes) {
        for (const b of nodes) {
          if (a === b) continue;
          const apart =
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(apart).toBe(true);
        }
      }
      for (const frame of frames) {
        const inside = nodes.filter((placed) => placed.node.parent === frame.node.path);
        expect(inside).toHaveLength(3);
        for (const box of inside) {
          expect(box.x).toBeGreaterThanOrEqual(frame.x);
          expect(box.y + box.height).toBeLessThanOrEqual(frame.y + frame.height);
        }
      }
    }
  });

  it('keeps inputs in their order, also where they begin at different depths', () => {
    for (const layout of [layoutOf(), layoutOf(['base'])]) {
      const x = (path: string) => layout.nodes.find((placed) => placed.node.path === path)!.x;
      expect(x('left')).toBeLessThan(x('right'));
    }
    const names = ['a', 'b', 'c', 'one', 'two', 'sum'];
    const nodes = names.map((name) => [name, 'T', name.length === 1 ? 'input' : 'layer', 1, '', [], []]);
    const links = [
      [0, 3],
      [3, 4],
      [4, 5],
      [1, 5],
      [2, 4],
    ];
    const graph = readGraph({ nodes, edges: links.map(([from, to]) => [from, to, '8', 0, 0, 0]) });
    const { nodes: placed } = layoutGraph(visibleGraph(graph, new Set()), dagre);
    expect(placed.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it('leaves no room where nothing is', () => {
    for (const { nodes, width, height } of [layoutOf(), layoutOf(['base'])]) {
      expect(Math.min(...nodes.map((placed) => placed.y))).toBeCloseTo(12);
      expect(Math.max(...nodes.map((placed) => placed.y + placed.height))).toBeCloseTo(height - 12);
      const right = Math.max(...nodes.map((placed) => placed.x + placed.width));
      expect(Math.min(...nodes.map((placed) => placed.x))).toBeLessThan(80);
      expect(width - right).toBeLessThan(80);
    }
  });

  it('keeps two edges between the same nodes apart', () => {
    const [one, other] = layoutOf().edges.filter(({ edge }) => edge.target === 'add');
    expect(one!.label).not.toEqual(other!.label);
  });
});

it('shortens names in the middle, where they differ least', () => {
  expect(shorten('block5_conv4', 30)).toBe('block5_conv4');
  expect(shorten('a_very_long_name_of_a_layer_17', 16)).toBe('a_very_lon…er_17');
});

it('draws a path through its points', () => {
  expect(pathThrough([[0, 0]])).toBe('');
  expect(
    pathThrough([
      [0, 0],
      [0, 10],
    ]),
  ).toBe('M0,0L0,10');
  expect(
    pathThrough([
      [0, 0],
      [0, 10],
      [10, 20],
    ]),
  ).toBe('M0,0L0,5Q0,10 5,15L10,20');
});

describe('viewport', () => {
  const room = { width: 400, height: 300 };

  it('shows a small drawing whole and a long one from its beginning', () => {
    expect(firstView({ width: 200, height: 200 }, room)).toEqual({ scale: 1, left: 100, top: 50 });
    expect(firstView({ width: 300, height: 9000 }, room)).toEqual({ scale: 0.75, left: 87.5, top: 0 });
    const all = fitAll({ width: 300, height: 9000 }, room);
    expect(all.scale).toBeCloseTo(300 / 9000);
    expect(all.top).toBe(0);
  });

  it('zooms around a point that stays', () => {
    const view = zoomAt({ scale: 1, left: 10, top: 20 }, 2, 110, 70);
    expect(view).toEqual({ scale: 2, left: -90, top: -30 });
    expect(zoomAt(view, 1e9, 0, 0).scale).toBe(2.5);
    expect(zoomAt(view, 1e-9, 0, 0).scale).toBe(0.02);
  });

  it('finds the middle of what is seen', () => {
    const drawing = { width: 100, height: 2000 };
    expect(seenMiddle({ scale: 1, left: 10, top: -100 }, drawing, room)).toEqual({ x: 60, y: 150 });
    expect(seenMiddle({ scale: 0.1, left: 10, top: 0 }, drawing, room)).toEqual({ x: 15, y: 100 });
  });

  it('moves no further than is needed to show a box', () => {
    const view = { scale: 1, left: 0, top: 0 };
    expect(reveal(view, { x: 100, y: 100, width: 50, height: 20 }, room)).toEqual(view);
    expect(reveal(view, { x: 100, y: 400, width: 50, height: 20 }, room)).toEqual({ ...view, top: -144 });
    expect(reveal({ ...view, scale: 0.1 }, { x: 100, y: 400, width: 50, height: 20 }, room).scale).toBe(0.75);
  });

  it('keeps a strip of the drawing in sight', () => {
    const drawing = { width: 1000, height: 1000 };
    expect(keepInside({ scale: 1, left: 9999, top: -9999 }, drawing, room)).toEqual({
      scale: 1,
      left: 340,
      top: -940,
    });
  });

  it('walks along the edges', () => {
    const layout = layoutOf(['base']);
    expect(neighbour(layout, '', 'ArrowDown')).toMatch(/left|right/);
    expect(neighbour(layout, 'left', 'ArrowDown')).toBe('base/in');
    expect(neighbour(layout, 'base/in', 'ArrowUp')).toMatch(/left|right/);
    const beside = [neighbour(layout, 'left', 'ArrowRight'), neighbour(layout, 'left', 'ArrowLeft')];
    expect(beside.sort()).toEqual(['right', null].sort());
    expect(neighbour(layout, 'base/act', 'End')).toBe('add');
    expect(neighbour(layout, 'add', 'ArrowDown')).toBeNull();
    expect(neighbour(layout, 'add', 'toString')).toBeNull();
  });
});

describe('ModelGraphView', () => {
  afterEach(() => document.body.replaceChildren());

  const shown = async (traits: Record<string, unknown> = {}) => {
    const { model, view } = display(ModelGraphModel, ModelGraphView, { graph: TOWERS, ...traits });
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
    expect(node('base')!.getAttribute('aria-label')).toBe(
      'base, Sequential, a model of 2 layers, shared, called 2 times',
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
    const { model, view } = await shown({ note: '<b>careful</b>', layer: 'nowhere' });
    expect(view.el.querySelector('.dlw-mg-current')).toBeNull();
    expect(view.el.querySelector('.dlw-grid-notice')!.textContent).toBe('<b>careful</b>');
    model.set({ graph: { nodes: [['<i>x', 'T', 'layer', 1, '', [], []]], edges: [] } });
    await settle();
    expect(view.el.querySelector('.dlw-mg-title')!.textContent).toBe('<i>x');
    expect(view.el.querySelector('i')).toBeNull();
  });

  it('says so when there is nothing to draw', async () => {
    const { model, view, stage } = await shown({ graph: {}, empty_text: 'No model yet.' });
    expect(stage.hidden).toBe(true);
    expect(view.el.querySelector('.dlw-grid-notice')!.textContent).toBe('No model yet.');
    model.set('graph', TOWERS);
    await settle();
    expect(stage.hidden).toBe(false);
  });

  it('stays in the middle when it is hidden and shown again, and when its width changes', async () => {
    let resized = (): void => undefined;
    class Observer {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe = (): void => undefined;
      disconnect = (): void => undefined;
    }
    vi.stubGlobal('ResizeObserver', Observer);
    const width = vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(300);
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

  it('leaves keys alone that mean nothing to it', async () => {
    const { press } = await shown();
    expect(press('x')).toBe(true);
    expect(press('0')).toBe(false);
  });
});
