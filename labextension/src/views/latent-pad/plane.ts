/** Where things lie on a latent plane: plain arithmetic between places and pixels. */

export type Place = readonly [number, number];

/** A square plane with the origin in its middle, x to the right and y upwards. */
export interface Plane {
  /** Side of the square in px. */
  side: number;
  /** Largest coordinate shown, at least 0. */
  radius: number;
}

/** Room between the outermost coordinate and the edge of the square, in px. */
export const MARGIN = 10;

export function toPixel(plane: Plane, [x, y]: Place): Place {
  const scale = (plane.side / 2 - MARGIN) / plane.radius;
  return [plane.side / 2 + x * scale, plane.side / 2 - y * scale];
}

/** The place under a pixel, kept inside the plane. */
export function fromPixel(plane: Plane, [left, top]: Place): Place {
  const scale = plane.radius / (plane.side / 2 - MARGIN);
  return [
    clamp((left - plane.side / 2) * scale, plane.radius),
    clamp((plane.side / 2 - top) * scale, plane.radius),
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

/** Where a key moves the handle to; null for a key that does not. */
export function moveByKey(key: string, shift: boolean, [x, y]: Place, radius: number): Place | null {
  const step = (radius / 30) * (shift ? 5 : 1);
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

/** Whole coordinates to draw lines at: at most nine. */
export function ticks(radius: number): number[] {
  const step = Math.max(1, Math.ceil(radius / 4));
  const last = Math.floor(radius / step);
  return Array.from({ length: 2 * last + 1 }, (_, i) => (i - last) * step);
}

/** A coordinate as text, with a true minus sign. */
export function coordinate(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : text;
}
