/** Heat maps beside each other: where they differ, and how they look enlarged. */

import { ZERO } from './blend';

/**
 * Where a map sees more or less than another one, as a signed map: above `ZERO` more, below it less.
 *
 * @param signed whether `ZERO` is the value of nothing in `values` and `others`
 */
export function difference(
  values: Uint8Array,
  others: Uint8Array,
  signed: readonly [boolean, boolean],
): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const off = evidence(values[i]!, signed[0]) - evidence(others[i]!, signed[1]);
    found[i] = ZERO + Math.round(127 * Math.max(-1, Math.min(1, off)));
  }
  return found;
}

/** 0 to 1, of a signed map −1 to 1. */
function evidence(value: number, signed: boolean): number {
  return signed ? (value - ZERO) / 127 : value / 255;
}

/** A map with so many times the pixels on each side, interpolated between their centers. */
export function interpolated(
  values: Uint8Array,
  width: number,
  height: number,
  times: number,
): Uint8Array<ArrayBuffer> {
  const wide = width * times;
  const large = new Uint8Array(wide * height * times);
  const across = places(width, times);
  places(height, times).forEach(([above, below, down], y) => {
    across.forEach(([left, right, over], x) => {
      const top = mix(values[above * width + left]!, values[above * width + right]!, over);
      const bottom = mix(values[below * width + left]!, values[below * width + right]!, over);
      large[y * wide + x] = Math.round(mix(top, bottom, down));
    });
  });
  return large;
}

/** Between which pixels each of the new ones lies, and how near to the second. */
function places(count: number, times: number): [number, number, number][] {
  return Array.from({ length: count * times }, (_, i) => {
    const at = Math.max(0, Math.min(count - 1, (i + 0.5) / times - 0.5));
    const low = Math.min(Math.floor(at), Math.max(0, count - 2));
    return [low, Math.min(count - 1, low + 1), at - low];
  });
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** A picture with so many times the pixels on each side, each a square as before. */
export function squares(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  times: number,
): Uint8ClampedArray<ArrayBuffer> {
  const large = new Uint8ClampedArray(4 * width * height * times * times);
  const from = new Uint32Array(pixels.slice().buffer);
  const to = new Uint32Array(large.buffer);
  const wide = width * times;
  for (let y = 0; y < height * times; y += 1) {
    const row = Math.floor(y / times) * width;
    for (let x = 0; x < wide; x += 1) to[y * wide + x] = from[row + Math.floor(x / times)]!;
  }
  return large;
}
