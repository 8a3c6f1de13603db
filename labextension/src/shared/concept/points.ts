/** The points of two classes: the same in Python (`dlwidgets/concepts/_playground_points.py`). */

import { random } from './batches';

export interface Points {
  readonly x1: Float64Array;
  readonly x2: Float64Array;
  /** 0 or 1. */
  readonly y: Uint8Array;
  /** The first so many are for training, the others for testing. */
  readonly training: number;
}

/** What is shown reaches from −2 to 2 along both axes. */
export const REACH = 2;
/** Points that are drawn by hand are on a grid of this many places per unit. */
export const PLACES = 30;
/** Farther out, no point is shown. */
const EDGE = 1.95;
const TURNS = 1.5;
/** The direction of the line between two clouds, and a place on it. */
const SLANT = (35 * Math.PI) / 180;
const MIDDLE = [0.3, -0.2] as const;

type Place = readonly [number, number];
type Source = (label: number, next: () => number) => Place;

const SOURCES: Readonly<Record<string, Source>> = {
  rings: (label, next) => {
    const radius = label === 0 ? 0.75 * Math.sqrt(next()) : 1.15 + 0.5 * next();
    const angle = 2 * Math.PI * next();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  moons: (label, next) => {
    const angle = Math.PI * next();
    return label === 0
      ? [Math.cos(angle) - 0.5, Math.sin(angle) - 0.25]
      : [0.5 - Math.cos(angle), 0.25 - Math.sin(angle)];
  },
  xor: (label, next) => {
    const x = (0.15 + 1.4 * next()) * (next() < 0.5 ? -1 : 1);
    const y = 0.15 + 1.4 * next();
    return [x, label === 0 ? Math.sign(x) * y : -Math.sign(x) * y];
  },
  spirals: (label, next) => {
    const way = next();
    const angle = 2 * Math.PI * TURNS * way + (label === 0 ? 0 : Math.PI);
    const radius = 0.15 + 1.6 * way;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  clouds: (label, next) => {
    const along = 2.8 * (next() - 0.5);
    const across = (0.25 + 0.65 * next()) * (label === 0 ? 1 : -1);
    return [
      MIDDLE[0] + along * Math.cos(SLANT) - across * Math.sin(SLANT),
      MIDDLE[1] + along * Math.sin(SLANT) + across * Math.cos(SLANT),
    ];
  },
};

interface Wanted {
  data: string;
  samples: number;
  noise: number;
  test: number;
  seed: number;
}

/** Two normally distributed numbers from two uniform ones: the method of Box and Muller. */
function normal(next: () => number): Place {
  const size = Math.sqrt(-2 * Math.log(1 - next()));
  const angle = 2 * Math.PI * next();
  return [size * Math.cos(angle), size * Math.sin(angle)];
}

function clipped(value: number): number {
  return Math.min(EDGE, Math.max(-EDGE, value));
}

/** The points of one of the shapes; any other name is that of rings. */
export function made({ data, samples, noise, test, seed }: Wanted): Points {
  const source = SOURCES[data] ?? SOURCES.rings!;
  const next = random(seed);
  const found: [number, number, number][] = [];
  for (let i = 0; i < samples; i += 1) {
    const label = i % 2;
    const [x, y] = source(label, next);
    const [a, b] = normal(next);
    found.push([clipped(x + noise * a), clipped(y + noise * b), label]);
  }
  return split(found, test, seed);
}

/** Points that were drawn: x and y of each class in turn, in places. */
export function drawnPoints(
  first: readonly number[],
  second: readonly number[],
  test: number,
  seed: number,
): Points {
  const found: [number, number, number][] = [];
  [first, second].forEach((places, label) => {
    for (let i = 0; i + 1 < places.length; i += 2) {
      found.push([places[i]! / PLACES, places[i + 1]! / PLACES, label]);
    }
  });
  return split(found, test, seed);
}

/** In an order that the seed says, the last ones for testing. */
export function split(
  found: readonly (readonly [number, number, number])[],
  test: number,
  seed: number,
): Points {
  const next = random(seed + 1000);
  const order = Array.from(found, (_, i) => i);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return {
    x1: Float64Array.from(order, (i) => found[i]![0]),
    x2: Float64Array.from(order, (i) => found[i]![1]),
    y: Uint8Array.from(order, (i) => found[i]![2]),
    training: found.length - Math.floor(found.length * test + 1e-9),
  };
}

/** A place of the drawing for a value. */
export function placeOf(value: number): number {
  return Math.round(Math.min(REACH, Math.max(-REACH, value)) * PLACES);
}
