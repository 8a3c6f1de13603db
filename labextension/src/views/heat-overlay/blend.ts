import { colormap } from '../../shared/colormaps';

/** Zero of a signed map: below it speaks against, above it for. */
export const ZERO = 128;
const DIVERGING = 'coolwarm';

export interface Blend {
  /** Whether `ZERO` is the value of nothing, and both sides count. */
  signed: boolean;
  /** 0 shows only the picture, 1 only the heat map. */
  opacity: number;
  /** Name of the color map; signed maps have one of their own. */
  colormap: string;
}

/** How strong a value of a map is, 0 to 1. */
export function strength(value: number, signed: boolean): number {
  return signed ? Math.min(1, Math.abs(value - ZERO) / 127) : value / 255;
}

/**
 * How much of the heat's color covers the picture where a map has this strength.
 *
 * What is cold stays clear, so that the picture can be seen, until full opacity covers it all.
 */
export function cover(opacity: number, strong: number): number {
  return opacity * (strong + opacity ** 4 * (1 - strong));
}

/**
 * A picture under a heat map, as RGBA.
 *
 * @param picture RGBA, four bytes per pixel
 * @param values one byte per pixel
 */
export function blend(
  picture: Uint8ClampedArray,
  values: Uint8Array,
  options: Blend,
): Uint8ClampedArray<ArrayBuffer> {
  const table = colormap(options.signed ? DIVERGING : options.colormap);
  const covers = Float32Array.from({ length: 256 }, (_, v) =>
    cover(options.opacity, strength(v, options.signed)),
  );
  const mixed = new Uint8ClampedArray(values.length * 4);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    const share = covers[value]!;
    for (let c = 0; c < 3; c += 1) {
      const under = picture[i * 4 + c]!;
      mixed[i * 4 + c] = under + (table[value * 4 + c]! - under) * share;
    }
    mixed[i * 4 + 3] = 255;
  }
  return mixed;
}
