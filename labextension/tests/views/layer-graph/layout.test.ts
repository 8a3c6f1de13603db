import * as dagre from '@dagrejs/dagre';
import { describe, expect, it } from 'vitest';

import { readGraph, visibleGraph } from '../../../src/views/layer-graph/data';
import { layoutCompact, layoutGraph, pathThrough, shorten } from '../../../src/views/layer-graph/layout';
import { layoutOf } from './towers';

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

  it('draws a compact graph low, the pictures below one another and no shapes', () => {
    const nodes = [
      ['input', 'Input', 'input', 1, '8×8×1', [], [], '', 'image'],
      ['a_layer_with_a_long_name', 'Conv2D', 'layer', 1, '4 filters of 3×3', [], [], '', 'maps'],
      ['dense', 'Dense', 'layer', 1, '10 units', [], [], '', 'answer'],
    ];
    const edges = [
      [0, 1, '8×8×1', 0, 0, 0],
      [1, 2, '8×8×4', 0, 0, 0],
    ];
    const visible = visibleGraph(readGraph({ nodes, edges }), new Set());
    const layout = layoutGraph(visible, dagre, true);
    expect(layout.height).toBeLessThan(0.75 * layoutGraph(visible, dagre).height);
    // In a higher room the nodes stand further apart, but not beyond measure.
    const room = { width: layout.width, height: layout.height + 40 };
    expect(layoutCompact(visible, dagre, room).height).toBeCloseTo(room.height, 0);
    expect(layoutCompact(visible, dagre, { ...room, height: 5000 }).height).toBeLessThan(400);
    expect(layoutCompact(visible, dagre, { ...room, height: 50 }).height).toBe(layout.height);
    expect(new Set(layout.nodes.map(({ x, pictureAt }) => x + pictureAt.x)).size).toBe(1);
    expect(layout.edges.map(({ edge }) => edge.shape)).toEqual(['', '']);
    for (const { title, detail, height, pictureAt } of layout.nodes) {
      expect([detail, title.length <= 15]).toEqual(['', true]);
      expect(pictureAt.y).toBeGreaterThan(0);
      expect(pictureAt.y).toBeLessThan(height / 2);
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
