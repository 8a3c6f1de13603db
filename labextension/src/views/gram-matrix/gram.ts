/** Feature maps and their Gram matrix; `dlwidgets/concepts/_gram_matrix.py` is the reference. */

import { batches } from '../../shared/concept/batches';

export type KernelName = 'bright' | 'vertical' | 'horizontal' | 'rising' | 'falling' | 'spots';

/** Brightness, lines in four directions, and spots; row by row. */
export const KERNELS: Readonly<Record<KernelName, readonly number[]>> = {
  bright: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  vertical: [-1, 2, -1, -1, 2, -1, -1, 2, -1],
  horizontal: [-1, -1, -1, 2, 2, 2, -1, -1, -1],
  rising: [-1, -1, 2, -1, 2, -1, 2, -1, -1],
  falling: [2, -1, -1, -1, 2, -1, -1, -1, 2],
  spots: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
};

/** Numbers in rows and columns, one table for each channel. */
export interface Maps {
  readonly height: number;
  readonly width: number;
  readonly channels: readonly Float64Array[];
}

/** What the kernels find in an image; pixels at the border are repeated. */
export function features(data: Float64Array, height: number, width: number): Maps {
  const kernels = Object.values(KERNELS);
  const channels = kernels.map(() => new Float64Array(height * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const rows = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width] as const;
      const columns = [Math.max(0, x - 1), x, Math.min(width - 1, x + 1)] as const;
      for (let k = 0; k < kernels.length; k += 1) {
        const kernel = kernels[k]!;
        let sum = 0;
        for (let i = 0; i < 9; i += 1) sum += kernel[i]! * data[rows[(i / 3) | 0]! + columns[i % 3]!]!;
        channels[k]![y * width + x] = Math.max(0, sum);
      }
    }
  }
  return { height, width, channels };
}

/** The mean products of all pairs of channels. */
export function gram({ channels, height, width }: Maps): number[][] {
  const found = channels.map(() => new Array<number>(channels.length).fill(0));
  channels.forEach((a, i) => {
    for (let j = 0; j <= i; j += 1) {
      const b = channels[j]!;
      let sum = 0;
      for (let p = 0; p < a.length; p += 1) sum += a[p]! * b[p]!;
      found[i]![j] = found[j]![i] = sum / (height * width);
    }
  });
  return found;
}

export interface Shuffle {
  readonly share: number;
  readonly tile: number;
  readonly seed: number;
}

let known: { key: string; order: readonly number[] } | null = null;

/** All tiles in a random order; kept, because a hand that drags asks for it in each frame. */
function orderOf(count: number, seed: number): readonly number[] {
  const key = `${count} ${seed}`;
  if (known?.key !== key) known = { key, order: batches(count, count, 1, seed)[0]! };
  return known.order;
}

/** From where each pixel comes after so many tiles have changed places; what is left at the right and below stays. */
export function sources(height: number, width: number, { share, tile, seed }: Shuffle): Int32Array {
  const [down, across] = [Math.floor(height / tile), Math.floor(width / tile)];
  const found = new Int32Array(height * width);
  for (let i = 0; i < found.length; i += 1) found[i] = i;
  const count = down * across;
  if (count === 0) return found;
  const moved = orderOf(count, seed).slice(0, Math.floor(share * count + 0.5));
  moved.forEach((to, i) => {
    const origin = moved[(i + 1) % moved.length]!;
    const [y, x] = [Math.floor(to / across) * tile, (to % across) * tile];
    const [v, u] = [Math.floor(origin / across) * tile, (origin % across) * tile];
    for (let dy = 0; dy < tile; dy += 1) {
      for (let dx = 0; dx < tile; dx += 1) found[(y + dy) * width + x + dx] = (v + dy) * width + u + dx;
    }
  });
  return found;
}

/** Numbers where a shuffle has brought them. */
export function shuffled(data: Float64Array, from: Int32Array): Float64Array {
  const found = new Float64Array(from.length);
  for (let i = 0; i < from.length; i += 1) found[i] = data[from[i]!]!;
  return found;
}

/** The book's content loss; null where the sizes differ. */
export function contentLoss(a: Maps, b: Maps): number | null {
  if (a.height !== b.height || a.width !== b.width || a.channels.length !== b.channels.length) return null;
  let sum = 0;
  a.channels.forEach((channel, k) => {
    const other = b.channels[k]!;
    for (let i = 0; i < channel.length; i += 1) sum += (channel[i]! - other[i]!) ** 2;
  });
  return sum;
}

/** The book's style loss of two Gram matrices, with the number of channels as it is; null where they differ. */
export function styleLoss(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): number | null {
  if (a.length !== b.length) return null;
  let sum = 0;
  a.forEach((row, i) => row.forEach((value, j) => (sum += (value - b[i]![j]!) ** 2)));
  return sum / (4 * a.length ** 2);
}
