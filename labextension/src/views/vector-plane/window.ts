import type { Points } from './model';

/** The part of the plane that is seen: its middle, and px per unit; y grows upwards. */
export interface Window {
  x: number;
  y: number;
  scale: number;
  width: number;
  height: number;
}

const MARGIN = 22;
const CLOSEST = 400;

/** The window that shows all points but far outliers. */
export function fitWindow(points: Points, width: number, height: number): Window {
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
  const scale = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / up);
  return {
    x: (left + right) / 2,
    y: (low + high) / 2,
    scale: Number.isFinite(scale) && scale > 0 && scale < 1e9 ? scale : 1,
    width,
    height,
  };
}

export function toPixel(window: Window, x: number, y: number): [number, number] {
  return [
    window.width / 2 + (x - window.x) * window.scale,
    window.height / 2 - (y - window.y) * window.scale,
  ];
}

/** The window after zooming by a factor, with the place under the pointer kept where it is. */
export function zoomed(window: Window, factor: number, [px, py]: [number, number], whole: Window): Window {
  const scale = Math.max(whole.scale / 4, Math.min(whole.scale * CLOSEST, window.scale * factor));
  const x = window.x + (px - window.width / 2) * (1 / window.scale - 1 / scale);
  const y = window.y - (py - window.height / 2) * (1 / window.scale - 1 / scale);
  return { ...window, x, y, scale };
}

/** The number of the point nearest to a place in px, -1 where none is within `reach`. */
export function nearestPoint(points: Points, window: Window, px: number, py: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < points.rows.length; i += 1) {
    const [x, y] = toPixel(window, points.places[i * 2]!, points.places[i * 2 + 1]!);
    const distance = (x - px) ** 2 + (y - py) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** The nearest point in the direction of an arrow key, -1 where there is none. */
export function pointTowards(points: Points, window: Window, from: number, key: string): number {
  const ways: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const way = ways[key];
  if (!way) return -1;
  const [x0, y0] = toPixel(window, points.places[from * 2]!, points.places[from * 2 + 1]!);
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < points.rows.length; i += 1) {
    if (i === from) continue;
    const [x, y] = toPixel(window, points.places[i * 2]!, points.places[i * 2 + 1]!);
    const along = (x - x0) * way[0] + (y - y0) * way[1];
    const aside = Math.abs((x - x0) * way[1]) + Math.abs((y - y0) * way[0]);
    if (along <= 0 || aside > along) continue;
    const distance = along + 2 * aside;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}
