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

/** One image as RGBA for a canvas; a single channel goes through the colour map. */
export function imagePixels(atlas: Atlas, index: number, map: string): Uint8ClampedArray<ArrayBuffer> {
  const { bytes, channels } = atlas;
  const size = atlas.height * atlas.width;
  const pixels = new Uint8ClampedArray(size * 4);
  let from = index * size * channels;
  if (channels === 1) {
    const table = colormap(map);
    for (let i = 0; i < size; i += 1) {
      const entry = bytes[from + i]! * 4;
      pixels[i * 4] = table[entry]!;
      pixels[i * 4 + 1] = table[entry + 1]!;
      pixels[i * 4 + 2] = table[entry + 2]!;
      pixels[i * 4 + 3] = 255;
    }
    return pixels;
  }
  for (let i = 0; i < size; i += 1, from += channels) {
    pixels[i * 4] = bytes[from]!;
    pixels[i * 4 + 1] = bytes[from + 1]!;
    pixels[i * 4 + 2] = bytes[from + 2]!;
    pixels[i * 4 + 3] = channels === 4 ? bytes[from + 3]! : 255;
  }
  return pixels;
}
