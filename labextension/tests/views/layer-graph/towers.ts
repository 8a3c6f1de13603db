import * as dagre from '@dagrejs/dagre';

import { readGraph, visibleGraph } from '../../../src/views/layer-graph/data';
import { type Layout, layoutGraph } from '../../../src/views/layer-graph/layout';

/** Two inputs through a shared base of two layers, then a sum. */
export const TOWERS = {
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

/** The layout of TOWERS with some of its models open. */
export const layoutOf = (open: string[] = []): Layout =>
  layoutGraph(visibleGraph(readGraph(TOWERS), new Set(open)), dagre);
