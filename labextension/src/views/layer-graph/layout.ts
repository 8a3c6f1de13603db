import { translated } from '../../core/i18n';
import type { GraphEdge, GraphNode, VisibleGraph } from './data';
import type { Size } from '../../shared/viewport';
import { PICTURE_WIDTH, pictureHeight } from './pictures';

export interface Box {
  /** Of the upper left corner. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedNode extends Box {
  node: GraphNode;
  title: string;
  detail: string;
  /** Where its picture is, from its corner. */
  pictureAt: { x: number; y: number };
}

export interface PlacedEdge {
  edge: GraphEdge;
  points: [number, number][];
  label: [number, number];
}

export interface Layout {
  nodes: PlacedNode[];
  frames: PlacedNode[];
  edges: PlacedEdge[];
  width: number;
  height: number;
}

type Dagre = typeof import('@dagrejs/dagre');

let loading: Promise<Dagre> | null = null;

/** The library that places nodes, loaded with the first graph; a load that failed is tried again. */
export function loadDagre(): Promise<Dagre> {
  loading ??= import(/* webpackChunkName: "dagre" */ '@dagrejs/dagre').catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

const NAME_WIDTH = 7.6; // pixels per character of the 12 px title
const DETAIL_WIDTH = 6.1; // of the 11 px detail, and of labels
const LONGEST = 30; // characters of a title
const LONGEST_DETAIL = 36;
const SIDE = 13; // between the edge of a node and its picture
/** Where every node is one line: the room of its name, in px and characters. */
const NAME_ROOM = 128;
const NAME_LENGTH = 15;
/** Between its ranks, at least and at most. */
const COMPACT_GAP = 16;
const WIDEST_GAP = 46;
const MARGIN = 12;
/** Room above the nodes of an opened model for its name. */
export const FRAME_HEAD = 24;

/** Text that is cut to fit, with its end kept: names differ there. */
export function shorten(text: string, most = LONGEST): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${text.slice(0, most - end - 1)}…${text.slice(text.length - end)}`;
}

/** The first parts of a text that fit, which are never cut themselves; all of it is in the tooltip. */
export function firstParts(text: string, most: number): string {
  let kept = text;
  for (let at = text.length; kept.length > most;) {
    at = Math.max(...[', ', '，', '、', '; ', ' · ', ' ('].map((mark) => text.lastIndexOf(mark, at - 1)));
    if (at <= 0) return shorten(text, most);
    kept = text.slice(0, at);
  }
  return kept;
}

interface NodeSize {
  title: string;
  detail: string;
  pictureAt: { x: number; y: number };
  width: number;
  height: number;
}

/** How large a node is drawn; `compact` for its name beside its picture, and nothing else. */
export function sizeOf(node: GraphNode, compact = false): NodeSize {
  const calls = node.calls > 1 ? ` ×${node.calls}` : '';
  if (compact) return compactSize(node, shorten(node.name, NAME_LENGTH - calls.length) + calls);
  const title = shorten(node.name) + calls;
  const words = translated(node.detail);
  const full = node.kind === 'input' ? words : [node.type, words].filter(Boolean).join(' · ');
  const detail = firstParts(full, LONGEST_DETAIL);
  const opener = node.kind === 'model' ? 24 : 0;
  const wide = Math.max(title.length * NAME_WIDTH + opener, detail.length * DETAIL_WIDTH);
  const width = Math.max(84, Math.round(wide) + 26, node.room ? PICTURE_WIDTH + 2 * SIDE : 0);
  const height = detail ? 42 : 28;
  if (!node.room) return { title, detail, pictureAt: { x: 0, y: 0 }, width, height };
  const more = pictureHeight(node.room);
  // The sample stands beside its name, all else below it.
  if (node.room === 'image') {
    return { title, detail, pictureAt: { x: width - more - SIDE, y: 6 }, width, height: more + 12 };
  }
  const pictureAt = { x: SIDE + (width - 2 * SIDE - PICTURE_WIDTH) / 2, y: height - 2 };
  return { title, detail, pictureAt, width, height: height + more + 6 };
}

/** All nodes have one width, so that their pictures stand below one another. */
function compactSize(node: GraphNode, title: string): NodeSize {
  const high = node.room ? pictureHeight(node.room) : 0;
  const height = Math.max(30, high + 10);
  const width = SIDE + NAME_ROOM + PICTURE_WIDTH + SIDE;
  return { title, detail: '', pictureAt: { x: SIDE + NAME_ROOM, y: (height - high) / 2 }, width, height };
}

/**
 * Places nodes in ranks from the inputs down, with room for the shapes on the edges.
 *
 * @param compact without the shapes, and each node as low as its picture
 * @param gap between the ranks of a compact graph
 */
export function layoutGraph(all: VisibleGraph, dagre: Dagre, compact = false, gap = COMPACT_GAP): Layout {
  const edges = compact ? all.edges.map((edge) => ({ ...edge, shape: '' })) : all.edges;
  const visible = { ...all, edges };
  const g = new dagre.graphlib.Graph({ multigraph: true, compound: true });
  // With pictures the nodes are high, and the way from one to the next is to be seen whole.
  const ranksep = compact ? gap : visible.nodes.some((node) => node.room) ? 10 : 26;
  g.setGraph({ rankdir: 'TB', nodesep: 22, ranksep, edgesep: 12, marginx: MARGIN, marginy: MARGIN });
  const sizes = new Map(visible.nodes.map((node) => [node.path, sizeOf(node, compact)]));
  for (const frame of visible.frames) g.setNode(frame.path, {});
  for (const [path, { width, height }] of sizes) g.setNode(path, { width, height });
  for (const node of [...visible.nodes, ...visible.frames]) {
    if (node.parent && g.hasNode(node.parent)) g.setParent(node.path, node.parent);
  }
  visible.edges.forEach((edge, index) => {
    const room = compact
      ? { width: 0, height: 0 }
      : { width: edge.shape.length * DETAIL_WIDTH + 8, height: 16 };
    g.setEdge(edge.source, edge.target, { ...room, labelpos: 'c' }, String(index));
  });
  // Inputs side by side in the order of the model's arguments, as far as they share a rank.
  const inputs = visible.nodes.filter((node) => node.kind === 'input' && !node.parent);
  const constraints = inputs.slice(1).map((node, i) => ({ left: inputs[i]!.path, right: node.path }));
  dagre.layout(g as never, { constraints });
  const place = (node: GraphNode): Box => {
    const { x = 0, y = 0, width = 0, height = 0 } = g.node(node.path) as Partial<Box>;
    return { x: x - width / 2, y: y - height / 2, width, height };
  };
  const nodes = visible.nodes.map((node) => {
    const { title, detail, pictureAt } = sizes.get(node.path)!;
    return { node, title, detail, pictureAt, ...place(node) };
  });
  const frames = visible.frames.map((node) => {
    const box = place(node);
    return {
      node,
      title: shorten(node.name) + (node.calls > 1 ? ` ×${node.calls}` : ''),
      detail: '',
      pictureAt: { x: 0, y: 0 },
      ...box,
      y: box.y - FRAME_HEAD / 2,
      height: box.height + FRAME_HEAD / 2,
    };
  });
  const placedEdges = visible.edges.map((edge, index): PlacedEdge => {
    const placed = g.edge({ v: edge.source, w: edge.target, name: String(index) }) as
      { points?: { x: number; y: number }[]; x?: number; y?: number } | undefined;
    const points = (placed?.points ?? []).map(({ x, y }): [number, number] => [x, y]);
    return { edge, points, label: [placed?.x ?? 0, placed?.y ?? 0] };
  });
  return trimmed({ nodes, frames, edges: placedEdges, width: 0, height: 0 });
}

/** A compact graph as high as its room, as far as it is lower where it is as wide. */
export function layoutCompact(visible: VisibleGraph, dagre: Dagre, room: Size): Layout {
  const close = layoutGraph(visible, dagre, true);
  const ranks = new Set(close.nodes.map(({ y, height }) => Math.round(y + height / 2))).size;
  const spare = room.height * Math.max(1, close.width / room.width) - close.height;
  if (spare <= 0 || ranks < 2) return close;
  return layoutGraph(visible, dagre, true, Math.min(WIDEST_GAP, COMPACT_GAP + spare / (ranks - 1)));
}

/** The same drawing with its left and upper edge at 0: dagre leaves room where nothing is. */
function trimmed(layout: Layout): Layout {
  const boxes: Box[] = [...layout.nodes, ...layout.frames];
  const points = layout.edges.flatMap(({ points: along, label: [x, y], edge }) => {
    const half = (edge.shape.length * DETAIL_WIDTH) / 2;
    return [...along, [x - half, y], [x + half, y]] as [number, number][];
  });
  const xs = [...boxes.flatMap((box) => [box.x, box.x + box.width]), ...points.map(([x]) => x)];
  const ys = [...boxes.flatMap((box) => [box.y, box.y + box.height]), ...points.map(([, y]) => y)];
  if (xs.length === 0) return layout;
  const left = least(xs) - MARGIN;
  const top = least(ys) - MARGIN;
  const moved = <T extends Box>(box: T): T => ({ ...box, x: box.x - left, y: box.y - top });
  const shifted = ([x, y]: [number, number]): [number, number] => [x - left, y - top];
  return {
    nodes: layout.nodes.map(moved),
    frames: layout.frames.map(moved),
    edges: layout.edges.map(({ edge, points: along, label }) => ({
      edge,
      points: along.map(shifted),
      label: shifted(label),
    })),
    width: -least(xs.map((x) => -x)) + MARGIN - left,
    height: -least(ys.map((y) => -y)) + MARGIN - top,
  };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity);
}

/** An SVG path through points, rounded at each. */
export function pathThrough(points: readonly [number, number][]): string {
  const [first, ...rest] = points;
  if (!first || rest.length === 0) return '';
  let path = `M${round(first)}`;
  let before = first;
  rest.slice(0, -1).forEach((point, i) => {
    const after = rest[i + 1]!;
    const start = i === 0 ? middle(before, point) : null;
    if (start) path += `L${round(start)}`;
    path += `Q${round(point)} ${round(middle(point, after))}`;
    before = point;
  });
  return `${path}L${round(rest[rest.length - 1]!)}`;
}

function middle([ax, ay]: [number, number], [bx, by]: [number, number]): [number, number] {
  return [(ax + bx) / 2, (ay + by) / 2];
}

function round([x, y]: [number, number]): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
