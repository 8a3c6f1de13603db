/** Numbers in rows and columns: the pictures that concept widgets compute with. */

import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { binaryBytes, MAX_SAVED_BYTES } from '../notebook-state';
import { DIGITS, PHOTO } from './pictures';

export interface Grid {
  height: number;
  width: number;
  /** Row by row. */
  data: Float64Array;
}

/** A picture with what it looks like. */
export interface Picture extends Grid {
  /** Values that are shown black and white. */
  low: number;
  high: number;
  /** Red, green and blue of each pixel where it has colors; then `data` has their sums. */
  colors: Float64Array | null;
}

export const DIGIT_SIDE = 28;
export const PHOTO_SIDE = 96;

export function grid(rows: readonly (readonly number[])[]): Grid {
  return { height: rows.length, width: rows[0]?.length ?? 0, data: Float64Array.from(rows.flat()) };
}

/** The value at a place; 0 outside. */
export function at({ height, width, data }: Grid, row: number, column: number): number {
  return row < 0 || column < 0 || row >= height || column >= width ? 0 : data[row * width + column]!;
}

/** A picture whose values go from 0 to 1. */
export function unitPicture(bytes: Uint8Array, height: number, width: number): Picture {
  return { height, width, data: Float64Array.from(bytes, (v) => v / 255), low: 0, high: 1, colors: null };
}

/** A picture of the exact values. */
export function plainPicture(from: Grid): Picture {
  const low = Math.min(0, ...from.data);
  const high = Math.max(...from.data);
  return { ...from, low, high: high > low ? high : low + 1, colors: null };
}

function decoded(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

const known = new Map<string, Picture>();

function remembered(name: string, make: () => Picture): Picture {
  const picture = known.get(name) ?? make();
  known.set(name, picture);
  return picture;
}

/** One of the handwritten digits. */
export function digitPicture(digit: number): Picture {
  return remembered(`digit ${digit}`, () => {
    const size = DIGIT_SIDE * DIGIT_SIDE;
    return unitPicture(decoded(DIGITS).subarray(digit * size, (digit + 1) * size), DIGIT_SIDE, DIGIT_SIDE);
  });
}

/** The photograph. */
export function photoPicture(): Picture {
  return remembered('photo', () => unitPicture(decoded(PHOTO), PHOTO_SIDE, PHOTO_SIDE));
}

/**
 * Reads a picture that Python sent: `{height, width, channels, kind: "uint8" | "float32", data}`. Null for none.
 *
 * @throws WireError when its numbers don't fit its bytes
 */
export function readPicture(value: unknown): Picture | null {
  if (!isRecord(value) || value.height === undefined) return null;
  const height = wholeNumber(value.height, 'picture: height');
  const width = wholeNumber(value.width, 'picture: width');
  const channels = wholeNumber(value.channels, 'picture: channels');
  const { data } = value;
  if (!ArrayBuffer.isView(data)) throw new WireError('picture: data must be binary');
  const count = height * width * channels;
  const bytes = count * (value.kind === 'uint8' ? 1 : 4);
  if (count < 1 || data.byteLength !== bytes) {
    throw new WireError(`picture: ${count} numbers need ${bytes} bytes. Received: ${data.byteLength}`);
  }
  const copy = (data.buffer as ArrayBuffer).slice(data.byteOffset, data.byteOffset + bytes);
  const all = Float64Array.from(value.kind === 'uint8' ? new Uint8Array(copy) : new Float32Array(copy));
  const low = Math.min(
    0,
    all.reduce((a, b) => Math.min(a, b), Infinity),
  );
  const high = Math.max(
    low + 1e-9,
    all.reduce((a, b) => Math.max(a, b), -Infinity),
  );
  if (channels === 1) return { height, width, data: all, low, high, colors: null };
  if (channels !== 3) throw new WireError(`picture: channels must be 1 or 3. Received: ${channels}`);
  const sums = Float64Array.from(
    { length: height * width },
    (_, i) => all[i * 3]! + all[i * 3 + 1]! + all[i * 3 + 2]!,
  );
  return { height, width, data: sums, low, high, colors: all };
}

/** What a notebook keeps of a picture that Python sent: nothing of a large one. */
export function savedPicture(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES ? value : {};
}
