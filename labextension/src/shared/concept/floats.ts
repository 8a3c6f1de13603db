/** Numbers of the user's that Python sends as `{data: bytes}`. */

import { isRecord, WireError } from '../../core/wire';
import { binaryBytes, MAX_SAVED_BYTES } from '../notebook-state';

/**
 * Float32 numbers; null where none were given.
 *
 * @throws WireError for anything else
 */
export function readFloats(value: unknown): Float32Array | null {
  if (!isRecord(value) || !('data' in value)) return null;
  const { data } = value;
  if (!(data instanceof DataView) || data.byteLength < 4 || data.byteLength % 4 !== 0) {
    throw new WireError('floats: data must be float32 numbers');
  }
  return Float32Array.from({ length: data.byteLength / 4 }, (_, i) => data.getFloat32(i * 4, true));
}

/** Numbers as they are saved with a notebook: whole, or not at all where they are too large. */
export function savedFloats(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES ? value : {};
}
