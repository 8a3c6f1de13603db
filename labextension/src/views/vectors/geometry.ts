/** Matrices of two rows and columns; `dlwidgets/concepts/_vectors.py` is the reference. */

export type Pair = readonly [number, number];
/** Row by row. */
export type Matrix = readonly [number, number, number, number];

/** What a matrix and a shift make of the plane. */
export interface Affine {
  readonly matrix: Matrix;
  readonly shift: Pair;
}

/** A matrix as a shear, then a scaling, then a rotation. */
export interface Parts {
  /** In degrees. */
  readonly angle: number;
  /** At least 0. */
  readonly x: number;
  /** Negative where the plane is turned over. */
  readonly y: number;
  readonly shear: number;
}

const FLAT = 1e-9;
/** By so much the state rounds each number of a matrix at most. */
const ROUNDED = 0.5e-4;
const DEGREE = Math.PI / 180;

export const NOTHING: Parts = { angle: 0, x: 1, y: 1, shear: 0 };

export function apply({ matrix: [p, q, r, s], shift: [dx, dy] }: Affine, [x, y]: Pair): Pair {
  return [p * x + q * y + dx, r * x + s * y + dy];
}

export function determinant([p, q, r, s]: Matrix): number {
  return p * s - q * r;
}

/**
 * Whether nothing undoes the matrix, because it makes the plane a line or a point, but for what the
 * state has rounded.
 */
export function isFlat(matrix: Matrix): boolean {
  const most = ROUNDED * matrix.reduce((sum, value) => sum + Math.abs(value), 0);
  return Math.abs(determinant(matrix)) <= most;
}

/** What undoes it; null where nothing does. */
export function inverse({ matrix, shift: [dx, dy] }: Affine): Affine | null {
  if (isFlat(matrix)) return null;
  const by = determinant(matrix);
  const [p, q, r, s] = matrix;
  const back: Matrix = [s / by, -q / by, -r / by, p / by];
  return { matrix: back, shift: apply({ matrix: back, shift: [0, 0] }, [-dx, -dy]) };
}

export function decompose([p, q, r, s]: Matrix): Parts {
  const x = Math.hypot(p, r);
  if (x < FLAT) {
    // Only the second column says where it turns.
    const y = Math.hypot(q, s);
    return { angle: y < FLAT ? 0 : Math.atan2(-q, s) / DEGREE, x: 0, y, shear: 0 };
  }
  return {
    angle: Math.atan2(r, p) / DEGREE,
    x,
    y: (p * s - q * r) / x,
    shear: (p * q + r * s) / (x * x),
  };
}

export function compose({ angle, x, y, shear }: Parts): Matrix {
  const [cos, sin] = [Math.cos(angle * DEGREE), Math.sin(angle * DEGREE)];
  return [cos * x, cos * x * shear - sin * y, sin * x, sin * x * shear + cos * y];
}

/** What happens one after the other; `shift` is the last. */
export type StageName = 'shear' | 'scale' | 'rotate' | 'shift';

/** What a matrix and a shift consist of, in the order in which they act: nothing that changes nothing. */
export function stagesOf({ matrix, shift }: Affine): StageName[] {
  const { angle, x, y, shear } = decompose(matrix);
  const close = (value: number, to: number): boolean => Math.abs(value - to) < 5e-4;
  const found: StageName[] = [];
  if (!close(shear, 0)) found.push('shear');
  if (!close(x, 1) || !close(y, 1)) found.push('scale');
  if (!close(angle, 0)) found.push('rotate');
  if (shift[0] !== 0 || shift[1] !== 0) found.push('shift');
  return found;
}

/** How far it has come where so many stages are over, with parts; all of them are the whole. */
export function partway(whole: Affine, stages: readonly StageName[], over: number): Affine {
  if (over >= stages.length) return whole;
  const share = (name: StageName): number => {
    const at = stages.indexOf(name);
    return at < 0 ? 1 : eased(Math.min(1, Math.max(0, over - at)));
  };
  const { angle, x, y, shear } = decompose(whole.matrix);
  const scale = share('scale');
  return {
    matrix: compose({
      angle: angle * share('rotate'),
      x: 1 + (x - 1) * scale,
      y: 1 + (y - 1) * scale,
      shear: shear * share('shear'),
    }),
    shift: [whole.shift[0] * share('shift'), whole.shift[1] * share('shift')],
  };
}

/** Begins and ends slowly. */
export function eased(share: number): number {
  return share * share * (3 - 2 * share);
}
