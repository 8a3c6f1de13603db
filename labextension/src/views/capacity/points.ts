/** Points to fit, and points to validate with; the same in Python. */

import { random, shuffled } from '../../shared/concept/batches';
import { rounded } from '../../shared/concept/state';
import { type CapacityValues, HEIGHT, MOST_POINTS, TOYS } from './fields';

export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly vx: readonly number[];
  readonly vy: readonly number[];
}

/** Points of the user's, scaled. */
export interface OwnPoints {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Middle and half width of x, mean and standard deviation of y. */
  readonly scale: readonly [number, number, number, number];
}

const HELD_OUT = 40;

export const TRUTHS = {
  sine: (x: number): number => Math.sin(4 * x),
  line: (x: number): number => 0.8 * x,
  step: (x: number): number => (x < 0 ? -0.7 : 0.7),
};

function toy(data: keyof typeof TRUTHS, noise: number, seed: number): { x: number[]; y: number[] } {
  const next = random(seed);
  const [x, y]: [number[], number[]] = [[], []];
  for (let i = 0; i < MOST_POINTS + HELD_OUT; i += 1) {
    const at = rounded(2 * next() - 1, 2);
    // The method of Box and Muller.
    const size = Math.sqrt(-2 * Math.log(1 - next()));
    const value = TRUTHS[data](at) + noise * size * Math.cos(2 * Math.PI * next());
    x.push(at);
    y.push(Math.min(HEIGHT, Math.max(-HEIGHT, value)));
  }
  return { x, y };
}

/** The name of the function behind the points; null for points that have none. */
export function truthOf(values: CapacityValues, own: OwnPoints | null): keyof typeof TRUTHS | null {
  if (values.data === 'own' && own) return null;
  if (isDrawn(values)) return null;
  return TOYS.find((name) => name === values.data) ?? 'sine';
}

export function isDrawn({ data, x, y }: CapacityValues): boolean {
  return data === 'drawn' && x.length > 0 && x.length === y.length;
}

/** The points that a state shows. */
export function pointsOf(values: CapacityValues, own: OwnPoints | null): Points {
  const { size, noise, seed, x, y, vx, vy } = values;
  if (isDrawn(values)) return { x, y, vx: vx.slice(0, vy.length), vy: vy.slice(0, vx.length) };
  if (values.data === 'own' && own) {
    const order = shuffled(own.x.length, seed);
    const training = Math.min(size, Math.floor((order.length * 7) / 10));
    const [xs, ys] = [order.map((i) => own.x[i]!), order.map((i) => own.y[i]!)];
    return {
      x: xs.slice(0, training),
      y: ys.slice(0, training),
      vx: xs.slice(training),
      vy: ys.slice(training),
    };
  }
  const made = toy(truthOf(values, null) ?? 'sine', noise, seed);
  return {
    x: made.x.slice(0, size),
    y: made.y.slice(0, size),
    vx: made.x.slice(MOST_POINTS),
    vy: made.y.slice(MOST_POINTS),
  };
}
