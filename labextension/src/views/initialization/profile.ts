/** How large the numbers of each layer are, and how they are distributed. */

export const BINS = 15;

/** The numbers of each layer; null where a layer has none. */
export interface Signal {
  readonly std: readonly (number | null)[];
  readonly rms: readonly (number | null)[];
  readonly counts: readonly (readonly number[] | null)[];
  /** The ends of the axis of all histograms. Numbers beyond are in the outermost bins. */
  readonly low: number;
  readonly high: number;
}

/** What is measured of a network, by layer: first the inputs. */
export interface Profile {
  /** Names of a user's own layers; empty for the network of the page. */
  readonly names: readonly string[];
  readonly kinds: readonly string[];
  readonly activations: Signal;
  /** By the output of each layer. */
  readonly gradients: Signal;
  /** By the weights of each layer. */
  readonly weights: Signal;
  /** The standard deviations of the weights. */
  readonly sizes: readonly (number | null)[];
  /** The root mean square of a·W before the activation; empty for a user's own model. */
  readonly products: readonly (number | null)[];
  readonly loss: number;
}

/** What is measured of each layer, on one axis. `bounds` are its ends; null for three standard deviations. */
export function signal(
  parts: readonly (Float64Array | null)[],
  bounds: readonly [number, number] | null,
): Signal {
  const found = parts.map((part) => (part === null ? null : moments(part)));
  const std = found.map((one) => one?.std ?? null);
  const most = Math.max(0, ...std.filter((one) => one !== null && Number.isFinite(one)).map(Number));
  const [low, high] = bounds ?? (most > 0 ? [-3 * most, 3 * most] : [-1, 1]);
  const counts = parts.map((part) => {
    if (part === null) return null;
    const bins = new Uint32Array(BINS);
    for (const one of part) {
      if (!Number.isFinite(one)) continue;
      const place = Math.floor(((one - low) / (high - low)) * BINS);
      bins[place < 0 ? 0 : place < BINS ? place : BINS - 1]! += 1;
    }
    return [...bins];
  });
  return { std, rms: found.map((one) => one?.rms ?? null), counts, low, high };
}

export function moments(part: Float64Array): { std: number; rms: number } {
  let sum = 0;
  for (const one of part) sum += one;
  const mean = sum / part.length;
  let apart = 0;
  let squares = 0;
  for (const one of part) {
    apart += (one - mean) ** 2;
    squares += one * one;
  }
  return { std: Math.sqrt(apart / part.length), rms: Math.sqrt(squares / part.length) };
}
