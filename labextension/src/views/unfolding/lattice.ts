/** A lattice of the input plane, and where its nodes are after each layer. */

import { type Sampled, segments } from '../../shared/concept/contours';
import { REACH } from '../../shared/concept/points';
import type { Flow, Spot } from './flow';

/** Nodes along each side. */
export const NODES = 49;
/** Every so many nodes is a line that is drawn. */
export const LINE = 3;

export class Lattice {
  readonly logits: Sampled = { columns: NODES, rows: NODES, values: new Float64Array(NODES * NODES) };
  /** Ends of the boundary's pieces in columns and rows, as x1, y1, x2, y2. */
  boundary: number[] = [];
  /** x and y of each node in turn, after each layer. */
  private ways: Float32Array[] = [];

  update(flow: Flow): void {
    const { values } = this.logits;
    while (this.ways.length <= flow.layers) this.ways.push(new Float32Array(2 * NODES * NODES));
    const [a, b, c] = flow.line;
    for (let i = 0; i < NODES * NODES; i += 1) {
      const x = -REACH + (2 * REACH * (i % NODES)) / (NODES - 1);
      const y = REACH - (2 * REACH * Math.floor(i / NODES)) / (NODES - 1);
      const way = flow.forward(x, y);
      for (let layer = 0; layer <= flow.layers; layer += 1) {
        this.ways[layer]![2 * i] = way[2 * layer]!;
        this.ways[layer]![2 * i + 1] = way[2 * layer + 1]!;
      }
      values[i] = way[2 * flow.layers]! * a + way[2 * flow.layers + 1]! * b + c;
    }
    this.boundary = segments(this.logits, 0);
  }

  /** Where a node is at a position from 0 on. */
  node(column: number, row: number, position: number): Spot {
    const below = Math.floor(position);
    const part = position - below;
    const i = 2 * (row * NODES + column);
    const from = this.ways[below]!;
    const to = part > 0 ? this.ways[below + 1]! : from;
    return [from[i]! + part * (to[i]! - from[i]!), from[i + 1]! + part * (to[i + 1]! - from[i + 1]!)];
  }

  /** Where a place between two nodes of one line is. */
  between(column: number, row: number, position: number): Spot {
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [right, bottom] = [Math.ceil(column), Math.ceil(row)];
    const part = column - left + (row - top);
    const [a, b] = [this.node(left, top, position), this.node(right, bottom, position)];
    return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
  }
}
