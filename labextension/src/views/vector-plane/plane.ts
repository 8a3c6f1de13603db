import { type Size, type Viewport, zoomAt } from '../../shared/viewport';
import type { Points } from './model';

const MARGIN = 22;
const CLOSEST = 400;

/** Shows all points but far outliers; y grows upwards. */
export function fitPoints(points: Points, { width, height }: Size): Viewport {
  const n = points.rows.length;
  const range = (axis: 0 | 1): [number, number] => {
    const values = Float32Array.from({ length: n }, (_, i) => points.places[i * 2 + axis]!).sort();
    const spare = Math.floor(n * 0.002);
    return [values[spare] ?? 0, values[n - 1 - spare] ?? 0];
  };
  const [left, right] = range(0);
  const [low, high] = range(1);
  const across = Math.max(right - left, 1e-9);
  const up = Math.max(high - low, 1e-9);
  const fitting = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / up);
  const scale = Number.isFinite(fitting) && fitting > 0 && fitting < 1e9 ? fitting : 1;
  return {
    scale,
    left: width / 2 - ((left + right) / 2) * scale,
    top: height / 2 + ((low + high) / 2) * scale,
  };
}

/** Shows the square that reaches so far from the origin. */
export function fitSquare(extent: number, { width, height }: Size): Viewport {
  return { scale: Math.min(width, height) / 2 / extent, left: width / 2, top: height / 2 };
}

export function toPixel(view: Viewport, x: number, y: number): [number, number] {
  return [view.left + x * view.scale, view.top - y * view.scale];
}

/** The view after zooming around a pixel, within reason of the one that shows all points. */
export function zoomed(view: Viewport, factor: number, at: [number, number], whole: Viewport): Viewport {
  return zoomAt(view, factor, at, [whole.scale / 4, whole.scale * CLOSEST]);
}

/** The number of the point nearest to a place in px, -1 where none is within `reach`. */
export function nearestPoint(points: Points, view: Viewport, px: number, py: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < points.rows.length; i += 1) {
    const [x, y] = toPixel(view, points.places[i * 2]!, points.places[i * 2 + 1]!);
    const distance = (x - px) ** 2 + (y - py) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** The nearest point in the direction of an arrow key, -1 where there is none. */
export function pointTowards(points: Points, view: Viewport, from: number, key: string): number {
  const ways: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const way = ways[key];
  if (!way) return -1;
  const [x0, y0] = toPixel(view, points.places[from * 2]!, points.places[from * 2 + 1]!);
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < points.rows.length; i += 1) {
    if (i === from) continue;
    const [x, y] = toPixel(view, points.places[i * 2]!, points.places[i * 2 + 1]!);
    const along = (x - x0) * way[0] + (y - y0) * way[1];
    const aside = Math.abs((x - x0) * way[1]) + Math.abs((y - y0) * way[0]);
    if (along <= 0 || aside > along) continue;
    const distance = along + 2 * aside;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}
