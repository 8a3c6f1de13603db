/** The graph of a network as Python sends it, and what of it is to be seen. */

import { isMessage, type Message } from '../../core/messages';
import { asForm, type Form } from './pictures';

export type Kind = 'input' | 'layer' | 'operation' | 'model';

const KINDS: readonly string[] = ['input', 'layer', 'operation', 'model'] satisfies Kind[];

export interface GraphNode {
  /** Its name after those of the nested models around it. */
  path: string;
  name: string;
  /** The nested model or the block around it. */
  parent: string;
  /** The class; empty for a block of layers, which opens like a model. */
  type: string;
  kind: Kind;
  /** More than once where it is shared. */
  calls: number;
  detail: Message | string;
  /** Of a nested model that can be opened: its inputs, and the nodes that give its outputs. */
  inputs: string[];
  outputs: string[];
  /** What it has room for; empty for no picture. */
  room: Form | '';
}

export interface GraphEdge {
  source: string;
  target: string;
  shape: string;
  call: number;
  output: number;
  input: number;
}

export interface NetworkGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  byPath: Map<string, GraphNode>;
}

/** What is drawn: nodes, frames around the nodes of opened models, and edges between them. */
export interface VisibleGraph {
  nodes: GraphNode[];
  frames: GraphNode[];
  edges: GraphEdge[];
}

export const NO_GRAPH: NetworkGraph = { nodes: [], edges: [], byPath: new Map() };

/** Reads the `graph` trait; what does not fit together is left out. */
export function readGraph(value: unknown): NetworkGraph {
  if (typeof value !== 'object' || value === null) return NO_GRAPH;
  const { nodes: rawNodes, edges: rawEdges } = value as Record<string, unknown>;
  if (!Array.isArray(rawNodes) || !Array.isArray(rawEdges)) return NO_GRAPH;
  const paths = rawNodes.map((raw) => text(Array.isArray(raw) ? raw[0] : undefined));
  const at = (list: unknown): string[] =>
    Array.isArray(list) ? list.map((i) => paths[place(i)] ?? '').filter(Boolean) : [];
  const byPath = new Map<string, GraphNode>();
  for (const raw of rawNodes as unknown[]) {
    if (!Array.isArray(raw)) continue;
    const [path, type, kind, calls, detail, inputs, outputs, parent, room] = raw as unknown[];
    if (typeof path !== 'string' || !path || byPath.has(path)) continue;
    const cut = path.lastIndexOf('/');
    byPath.set(path, {
      path,
      name: path.slice(cut + 1),
      parent: text(parent) || (cut < 0 ? '' : path.slice(0, cut)),
      type: text(type),
      kind: KINDS.includes(text(kind)) ? (kind as Kind) : 'layer',
      calls: Math.max(1, whole(calls)),
      detail: isMessage(detail) ? detail : text(detail),
      inputs: at(inputs),
      outputs: at(outputs),
      room: asForm(room),
    });
  }
  const edges: GraphEdge[] = [];
  for (const raw of rawEdges as unknown[]) {
    if (!Array.isArray(raw)) continue;
    const [from, to, shape, call, output, input] = raw as unknown[];
    const source = paths[place(from)] ?? '';
    const target = paths[place(to)] ?? '';
    if (!byPath.has(source) || !byPath.has(target)) continue;
    edges.push({
      source,
      target,
      shape: text(shape),
      call: whole(call),
      output: whole(output),
      input: whole(input),
    });
  }
  return { nodes: [...byPath.values()], edges, byPath };
}

/** Whether a node stands for several layers that belong together by their names. */
export function isBlock(node: GraphNode): boolean {
  return node.kind === 'model' && node.type === '';
}

/** Whether a nested model has something inside that can be shown. */
export function canOpen(node: GraphNode): boolean {
  return node.kind === 'model' && node.inputs.length > 0;
}

/** The nodes and edges to draw while the models in `open` are open. */
export function visibleGraph(graph: NetworkGraph, open: ReadonlySet<string>): VisibleGraph {
  const isOpen = (node: GraphNode | undefined): boolean =>
    node !== undefined && canOpen(node) && open.has(node.path);
  const seen = (node: GraphNode): boolean => {
    for (let parent = node.parent; parent; parent = graph.byPath.get(parent)?.parent ?? '') {
      if (!isOpen(graph.byPath.get(parent))) return false;
    }
    return true;
  };
  const shown = graph.nodes.filter(seen);
  // An edge ends at what is inside an opened model, not at its frame.
  const enter = (path: string, input: number): string => {
    const node = graph.byPath.get(path);
    return isOpen(node) ? enter(node!.inputs[input] ?? node!.inputs[0]!, 0) : path;
  };
  const leave = (path: string, output: number): string => {
    const node = graph.byPath.get(path);
    return isOpen(node) && node!.outputs.length > 0
      ? leave(node!.outputs[output] ?? node!.outputs[0]!, 0)
      : path;
  };
  const edges = graph.edges
    .filter((edge) => seen(graph.byPath.get(edge.source)!) && seen(graph.byPath.get(edge.target)!))
    .map((edge) => ({
      ...edge,
      source: leave(edge.source, edge.output),
      target: enter(edge.target, edge.input),
    }));
  return {
    nodes: shown.filter((node) => !isOpen(node)),
    frames: shown.filter(isOpen),
    edges: withoutTwins(graph, edges),
  };
}

/** What several layers of a closed block take from one node, or give to one, is drawn once. */
function withoutTwins(graph: NetworkGraph, edges: GraphEdge[]): GraphEdge[] {
  const block = (path: string): boolean => {
    const node = graph.byPath.get(path);
    return node !== undefined && isBlock(node);
  };
  const drawn = new Set<string>();
  return edges.filter(({ source, target, shape }) => {
    if (!block(source) && !block(target)) return true;
    const key = JSON.stringify([source, target, shape]);
    if (drawn.has(key)) return false;
    drawn.add(key);
    return true;
  });
}

/** The models around a node, outermost first. */
export function ancestors(graph: NetworkGraph, path: string): string[] {
  const found: string[] = [];
  for (let at = graph.byPath.get(path)?.parent ?? ''; at; at = graph.byPath.get(at)?.parent ?? '') {
    found.unshift(at);
  }
  return found;
}

const FAMILIES: readonly [RegExp, string][] = [
  [/^Input$/, 'input'],
  [/Conv/, 'convolution'],
  [/Pool/, 'pooling'],
  [/Normalization|^Rescaling/, 'normalization'],
  [/LSTM|GRU|RNN|Bidirectional|TimeDistributed/, 'recurrent'],
  [/Attention/, 'attention'],
  [/^Embedding/, 'embedding'],
  [/Dense/, 'dense'],
  [/ReLU|Activation|ELU|Softmax|Dropout|Noise/, 'activation'],
  [/^(Add|Concatenate|Multiply|Subtract|Average|Maximum|Minimum|Dot)$/, 'merge'],
];

/** What kind of layer it is, for its color. */
export function family(node: GraphNode): string {
  if (node.kind === 'model') return 'model';
  return FAMILIES.find(([pattern]) => pattern.test(node.type))?.[1] ?? 'other';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An index; -1, where nothing is, for what is none. */
function place(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : -1;
}

function whole(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}
