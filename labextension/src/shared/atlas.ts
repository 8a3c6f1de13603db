import { isRecord, wholeNumber, WireError } from '../core/wire';
import { colormap } from './colormaps';

/** Images of one size in one block of bytes: image after image, row after row, channels last. */
export interface Atlas {
  bytes: Uint8Array;
  count: number;
  height: number;
  width: number;
  channels: 1 | 3 | 4;
}

export const NO_IMAGES: Atlas = { bytes: new Uint8Array(0), count: 0, height: 0, width: 0, channels: 1 };
const LARGEST_SIDE = 8192;

/**
 * Checks the `atlas` trait. An empty object gives no images.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readAtlas(value: unknown): Atlas {
  if (!isRecord(value) || value.count === undefined || value.count === 0) return NO_IMAGES;
  const count = wholeNumber(value.count, 'atlas: count');
  const height = wholeNumber(value.height, 'atlas: height');
  const width = wholeNumber(value.width, 'atlas: width');
  const channels = wholeNumber(value.channels, 'atlas: channels');
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new WireError(`atlas: channels must be 1, 3 or 4. Received: ${channels}`);
  }
  if (height < 1 || width < 1 || height > LARGEST_SIDE || width > LARGEST_SIDE) {
    throw new WireError(`atlas: sides must be 1 to ${LARGEST_SIDE} pixels. Received: ${height} x ${width}`);
  }
  const { data } = value;
  if (!ArrayBuffer.isView(data) && !(data instanceof ArrayBuffer)) {
    throw new WireError('atlas: data must be binary');
  }
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  const wanted = count * height * width * channels;
  if (bytes.length !== wanted) {
    throw new WireError(
      `atlas: ${count} images of ${height} x ${width} x ${channels} need ${wanted} bytes. Received: ${bytes.length}`,
    );
  }
  return { bytes, count, height, width, channels };
}

/** One image as RGBA for a canvas; a single channel goes through the color map. */
export function imagePixels(atlas: Atlas, index: number, map: string): Uint8ClampedArray<ArrayBuffer> {
  return rowPixels(atlas, index, index + 1, map);
}

/**
 * The images `[first, last)` side by side as RGBA for a canvas that is `columns` images wide.
 *
 * A single channel goes through the color map; where there is no image the row is transparent.
 */
export function rowPixels(
  atlas: Atlas,
  first: number,
  last: number,
  map: string,
  columns = last - first,
): Uint8ClampedArray<ArrayBuffer> {
  const { bytes, channels, height, width } = atlas;
  const pixels = new Uint8ClampedArray(columns * width * height * 4);
  // A color is written at once where it is looked up.
  const words = new Uint32Array(pixels.buffer);
  const table = new Uint32Array(colormap(map).buffer);
  let from = first * height * width * channels;
  for (let image = 0; image < last - first; image += 1) {
    for (let y = 0; y < height; y += 1) {
      let to = (y * columns + image) * width;
      for (let x = 0; x < width; x += 1, to += 1, from += channels) {
        if (channels === 1) {
          words[to] = table[bytes[from]!]!;
          continue;
        }
        pixels[to * 4] = bytes[from]!;
        pixels[to * 4 + 1] = bytes[from + 1]!;
        pixels[to * 4 + 2] = bytes[from + 2]!;
        pixels[to * 4 + 3] = channels === 4 ? bytes[from + 3]! : 255;
      }
    }
  }
  return pixels;
}
