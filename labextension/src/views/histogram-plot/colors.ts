/** Shades between colors of the theme. */

type Rgb = readonly [number, number, number];

/** Red, green and blue of "#rrggbb", "rgb(…)" or "rgba(…)". */
export function rgb(color: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  const parts = hex
    ? hex.slice(1).map((part) => parseInt(part, 16))
    : (/^rgba?\(([^)]*)\)/.exec(color)?.[1] ?? '').split(/[\s,/]+/).map(Number);
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

/** A color between two, 0 to 1 of the way. */
export function mixed(from: string, to: string, part: number): string {
  const [a, b] = [rgb(from), rgb(to)];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i]! - value) * part)).join(', ')})`;
}

/** RGBA of 256 shades from `empty` through `middle` to `full`. */
export function ramp(empty: string, middle: string, full: string): Uint8ClampedArray {
  const [a, b, c] = [rgb(empty), rgb(middle), rgb(full)];
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i += 1) {
    const way = i / 255;
    for (let which = 0; which < 3; which += 1) {
      table[i * 4 + which] =
        way < 0.6
          ? a[which]! + (b[which]! - a[which]!) * (way / 0.6)
          : b[which]! + (c[which]! - b[which]!) * ((way - 0.6) / 0.4);
    }
    table[i * 4 + 3] = 255;
  }
  return table;
}
