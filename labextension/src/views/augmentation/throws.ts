/** The numbers of a throw and its affine map; `dlwidgets/concepts/_augmentation.py` is the reference. */

import { random } from '../../shared/concept/batches';

export interface Throw {
  /** Degrees, counterclockwise. */
  readonly angle: number;
  /** As a fraction of the width. */
  readonly right: number;
  /** As a fraction of the height. */
  readonly down: number;
  /** In radians. */
  readonly shear: number;
  /** How much of the width and of the height is seen. */
  readonly zoomX: number;
  readonly zoomY: number;
  /** 1 or 0. */
  readonly flipX: number;
  readonly flipY: number;
}

/** How far a throw may go. */
export interface Ranges {
  readonly rotation: number;
  readonly width_shift: number;
  readonly height_shift: number;
  readonly shear: number;
  readonly zoom: number;
  readonly horizontal_flip: boolean;
  readonly vertical_flip: boolean;
}

/** Two rows of three numbers: (x, y, 1) of the result times it is (x, y) of the image. */
export type Affine = readonly [number, number, number, number, number, number];

export type Square = readonly (readonly number[])[];

export interface Size {
  readonly height: number;
  readonly width: number;
}

const DEGREE = Math.PI / 180;
const STEP = 7919;

export const UNCHANGED: Throw = {
  angle: 0,
  right: 0,
  down: 0,
  shear: 0,
  zoomX: 1,
  zoomY: 1,
  flipX: 0,
  flipY: 0,
};

export function throwOf(ranges: Ranges, seed: number, n: number): Throw {
  const next = random(seed * 1000 + n * STEP);
  const within = (range: number): number => range * (2 * next() - 1);
  const numbers = {
    angle: within(ranges.rotation),
    right: within(ranges.width_shift),
    down: within(ranges.height_shift),
    shear: within(ranges.shear),
    zoomX: 1 + within(ranges.zoom),
    zoomY: 1 + within(ranges.zoom),
  };
  const [flipX, flipY] = [next() < 0.5, next() < 0.5];
  return {
    ...numbers,
    flipX: Number(flipX && ranges.horizontal_flip),
    flipY: Number(flipY && ranges.vertical_flip),
  };
}

/** The eight numbers as the state keeps them, and back. */
export function listed(thrown: Throw): number[] {
  const { angle, right, down, shear, zoomX, zoomY, flipX, flipY } = thrown;
  return [angle, right, down, shear, zoomX, zoomY, flipX, flipY];
}

const LOWEST = [-180, -1, -1, -1, 0.1, 0.1, 0, 0];
const HIGHEST = [180, 1, 1, 1, 1.9, 1.9, 1, 1];

/** The throw of eight numbers; null where they can't be used. */
export function unlisted(numbers: readonly number[]): Throw | null {
  if (numbers.length !== LOWEST.length) return null;
  if (numbers.some((value, i) => value < LOWEST[i]! || value > HIGHEST[i]!)) return null;
  const [angle, right, down, shear, zoomX, zoomY, flipX, flipY] = numbers as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  return { angle, right, down, shear, zoomX, zoomY, flipX, flipY };
}

/** A throw that is partly done: a flip happens in the middle. */
export function partly(thrown: Throw, share: number): Throw {
  const part = (value: number, from: number): number => from + (value - from) * share;
  return {
    angle: part(thrown.angle, 0),
    right: part(thrown.right, 0),
    down: part(thrown.down, 0),
    shear: part(thrown.shear, 0),
    zoomX: part(thrown.zoomX, 1),
    zoomY: part(thrown.zoomY, 1),
    flipX: share < 0.5 ? 0 : thrown.flipX,
    flipY: share < 0.5 ? 0 : thrown.flipY,
  };
}

/** What happens, as matrices for places that are measured from the middle of the image, in the order of the product. */
export function factors(thrown: Throw, { height, width }: Size): Record<FactorName, Square> {
  const [cos, sin] = [Math.cos(thrown.angle * DEGREE), Math.sin(thrown.angle * DEGREE)];
  const last = [0, 0, 1];
  return {
    rotate: [[cos, -sin, 0], [sin, cos, 0], last],
    shift: [[1, 0, -thrown.right * width], [0, 1, -thrown.down * height], last],
    shear: [[1, -Math.sin(thrown.shear), 0], [0, Math.cos(thrown.shear), 0], last],
    zoom: [[thrown.zoomX, 0, 0], [0, thrown.zoomY, 0], last],
    flip: [[1 - 2 * thrown.flipX, 0, 0], [0, 1 - 2 * thrown.flipY, 0], last],
  };
}

export type FactorName = 'rotate' | 'shift' | 'shear' | 'zoom' | 'flip';
export const FACTORS: readonly FactorName[] = ['rotate', 'shift', 'shear', 'zoom', 'flip'];

export function product(a: Square, b: Square): number[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** All factors in one, still measured from the middle. */
export function whole(thrown: Throw, size: Size): number[][] {
  const all = factors(thrown, size);
  return FACTORS.slice(1).reduce<number[][]>(
    (made, name) => product(made, all[name]),
    all.rotate.map((row) => [...row]),
  );
}

/** The map between pixels, of which (0, 0) is the first. */
export function affineOf(thrown: Throw, size: Size): Affine {
  const [[a, b, c], [d, e, f]] = whole(thrown, size) as [
    [number, number, number],
    [number, number, number],
    number[],
  ];
  const [x, y] = [(size.width - 1) / 2, (size.height - 1) / 2];
  return [a, b, c + x - a * x - b * y, d, e, f + y - d * x - e * y];
}

export function apply([a, b, c, d, e, f]: Affine, [x, y]: readonly [number, number]): [number, number] {
  return [a * x + b * y + c, d * x + e * y + f];
}

/** The way back: from the image to the result. */
export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const by = a * e - b * d;
  const [p, q, r, s] = [e / by, -b / by, -d / by, a / by];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}

/** The share of the result's pixels that lie outside of the image. */
export function filled(by: Affine, { height, width }: Size): number {
  const [a, b, c, d, e, f] = by;
  let outside = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const x = a * column + b * row + c;
      const y = d * column + e * row + f;
      if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) outside += 1;
    }
  }
  return outside / (height * width);
}

/** The corners of a picture's border on the way through a map, in pixels from the middle of the first one. */
export function borderOf(by: Affine, { height, width }: Size): [number, number][] {
  const [right, bottom] = [width - 0.5, height - 0.5];
  const corners: [number, number][] = [
    [-0.5, -0.5],
    [right, -0.5],
    [right, bottom],
    [-0.5, bottom],
  ];
  return corners.map((corner) => apply(by, corner));
}
