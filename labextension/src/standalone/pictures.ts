/** Image files of the document as pixels: decoded when they are first shown, and kept for a while. */

import type { Bytes, Picture, Pictures } from './document';

export interface Pixels {
  width: number;
  height: number;
  /** RGBA. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

const KEPT = 24;
const cache = new Map<Picture, Promise<Pixels>>();

/** The pixels of an image file. */
export function decode(picture: Picture): Promise<Pixels> {
  const known = cache.get(picture);
  if (known) {
    // The latest ones stay.
    cache.delete(picture);
    cache.set(picture, known);
    return known;
  }
  const decoding = read(picture);
  cache.set(picture, decoding);
  for (const oldest of cache.keys()) {
    if (cache.size <= KEPT) break;
    cache.delete(oldest);
  }
  return decoding;
}

async function read({ type, data }: Picture): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([data], { type }), { colorSpaceConversion: 'none' });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** One image of a picture that has many in rows and columns. */
export interface Tile {
  row: number;
  column: number;
}

/** The `atlas` of an `ImageGrid` out of images of one size in a larger picture. */
export function atlasOf(
  pixels: Pixels,
  size: { height: number; width: number; channels: number },
  tiles: readonly Tile[],
): Record<string, unknown> {
  const { height, width, channels } = size;
  const bytes: Bytes = new Uint8Array(tiles.length * height * width * channels);
  let to = 0;
  for (const { row, column } of tiles) {
    for (let y = 0; y < height; y += 1) {
      let from = ((row * height + y) * pixels.width + column * width) * 4;
      for (let x = 0; x < width; x += 1, from += 4) {
        for (let c = 0; c < channels; c += 1) bytes[to++] = pixels.data[from + c]!;
      }
    }
  }
  return { data: bytes, count: tiles.length, height, width, channels };
}

/** The `atlas` of images below each other. */
export async function atlasOfAll(images: Pictures): Promise<Record<string, unknown>> {
  const pixels = await decode(images.picture);
  const tiles = Array.from({ length: images.count }, (_, row) => ({ row, column: 0 }));
  return atlasOf(pixels, images, tiles);
}

/** Lets only the latest of several asynchronous draws have an effect. */
export function latestOnly<T>(show: (result: T) => void): (work: Promise<T>) => void {
  let asked = 0;
  return (work) => {
    const number = (asked += 1);
    work.then(
      (result) => {
        if (number === asked) show(result);
      },
      (error: unknown) => console.error(error),
    );
  };
}
