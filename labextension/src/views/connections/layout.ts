/** Where inputs and outputs are drawn. */

import { type Kind, placesOf, product, type Setting } from './layers';

/** The middle of a cell. */
interface Node {
  x: number;
  y: number;
}

/** A cell is a parallelogram: so wide, so high, and shifted to the right by so much from its lower to its upper edge. */
interface Cell {
  wide: number;
  high: number;
  skew: number;
}

export interface Layout {
  width: number;
  height: number;
  inputs: Node[];
  outputs: Node[];
  inputCell: Cell;
  outputCell: Cell;
}

const EDGE = 8;
const MOST_CELL = 26;
/** Of the two rows of a sequence, and of the planes of an image. */
const GAP = 96;
const PLANE_GAP = 74;
/** An image is seen at a slant. */
const [SKEW, FLAT] = [0.45, 0.52];

/** @param outputs how many the layer has */
export function layoutOf(small: Setting, kind: Kind, outputs: number, width: number): Layout {
  const own = kind === 'dense' && small.units > 0;
  return small.kernel.length === 1
    ? sequence(small, own ? [outputs] : placesOf(small), own ? 1 : small.filters, width)
    : image(small, own, outputs, width);
}

function sequence(small: Setting, [places = 0]: readonly number[], filters: number, width: number): Layout {
  const count = small.shape[0]!;
  const room = width - 2 * EDGE;
  const groups = filters > 1 ? 0.6 * (filters - 1) : 0;
  const pitch = Math.min(MOST_CELL + 6, room / count);
  const above = Math.min(
    filters === 1 ? pitch * small.stride[0]! : pitch,
    room / Math.max(1, places * filters + groups),
  );
  const [wide, out] = [pitch * 0.82, Math.min(pitch, above) * 0.82];
  const top = EDGE + out / 2;
  const bottom = top + out / 2 + GAP + wide / 2;
  const row = (n: number, step: number, middle: number): number[] =>
    Array.from({ length: n }, (_, i) => middle + (i - (n - 1) / 2) * step);
  const inputs = row(count, pitch, width / 2).map((x) => ({ x, y: bottom }));
  const group = (places + 0.6) * above;
  const middles = row(filters, group, width / 2);
  const outputs: Node[] = [];
  for (let place = 0; place < places; place += 1) {
    for (let filter = 0; filter < filters; filter += 1) {
      outputs.push({ x: middles[filter]! + (place - (places - 1) / 2) * above, y: top });
    }
  }
  return {
    width,
    height: bottom + wide / 2 + EDGE,
    inputs,
    outputs,
    inputCell: { wide, high: wide, skew: 0 },
    outputCell: { wide: out, high: out, skew: 0 },
  };
}

function image(small: Setting, own: boolean, count: number, width: number): Layout {
  const [rows = 1, columns = 1] = small.shape;
  const room = width - 2 * EDGE;
  const [down = 0, across = 0] = own ? [1, count] : placesOf(small);
  const filters = own ? 1 : small.filters;
  const side = Math.min(MOST_CELL + 4, room / (columns + SKEW * rows));
  const planes = filters * (across + SKEW * down) + 0.8 * (filters - 1);
  const out = Math.min(side, room / Math.max(1, planes));
  const plane = (r: number, c: number, cell: number, middle: number, top: number): Node[] => {
    const left = middle - ((c + SKEW * (r - 1)) * cell) / 2;
    return Array.from({ length: r * c }, (_, i) => {
      const [row, column] = [Math.floor(i / c), i % c];
      return {
        x: left + (column + 0.5 + SKEW * (r - 1 - row)) * cell,
        y: top + (row + 0.5) * FLAT * cell,
      };
    });
  };
  const top = EDGE;
  const below = top + down * FLAT * out + PLANE_GAP;
  const step = (across + SKEW * down + 0.8) * out;
  const grids = Array.from({ length: filters }, (_, i) =>
    plane(down, across, out, width / 2 + (i - (filters - 1) / 2) * step, top),
  );
  const outputs: Node[] = [];
  for (let place = 0; place < product([down, across]); place += 1) {
    for (const grid of grids) outputs.push(grid[place]!);
  }
  const cellOf = (size: number): Cell => ({ wide: size, high: FLAT * size, skew: SKEW * size });
  return {
    width,
    height: below + rows * FLAT * side + EDGE,
    inputs: plane(rows, columns, side, width / 2, below),
    outputs,
    inputCell: cellOf(side),
    outputCell: cellOf(out),
  };
}

/** The node at a place; -1 for none. */
export function nodeAt(nodes: readonly Node[], { wide, high, skew }: Cell, x: number, y: number): number {
  return nodes.findIndex((node) => {
    const up = node.y - y;
    return Math.abs(up) <= high / 2 && Math.abs(x - node.x - (skew * up) / (high || 1)) <= wide / 2;
  });
}

/** How far a place is from a line between two others. */
export function distance(a: Node, b: Node, x: number, y: number): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const share = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a.x - share * dx, y - a.y - share * dy);
}

/** The outline of a cell around its middle. */
export function outline(
  context: CanvasRenderingContext2D,
  { x, y }: Node,
  { wide, high, skew }: Cell,
  shrink = 1,
): void {
  const [w, h, s] = [wide / 2 - shrink, high / 2 - shrink / 2, skew / 2];
  context.beginPath();
  context.moveTo(x - w - s, y + h);
  context.lineTo(x + w - s, y + h);
  context.lineTo(x + w + s, y - h);
  context.lineTo(x - w + s, y - h);
  context.closePath();
}
