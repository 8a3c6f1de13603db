/** The plane at one position between the layers. */

import type { Theme } from '../../core/theme';
import { classColor } from '../../shared/concept/class-colors';
import { type Points, REACH } from '../../shared/concept/points';
import type { Flow, Spot } from './flow';
import { type Lattice, LINE, NODES } from './lattice';

/** Where all points are at a position. */
export function placesAt(flow: Flow, { x1, x2 }: Points, position: number): Spot[] {
  return Array.from(x1, (x, i) => flow.place(x, x2[i]!, position));
}

/** What is shown reaches so far in both directions. */
export function reachOf(places: readonly Spot[]): number {
  return Math.max(REACH, ...places.map(([x, y]) => 1.08 * Math.max(Math.abs(x), Math.abs(y))));
}

export interface Shown {
  flow: Flow;
  lattice: Lattice;
  points: Points;
  position: number;
  /** The place of the input that is marked; null for none. */
  marked: Spot | null;
}

/** Draws the bent plane, the boundary and the points onto a square. */
export function drawPlane(
  context: CanvasRenderingContext2D,
  theme: Theme,
  size: number,
  { flow, lattice, points, position, marked }: Shown,
): (at: Spot) => Spot {
  const places = placesAt(flow, points, position);
  const reach = reachOf(places);
  const toPixels = ([x, y]: Spot): Spot => [
    ((x + reach) / (2 * reach)) * size,
    ((reach - y) / (2 * reach)) * size,
  ];
  const small = size < 200;
  drawLattice(context, theme, toPixels, lattice, position, small ? 2 * LINE : LINE);
  context.beginPath();
  const { boundary } = lattice;
  for (let i = 0; i + 3 < boundary.length; i += 4) {
    context.moveTo(...toPixels(lattice.between(boundary[i]!, boundary[i + 1]!, position)));
    context.lineTo(...toPixels(lattice.between(boundary[i + 2]!, boundary[i + 3]!, position)));
  }
  context.lineWidth = small ? 1.5 : 2.5;
  context.lineCap = 'round';
  context.strokeStyle = theme.text;
  context.stroke();
  const side = small ? 2.4 : 5;
  for (const label of [0, 1]) {
    context.fillStyle = classColor(label, theme);
    places.forEach((place, i) => {
      if (points.y[i] !== label) return;
      const [x, y] = toPixels(place);
      context.fillRect(x - side / 2, y - side / 2, side, side);
    });
  }
  if (marked) drawMark(context, theme, toPixels, flow, marked, position, small);
  return toPixels;
}

/** Lines that were straight in the input, in the color of the side that the network takes for them. */
function drawLattice(
  context: CanvasRenderingContext2D,
  theme: Theme,
  toPixels: (at: Spot) => Spot,
  lattice: Lattice,
  position: number,
  apart: number,
): void {
  const { values } = lattice.logits;
  context.lineWidth = 1;
  context.globalAlpha = theme.dark ? 0.55 : 0.4;
  for (const label of [0, 1]) {
    context.strokeStyle = classColor(label, theme);
    context.beginPath();
    for (let line = 0; line < NODES; line += apart) {
      for (const across of [true, false]) {
        let drawing = false;
        for (let i = 0; i < NODES; i += 1) {
          const [column, row] = across ? [i, line] : [line, i];
          const at = toPixels(lattice.node(column, row, position));
          if (drawing) context.lineTo(...at);
          drawing = values[row * NODES + column]! > 0 === (label === 1);
          if (drawing) context.moveTo(...at);
        }
      }
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A ring around the marked place, and its way through the layers. */
function drawMark(
  context: CanvasRenderingContext2D,
  theme: Theme,
  toPixels: (at: Spot) => Spot,
  flow: Flow,
  marked: Spot,
  position: number,
  small: boolean,
): void {
  const trace = (): void => {
    context.beginPath();
    context.arc(...toPixels(flow.place(...marked, position)), small ? 4 : 8, 0, 2 * Math.PI);
    context.stroke();
  };
  context.strokeStyle = theme.background;
  context.lineWidth = small ? 3.5 : 5;
  trace();
  context.strokeStyle = theme.text;
  context.lineWidth = small ? 1.5 : 2.2;
  trace();
}
