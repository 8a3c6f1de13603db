/** Colors of values, for pictures that are drawn anew in every frame. */

import { colorOf } from '../../shared/concept/paint';

const tables = new Map<boolean, Uint8ClampedArray>();
const STEPS = 256;

/** Colors from −1 to 1, softened so that points stand out. */
function table(dark: boolean): Uint8ClampedArray {
  let found = tables.get(dark);
  if (!found) {
    found = new Uint8ClampedArray(STEPS * 4);
    for (let i = 0; i < STEPS; i += 1) {
      const value = (i / (STEPS - 1)) * 2 - 1;
      found.set([...colorOf(value * 0.5, { kind: 'signed', most: 1 }, dark), 255], i * 4);
    }
    tables.set(dark, found);
  }
  return found;
}

/** A square picture of values, which is enlarged smoothly. */
export class Picture {
  readonly canvas = document.createElement('canvas');
  private image: ImageData | null = null;

  constructor(private readonly side: number) {
    this.canvas.width = this.canvas.height = side;
  }

  /** @param share from −1 to 1 */
  draw(dark: boolean, share: (i: number) => number): void {
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const { side } = this;
    this.image ??= context.createImageData(side, side);
    const { data } = this.image;
    const colors = table(dark);
    for (let i = 0; i < side * side; i += 1) {
      const value = share(i);
      const at = 4 * Math.min(STEPS - 1, Math.max(0, Math.round((value + 1) * 127.5)));
      data[i * 4] = colors[at]!;
      data[i * 4 + 1] = colors[at + 1]!;
      data[i * 4 + 2] = colors[at + 2]!;
      data[i * 4 + 3] = 255;
    }
    context.putImageData(this.image, 0, 0);
  }
}

/** The largest absolute value, at least something. */
export function largest(values: Float32Array): number {
  let most = 1e-6;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
