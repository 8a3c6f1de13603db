/** An image after a matrix has moved its pixels. */

import type { Picture } from '../../shared/concept/grid';
import { type Affine, apply, inverse, type Pair } from './geometry';

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Half of the longer side in pixels, which is 1 in the plane. */
export function halfOf({ height, width }: Size): number {
  return Math.max(height, width) / 2;
}

/** Where the middle of a pixel is in the plane. */
export function placeOf(size: Size, row: number, column: number): Pair {
  const half = halfOf(size);
  return [(column + 0.5 - size.width / 2) / half, (size.height / 2 - row - 0.5) / half];
}

/** Row and column, with parts, of a place in the plane. */
export function pixelAt(size: Size, [x, y]: Pair): Pair {
  const half = halfOf(size);
  return [size.height / 2 - 0.5 - y * half, x * half + size.width / 2 - 0.5];
}

/** From where a pixel's value comes: row and column, with parts; null where nothing undoes the matrix. */
export function sourceOf(size: Size, by: Affine, row: number, column: number): Pair | null {
  const back = inverse(by);
  return back && pixelAt(size, apply(back, placeOf(size, row, column)));
}

/** The value at a place between pixels, interpolated; with zeros around the image. */
function between(data: Float64Array, { height, width }: Size, row: number, column: number): number {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  if (top < -1 || left < -1 || top >= height || left >= width) return 0;
  const [down, right] = [row - top, column - left];
  const value = (i: number, j: number): number =>
    i < 0 || j < 0 || i >= height || j >= width ? 0 : data[i * width + j]!;
  return (
    (1 - down) * ((1 - right) * value(top, left) + right * value(top, left + 1)) +
    down * ((1 - right) * value(top + 1, left) + right * value(top + 1, left + 1))
  );
}

/** The picture after the matrix; empty where nothing undoes it. */
export function warp(picture: Picture, by: Affine): Picture {
  const { height, width, low, high, colors } = picture;
  const data = new Float64Array(height * width);
  const back = inverse(by);
  const moved: Picture = {
    height,
    width,
    data,
    low,
    high,
    colors: colors ? new Float64Array(colors.length) : null,
  };
  if (!back) return moved;
  const channels = colors
    ? [0, 1, 2].map((c) => Float64Array.from({ length: height * width }, (_, i) => colors[i * 3 + c]!))
    : [];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [y, x] = pixelAt(picture, apply(back, placeOf(picture, row, column)));
      const at = row * width + column;
      data[at] = between(picture.data, picture, y, x);
      channels.forEach((channel, c) => (moved.colors![at * 3 + c] = between(channel, picture, y, x)));
    }
  }
  return moved;
}
