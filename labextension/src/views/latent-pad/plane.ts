import type { PinchStep } from '../../shared/viewport';

/** Where things lie on a latent plane: plain arithmetic between places and pixels. */

export type Place = readonly [number, number];

/** A square part of the plane, x to the right and y upwards. */
export interface Plane {
  /** Side of the square in px. */
  side: number;
  /** How far the plane reaches from its middle, above 0. */
  radius: number;
  /** What lies in the middle; the origin where the plane isn't moved. */
  center?: Place;
}

const ORIGIN: Place = [0, 0];
/** How far the plane can be zoomed in, and out, as a share of the radius that shows everything. */
const CLOSEST = 1 / 40;
const FARTHEST = 2;

/** Room between the outermost coordinate and the edge of the square, in px. */
export const MARGIN = 10;

const LARGEST_SIDE = 500;
/** Room beside the plane for the images. */
const BESIDE = 200;

/** The side of the plane, in px, where there is so much room across. */
export function sideIn(width: number): number {
  return Math.max(160, Math.min(LARGEST_SIDE, width > 520 ? width - BESIDE : width));
}

export function toPixel(plane: Plane, [x, y]: Place): Place {
  const scale = (plane.side / 2 - MARGIN) / plane.radius;
  const [middleX, middleY] = plane.center ?? ORIGIN;
  return [plane.side / 2 + (x - middleX) * scale, plane.side / 2 - (y - middleY) * scale];
}

/** The place under a pixel, kept inside the plane. */
export function fromPixel(plane: Plane, [left, top]: Place): Place {
  const scale = plane.radius / (plane.side / 2 - MARGIN);
  const [middleX, middleY] = plane.center ?? ORIGIN;
  return [
    middleX + clamp((left - plane.side / 2) * scale, plane.radius),
    middleY + clamp((plane.side / 2 - top) * scale, plane.radius),
  ];
}

/** The plane after zooming by a factor around a place, which stays where it is; `whole` is the radius of all. */
export function zoomed(plane: Plane, factor: number, [x, y]: Place, whole: number): Plane {
  const radius = Math.min(whole * FARTHEST, Math.max(whole * CLOSEST, plane.radius / factor));
  const by = radius / plane.radius;
  const [middleX, middleY] = plane.center ?? ORIGIN;
  return { side: plane.side, radius, center: [x + (middleX - x) * by, y + (middleY - y) * by] };
}

/** The plane after it was dragged by so many pixels. */
export function panned(plane: Plane, dx: number, dy: number): Plane {
  const scale = plane.radius / (plane.side / 2 - MARGIN);
  const [middleX, middleY] = plane.center ?? ORIGIN;
  return { ...plane, center: [middleX - dx * scale, middleY + dy * scale] };
}

/** The plane after two fingers have moved on it; `corner` is where its pixels begin in the window. */
export function pinched(plane: Plane, step: PinchStep, [left, top]: Place, whole: number): Plane {
  const moved = panned(plane, step.dx, step.dy);
  const [x, y] = step.middle;
  return zoomed(moved, step.factor, fromPixel(moved, [x + step.dx - left, y + step.dy - top]), whole);
}

/** The place at a share of the way from one to another. */
export function between([ax, ay]: Place, [bx, by]: Place, share: number): Place {
  return [ax + share * (bx - ax), ay + share * (by - ay)];
}

/** A square of the plane: the coordinates of its middle, and half of its side. */
export type Square = readonly [number, number, number];

/** The index of the tile under a place, row by row, of a map with so many columns; -1 for none. */
export function tileAt([x, y, radius]: Square, columns: number, [px, py]: Place): number {
  const column = Math.floor(((px - x + radius) / (2 * radius)) * columns);
  const row = Math.floor(((y + radius - py) / (2 * radius)) * columns);
  const inside = column >= 0 && column < columns && row >= 0 && row < columns;
  return inside ? row * columns + column : -1;
}

/** The place that a tile was decoded at. */
export function tileCenter([x, y, radius]: Square, columns: number, tile: number): Place {
  const step = (2 * radius) / columns;
  return [
    x - radius + ((tile % columns) + 0.5) * step,
    y + radius - (Math.floor(tile / columns) + 0.5) * step,
  ];
}

export function clamp(value: number, radius: number): number {
  return Math.max(-radius, Math.min(radius, value));
}

/** The index of the place nearest to a pixel, no farther than `reach` px; -1 for none. */
export function nearest(plane: Plane, places: Float32Array, [left, top]: Place, reach: number): number {
  let found = -1;
  let least = reach * reach;
  for (let i = 0; i * 2 + 1 < places.length; i += 1) {
    const [x, y] = toPixel(plane, [places[i * 2]!, places[i * 2 + 1]!]);
    const distance = (x - left) ** 2 + (y - top) ** 2;
    if (distance <= least) {
      least = distance;
      found = i;
    }
  }
  return found;
}

/** Where a key moves the handle to, no farther than `radius`; null for a key that does not. */
export function moveByKey(
  key: string,
  shift: boolean,
  [x, y]: Place,
  radius: number,
  shown = radius,
): Place | null {
  const step = (shown / 30) * (shift ? 5 : 1);
  const moves: Record<string, Place> = {
    ArrowLeft: [x - step, y],
    ArrowRight: [x + step, y],
    ArrowUp: [x, y + step],
    ArrowDown: [x, y - step],
    Home: [0, 0],
  };
  const to = moves[key];
  return to ? [clamp(to[0], radius), clamp(to[1], radius)] : null;
}

/** Coordinates to draw lines at, whole ones where there is room: at most nine. */
export function ticks(radius: number, center = 0): number[] {
  const step = radius >= 2 ? Math.ceil(radius / 4) : fraction(radius / 3);
  const first = Math.ceil((center - radius) / step - 1e-9);
  const last = Math.floor((center + radius) / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** The next larger of 1, 0.5, 0.2, 0.1, 0.05 and so on. */
function fraction(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** A coordinate as text, with a true minus sign. */
export function coordinate(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : text;
}

/** The way from one place to another. */
export function minus(a: Place, b: Place): [number, number] {
  return [a[0] - b[0], a[1] - b[1]];
}
