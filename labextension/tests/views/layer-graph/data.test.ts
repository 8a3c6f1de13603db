import { describe, expect, it } from 'vitest';

import { ancestors, family, isBlock, readGraph, visibleGraph } from '../../../src/views/layer-graph/data';
import { sizeOf } from '../../../src/views/layer-graph/layout';
import { TOWERS } from './towers';

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

/** A residual block: an input that two of its layers take, and a sum that goes on. */
const BLOCK = {
  nodes: [
    ['in', 'Input', 'input', 1, '8', [], [], ''],
    ['block1', '', 'model', 1, 'block of 2 layers', [2, 3], [3], ''],
    ['block1_conv', 'Conv2D', 'layer', 1, '', [], [], 'block1'],
    ['block1_add', 'Add', 'layer', 1, '', [], [], 'block1'],
    ['out', 'Dense', 'layer', 1, '', [], [], ''],
  ],
  edges: [
    [0, 1, '8', 0, 0, 0],
    [0, 1, '8', 0, 0, 1],
    [2, 3, '8', 0, 0, 0],
    [1, 4, '8', 0, 0, 0],
  ],
};

describe('blocks of layers', () => {
  const ends = (open: string[]): string[] =>
    visibleGraph(readGraph(BLOCK), new Set(open)).edges.map((e) => `${e.source} > ${e.target}`);

  it('are one node with one line from each other', () => {
    const graph = readGraph(BLOCK);
    expect(visibleGraph(graph, new Set()).nodes.map((node) => node.path)).toEqual(['in', 'block1', 'out']);
    expect(ends([])).toEqual(['in > block1', 'block1 > out']);
    expect(ancestors(graph, 'block1_add')).toEqual(['block1']);
    expect(isBlock(graph.byPath.get('block1')!)).toBe(true);
    expect(isBlock(readGraph(TOWERS).byPath.get('base')!)).toBe(false);
  });

  it('open like a model', () => {
    expect(ends(['block1'])).toEqual([
      'in > block1_conv',
      'in > block1_add',
      'block1_conv > block1_add',
      'block1_add > out',
    ]);
  });
});

describe('readGraph', () => {
  it.each([null, 3, [], {}, { nodes: 1, edges: [] }, { nodes: [null, 5, []], edges: [[0, 1]] }])(
    'makes nothing of %j',
    (value) => expect(readGraph(value).nodes).toEqual([]),
  );

  it('keeps details that are to be translated', () => {
    const detail = { id: '{n} units', args: { n: 4 }, text: '4 units' };
    const { nodes } = readGraph({ nodes: [['d', 'Dense', 'layer', 1, detail, [], []]], edges: [] });
    expect(nodes[0]!.detail).toEqual(detail);
    expect(sizeOf(nodes[0]!).detail).toBe('Dense · 4 units');
  });

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
