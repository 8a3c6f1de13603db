import type { Size, Viewport } from '../../shared/viewport';
import type { Box, Layout, PlacedNode } from './layout';

/** The scales between which one may zoom. */
export const LIMITS = [0.02, 2.5] as const;
/** At this scale names can still be read. */
const READABLE = 0.75;
const PADDING = 24;

/** All of the drawing, as large as it fits; never larger than its own size. */
export function fitAll(drawing: Size, room: Size): Viewport {
  const scale = clampScale(
    Math.min(1, room.width / Math.max(1, drawing.width), room.height / Math.max(1, drawing.height)),
  );
  return {
    scale,
    left: (room.width - drawing.width * scale) / 2,
    top: Math.max(0, (room.height - drawing.height * scale) / 2),
  };
}

/** The view to begin with: all of it where that can be read, else its beginning. */
export function firstView(drawing: Size, room: Size): Viewport {
  const all = fitAll(drawing, room);
  if (all.scale >= READABLE) return all;
  const scale = clampScale(Math.max(0.6, Math.min(READABLE, room.width / Math.max(1, drawing.width))));
  return { scale, left: (room.width - drawing.width * scale) / 2, top: 0 };
}

/** What a zoom without a pointer goes to: the middle of what is seen of the drawing. */
export function seenMiddle(view: Viewport, drawing: Size, room: Size): { x: number; y: number } {
  const middle = (at: number, size: number, available: number): number =>
    (Math.max(0, at) + Math.min(available, at + size * view.scale)) / 2;
  return {
    x: middle(view.left, drawing.width, room.width),
    y: middle(view.top, drawing.height, room.height),
  };
}

/** Moves the view as little as possible so that a box is seen whole; zooms in where it could not be read. */
export function reveal(view: Viewport, box: Box, room: Size): Viewport {
  const scale = view.scale < 0.5 ? READABLE : view.scale;
  if (scale !== view.scale) {
    return {
      scale,
      left: room.width / 2 - (box.x + box.width / 2) * scale,
      top: room.height / 2 - (box.y + box.height / 2) * scale,
    };
  }
  const left = box.x * scale + view.left;
  const top = box.y * scale + view.top;
  return {
    scale,
    left: view.left + shift(left, box.width * scale, room.width),
    top: view.top + shift(top, box.height * scale, room.height),
  };
}

/** Keeps at least a strip of the drawing in the room. */
export function keepInside(view: Viewport, drawing: Size, room: Size): Viewport {
  const strip = 60;
  const keep = (at: number, size: number, available: number): number =>
    Math.min(available - strip, Math.max(strip - size * view.scale, at));
  return {
    scale: view.scale,
    left: keep(view.left, drawing.width, room.width),
    top: keep(view.top, drawing.height, room.height),
  };
}

/** The node that a key leads to from another: along the edges up and down, beside it left and right. */
export function neighbor(layout: Layout, from: string, key: string): string | null {
  const nodes = layout.nodes;
  if (nodes.length === 0) return null;
  const order = [...nodes].sort((a, b) => a.y - b.y || a.x - b.x);
  if (key === 'Home') return order[0]!.node.path;
  if (key === 'End') return order[order.length - 1]!.node.path;
  const at = nodes.find((placed) => placed.node.path === from);
  if (!at) return key.startsWith('Arrow') ? order[0]!.node.path : null;
  const along = (mine: 'source' | 'target', other: 'source' | 'target'): PlacedNode[] => {
    const paths = new Set(
      layout.edges.filter(({ edge }) => edge[mine] === from).map(({ edge }) => edge[other]),
    );
    return nodes.filter((placed) => paths.has(placed.node.path));
  };
  const candidates: Record<string, () => PlacedNode[]> = {
    ArrowDown: () => along('source', 'target'),
    ArrowUp: () => along('target', 'source'),
    ArrowLeft: () => beside(at, nodes, -1),
    ArrowRight: () => beside(at, nodes, 1),
  };
  const found = Object.hasOwn(candidates, key) ? candidates[key]!() : [];
  found.sort((a, b) => distance(a, at) - distance(b, at));
  return found[0]?.node.path ?? null;
}

function beside(at: PlacedNode, nodes: readonly PlacedNode[], side: number): PlacedNode[] {
  return nodes.filter((placed) => {
    const overlap = Math.min(placed.y + placed.height, at.y + at.height) - Math.max(placed.y, at.y);
    return placed !== at && overlap > 0 && Math.sign(placed.x - at.x) === side;
  });
}

function distance(a: Box, b: Box): number {
  return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
}

function shift(at: number, size: number, room: number): number {
  if (at < PADDING) return PADDING - at;
  return Math.min(0, Math.max(room - PADDING - size - at, PADDING - at));
}

function clampScale(scale: number): number {
  return Math.min(LIMITS[1], Math.max(LIMITS[0], scale));
}
