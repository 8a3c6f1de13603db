/** Strokes of a pen on a square of side 1, and what they look like as a picture. */

import { t } from '../core/i18n';

/** x and y, 0 to 1, from the upper left. */
export type Spot = readonly [number, number];

export interface Stroke {
  /** Width of the pen as a part of the side. */
  width: number;
  spots: Spot[];
}

/** Side in pixels of the picture that the kernel gets. */
export const SIDE = 112;
export const MOST_STROKES = 500;

export const BRUSHES = [
  { name: () => t('Thin brush (+ and −)'), width: 0.055 },
  { name: () => t('Medium brush (+ and −)'), width: 0.085 },
  { name: () => t('Thick brush (+ and −)'), width: 0.12 },
] as const;
/** The brush that is chosen at first. */
export const FIRST_BRUSH = 1;

/** The strokes of an example, each a list of places, with the brush that is chosen at first; what is no place is left out. */
export function readExample(value: unknown): Stroke[] {
  const lists: unknown[] = Array.isArray(value) ? value : [];
  return lists
    .map((stroke) => (Array.isArray(stroke) ? stroke.filter(isSpot).map(inside) : []))
    .filter((spots) => spots.length > 0)
    .map((spots) => ({ width: BRUSHES[FIRST_BRUSH].width, spots }));
}

function isSpot(value: unknown): value is Spot {
  return Array.isArray(value) && value.length === 2 && value.every((n) => Number.isFinite(n));
}

/** A place kept inside the square. */
export function inside([x, y]: Spot): Spot {
  return [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))];
}

/** Where a key moves the pen to; null for a key that does not. */
export function movePen(key: string, fast: boolean, [x, y]: Spot): Spot | null {
  const step = fast ? 0.1 : 0.03;
  const moves: Record<string, Spot> = {
    ArrowLeft: [x - step, y],
    ArrowRight: [x + step, y],
    ArrowUp: [x, y - step],
    ArrowDown: [x, y + step],
    Home: [0.5, 0.5],
  };
  return Object.hasOwn(moves, key) ? inside(moves[key]!) : null;
}

/** What a canvas needs to be able to do. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  'beginPath' | 'moveTo' | 'lineTo' | 'stroke' | 'arc' | 'fill' | 'lineCap' | 'lineJoin' | 'lineWidth'
>;

/** Draws strokes onto a square of `side` pixels, in the colors that the canvas has. */
export function drawStrokes(pen: Pen, strokes: readonly Stroke[], side: number): void {
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  for (const { width, spots } of strokes) {
    const [first] = spots;
    if (!first) continue;
    pen.lineWidth = width * side;
    pen.beginPath();
    if (spots.length === 1) {
      pen.arc(first[0] * side, first[1] * side, (width * side) / 2, 0, 2 * Math.PI);
      pen.fill();
      continue;
    }
    pen.moveTo(first[0] * side, first[1] * side);
    for (const [x, y] of spots.slice(1)) pen.lineTo(x * side, y * side);
    pen.stroke();
  }
}

/** The red channel of RGBA pixels: ink on black. */
export function inkOf(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const ink = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < ink.length; i += 1) ink[i] = rgba[i * 4]!;
  return ink;
}
