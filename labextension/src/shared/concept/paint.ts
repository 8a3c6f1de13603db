/** Drawing images, the window and the output on canvases. */

import type { Theme } from '../../core/theme';
import { luminance } from '../../core/theme';
import type { Grid, Picture } from './grid';

export type Rgb = readonly [number, number, number];

const POSITIVE: Rgb = [209, 87, 15];
const NEGATIVE: Rgb = [31, 111, 214];
const WHITE: Rgb = [255, 255, 255];
const DARK: Rgb = [22, 24, 29];

/** How values are colored. */
export type Scale =
  | { kind: 'gray'; low: number; high: number }
  | { kind: 'signed'; most: number }
  | { kind: 'phase'; size: Grid; most: number };

export function css([r, g, b]: Rgb): string {
  return `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
}

/** Black or white, whichever can be read on a color. */
export function inkOn(color: Rgb): string {
  return luminance(css(color)) > 0.3 ? '#111' : '#fff';
}

/** The color of a value. Blue is negative, orange positive, and nothing in the page's own background zero. */
export function colorOf(value: number, scale: Scale, dark: boolean, index = 0): Rgb {
  if (scale.kind === 'gray') {
    const share = Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
    return [255 * share, 255 * share, 255 * share];
  }
  const zero = dark ? DARK : WHITE;
  if (scale.kind === 'signed') {
    const share = Math.min(1, Math.abs(value) / scale.most);
    return mixed(zero, value < 0 ? NEGATIVE : POSITIVE, share ** 0.8);
  }
  const size = Math.min(1, (scale.size.data[index] ?? 0) / scale.most);
  return mixed(zero, hue((value / (2 * Math.PI) + 1) % 1), size ** 0.6);
}

function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** A color of the wheel, 0 to 1. */
export function hue(turn: number): Rgb {
  const channel = (shift: number): number => {
    const place = (((turn + shift) % 1) + 1) % 1;
    return 255 * Math.min(1, Math.max(0, Math.abs(place * 6 - 3) - 1)) * 0.9 + 12;
  };
  return [channel(0), channel(2 / 3), channel(1 / 3)];
}

/** Pixels of a picture, with so many pixels of padding around it. */
export function picturePixels(
  picture: Picture,
  [top, bottom, left, right]: readonly [number, number, number, number],
  padding: Rgb,
): { pixels: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
  const width = picture.width + left + right;
  const height = picture.height + top + bottom;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const span = picture.high - picture.low || 1;
  const { data, colors, low } = picture;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const to = (y * width + x) * 4;
      const [row, column] = [y - top, x - left];
      const inside = row >= 0 && column >= 0 && row < picture.height && column < picture.width;
      const from = row * picture.width + column;
      for (let c = 0; c < 3; c += 1) {
        const value = colors && inside ? colors[from * 3 + c]! : (data[from] ?? 0);
        pixels[to + c] = inside ? (255 * (value - low)) / span : padding[c]!;
      }
      pixels[to + 3] = 255;
    }
  }
  return { pixels, width, height };
}

/** Pixels of an output. */
export function outputPixels(output: Grid, scale: Scale, dark: boolean): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(output.data.length * 4);
  output.data.forEach((value, i) => {
    const [r, g, b] = colorOf(value, scale, dark, i);
    pixels[i * 4] = r;
    pixels[i * 4 + 1] = g;
    pixels[i * 4 + 2] = b;
    pixels[i * 4 + 3] = 255;
  });
  return pixels;
}

/** A rectangle with an edge that is seen on black and on white; inside of its place, so that nothing is cut off. */
export function frame(
  context: CanvasRenderingContext2D,
  theme: Theme,
  [x, y, width, height]: readonly [number, number, number, number],
  thick = 2,
): void {
  const half = thick / 2;
  context.lineWidth = thick;
  context.strokeStyle = theme.dark ? '#000' : '#fff';
  context.strokeRect(x + half + 1, y + half + 1, width - thick - 2, height - thick - 2);
  context.strokeStyle = '#e0007a';
  context.strokeRect(x + half, y + half, width - thick, height - thick);
}

/** Values inside cells that are large enough. */
export function writeValues(
  context: CanvasRenderingContext2D,
  theme: Theme,
  cell: number,
  grid: Grid,
  [top, left]: readonly [number, number],
  write: (value: number) => string,
  color: (value: number, index: number) => Rgb,
): void {
  if (cell < 26) return;
  context.font = `${Math.min(15, Math.round(cell * 0.32))}px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  grid.data.forEach((value, i) => {
    const [row, column] = [Math.floor(i / grid.width), i % grid.width];
    context.fillStyle = inkOn(color(value, i));
    context.fillText(write(value), (left + column + 0.5) * cell, (top + row + 0.5) * cell);
  });
}
