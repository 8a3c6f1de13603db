/** Pixels after an affine map, as `keras.ops.image.affine_transform` computes them. */

import type { Picture } from '../../shared/concept/grid';
import type { FillMode } from './fields';
import type { Affine, Size } from './throws';

/** Which place inside of an axis stands for one that may be outside. */
export function folded(place: number, size: number, mode: FillMode): number {
  let at = place;
  if (mode === 'wrap') {
    // TensorFlow counts whole images in steps of size - 1: far away it isn't the image again.
    const times = Math.trunc(Math.abs(at) / Math.max(1, size - 1));
    if (at < 0) at += size * (times + 1);
    else if (at > size - 1) at -= size * times;
  } else if (mode === 'reflect') {
    at = ((at % (2 * size)) + 2 * size) % (2 * size);
    if (at > size - 0.5) at = 2 * size - 1 - at;
  }
  return Math.min(size - 1, Math.max(0, at));
}

/** Four pixels around a place, and how near it is to the right and the lower ones. */
export interface Corners {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly across: number;
  readonly over: number;
}

/** Where a place is between pixels; with zeros around the image the pixels may be outside. */
export function cornersOf({ height, width }: Size, x: number, y: number, mode: FillMode): Corners {
  const zeros = mode === 'constant';
  const [u, v] = zeros ? [x, y] : [folded(x, width, mode), folded(y, height, mode)];
  const [left, top] = [Math.floor(u), Math.floor(v)];
  return {
    left,
    top,
    right: zeros ? left + 1 : Math.min(left + 1, width - 1),
    bottom: zeros ? top + 1 : Math.min(top + 1, height - 1),
    across: u - left,
    over: v - top,
  };
}

/** One number of each pixel, such as its red; with what stands for a pixel outside. */
export interface Plane extends Size {
  readonly data: Float64Array;
  readonly outside: number;
}

export function pixelOf({ data, height, width, outside }: Plane, column: number, row: number): number {
  return column < 0 || row < 0 || column >= width || row >= height ? outside : data[row * width + column]!;
}

/** The value at a place between pixels. Nothing is allocated: this runs for each pixel of each throw. */
export function valueAt(plane: Plane, x: number, y: number, mode: FillMode): number {
  const { height, width } = plane;
  const zeros = mode === 'constant';
  const u = zeros ? x : folded(x, width, mode);
  const v = zeros ? y : folded(y, height, mode);
  const left = Math.floor(u);
  const top = Math.floor(v);
  const across = u - left;
  const over = v - top;
  const right = zeros ? left + 1 : Math.min(left + 1, width - 1);
  const bottom = zeros ? top + 1 : Math.min(top + 1, height - 1);
  return (
    (1 - over) * ((1 - across) * pixelOf(plane, left, top) + across * pixelOf(plane, right, top)) +
    over * ((1 - across) * pixelOf(plane, left, bottom) + across * pixelOf(plane, right, bottom))
  );
}

/** The picture's own numbers as a plane. */
export function plainPlane({ data, height, width }: Picture): Plane {
  return { data, height, width, outside: 0 };
}

const planes = new WeakMap<Picture, Plane[]>();

/** One plane of gray, or three of colors, from 0 to 255 as they are shown. */
export function shownPlanes(picture: Picture): Plane[] {
  const known = planes.get(picture);
  if (known) return known;
  const { height, width, low, high, colors, data } = picture;
  const byte = (value: number): number => (255 * (value - low)) / (high - low || 1);
  const plane = (read: (i: number) => number): Plane => ({
    height,
    width,
    data: Float64Array.from(data, (_, i) => byte(read(i))),
    outside: byte(0),
  });
  const made = colors ? [0, 1, 2].map((c) => plane((i) => colors[i * 3 + c]!)) : [plane((i) => data[i]!)];
  planes.set(picture, made);
  return made;
}

export interface Pixels extends Size {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * The picture after a map; with fewer pixels where `longest` says so.
 *
 * @param old pixels of before, which are overwritten where there are as many
 */
export function sampled(
  picture: Picture,
  by: Affine,
  mode: FillMode,
  longest = Infinity,
  old: Pixels | null = null,
): Pixels {
  const scale = Math.max(1, Math.max(picture.height, picture.width) / longest);
  const height = Math.max(1, Math.round(picture.height / scale));
  const width = Math.max(1, Math.round(picture.width / scale));
  const [down, across] = [picture.height / height, picture.width / width];
  const again = old?.height === height && old.width === width;
  const pixels = again ? old.pixels : new Uint8ClampedArray(height * width * 4).fill(255);
  const planes = shownPlanes(picture);
  planes.forEach((plane, channel) => {
    samplePlane(plane, by, mode, { pixels, height, width }, [down, across], channel);
  });
  if (planes.length === 1) {
    for (let at = 0; at < pixels.length; at += 4) pixels[at + 1] = pixels[at + 2] = pixels[at]!;
  }
  return { pixels, height, width };
}

function samplePlane(
  plane: Plane,
  [a, b, c, d, e, f]: Affine,
  mode: FillMode,
  { pixels, height, width }: Pixels,
  [down, across]: readonly [number, number],
  channel: number,
): void {
  const { data, width: stride } = plane;
  const [lastX, lastY] = [plane.width - 1, plane.height - 1];
  for (let row = 0, to = channel; row < height; row += 1) {
    const v = (row + 0.5) * down - 0.5;
    for (let column = 0; column < width; column += 1, to += 4) {
      const u = (column + 0.5) * across - 0.5;
      const x = a * u + b * v + c;
      const y = d * u + e * v + f;
      if (x >= 0 && y >= 0 && x < lastX && y < lastY) {
        // Inside there is nothing to fold: most pixels are here.
        const left = Math.trunc(x);
        const top = Math.trunc(y);
        const at = top * stride + left;
        const upper = data[at]! + (x - left) * (data[at + 1]! - data[at]!);
        const lower = data[at + stride]! + (x - left) * (data[at + stride + 1]! - data[at + stride]!);
        pixels[to] = upper + (y - top) * (lower - upper);
      } else pixels[to] = valueAt(plane, x, y, mode);
    }
  }
}

/** How much a pixel outside of the image is seen through. */
const FAINT = 0.42;

/** The picture with what the fill mode puts around it, half a side on each side and fainter. */
export function surroundings(picture: Picture, mode: FillMode, paper: number): Pixels {
  const { height, width } = picture;
  const [top, left] = marginsOf(picture);
  const all = shownPlanes(picture);
  const [rows, columns] = [height + 2 * top, width + 2 * left];
  const pixels = new Uint8ClampedArray(rows * columns * 4).fill(255);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const to = (row * columns + column) * 4;
      const [x, y] = [column - left, row - top];
      const inside = x >= 0 && y >= 0 && x < width && y < height;
      for (let c = 0; c < 3; c += 1) {
        const value = valueAt(all[c % all.length]!, x, y, mode);
        pixels[to + c] = inside ? value : paper + (value - paper) * FAINT;
      }
    }
  }
  return { pixels, height: rows, width: columns };
}

/** Pixels above and at the left of the picture that its surroundings have. */
export function marginsOf({ height, width }: Size): [number, number] {
  return [Math.ceil(height / 2), Math.ceil(width / 2)];
}
