/** Where the units of a network are, in px. */

import type { Place } from './network';

export type Spot = readonly [number, number];

export const RADIUS = 25;
/** Above a unit is its bias, below it are z and δ. */
const ROOM = 132;
const LESS_ROOM = 112;
const SIDE = 30;
/** To the right of the outputs are the targets and the loss. */
const TAIL = 150;
const NARROWEST = 164;
/** Weights are written beside each other up to so many units. */
const FEW = 3;
/** How far along its line a weight is written. */
const NEAR = 0.29;
const FARTHER = 0.7;

export class Layout {
  readonly width: number;
  readonly height: number;
  readonly loss: Spot;
  private readonly across: number;
  private readonly room: number;

  constructor(
    readonly layers: readonly number[],
    room: number,
  ) {
    const most = Math.max(...layers);
    this.room = most > FEW ? LESS_ROOM : ROOM;
    const gaps = layers.length - 1;
    this.width = Math.max(room, 2 * SIDE + TAIL + gaps * NARROWEST);
    this.height = most * this.room;
    this.across = (this.width - 2 * SIDE - TAIL) / gaps;
    this.loss = [this.width - SIDE, this.height / 2 - 4];
  }

  unit(layer: number, unit: number): Spot {
    const count = this.layers[layer]!;
    const y = this.height / 2 + (unit - (count - 1) / 2) * this.room - 4;
    return [SIDE + layer * this.across, y];
  }

  /** Where a layer is, from left to right; the loss is behind the last one. */
  column(layer: number): number {
    return layer < this.layers.length ? SIDE + layer * this.across : this.loss[0];
  }

  target(unit: number): Spot {
    const [x, y] = this.unit(this.layers.length - 1, unit);
    const { loss } = this;
    const away = RADIUS + 49;
    return [x + away, y + (away / TAIL) * (loss[1] - y)];
  }

  bias(layer: number, unit: number): Spot {
    const [x, y] = this.unit(layer, unit);
    return [x + 7, y - RADIUS - 14];
  }

  /** Where a weight is written. */
  weight({ layer, from, to }: Place): Spot {
    if (from < 0) return this.bias(layer + 1, to);
    const [x, y] = this.unit(layer, from);
    const [toX, toY] = this.unit(layer + 1, to);
    // Those of neighbors stand aside, so that none covers another.
    const share = from % 2 === 0 ? NEAR : FARTHER;
    const begin = x + RADIUS + 6;
    const end = toX - RADIUS - 6;
    const at = begin + (end - begin) * share;
    return [at, y + ((at - x) / (toX - x)) * (toY - y)];
  }

  /** Whether there is room for all weights between a layer and the next. */
  allShown(layer: number): boolean {
    return this.layers[layer]! <= FEW && this.layers[layer + 1]! <= FEW;
  }

  /** The unit at a place; null for none. */
  unitAt(x: number, y: number): { layer: number; unit: number } | null {
    for (let layer = 0; layer < this.layers.length; layer += 1) {
      for (let unit = 0; unit < this.layers[layer]!; unit += 1) {
        const [cx, cy] = this.unit(layer, unit);
        if (Math.hypot(x - cx, y - cy) <= RADIUS + 4) return { layer, unit };
      }
    }
    return null;
  }

  /** The line between units that is next to a place; null if none is near. */
  edgeAt(x: number, y: number): Place | null {
    let best: Place | null = null;
    let least = 9;
    for (let layer = 0; layer < this.layers.length - 1; layer += 1) {
      for (let from = 0; from < this.layers[layer]!; from += 1) {
        for (let to = 0; to < this.layers[layer + 1]!; to += 1) {
          const [ax, ay] = this.unit(layer, from);
          const [bx, by] = this.unit(layer + 1, to);
          if (x < ax + RADIUS || x > bx - RADIUS) continue;
          const away = Math.abs(ay + ((x - ax) / (bx - ax)) * (by - ay) - y);
          if (away < least) [least, best] = [away, { layer, from, to }];
        }
      }
    }
    return best;
  }
}
