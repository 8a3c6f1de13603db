/** Polynomials with the lowest loss, in an orthogonal basis; the same in Python. */

import type { PenaltyName } from '../../shared/concept/dense-network';
import { lasso } from './lasso';
import { svd } from './svd';

/** What is so small beside the largest singular value is nothing. */
const CUT = 1e-12;

/** Legendre polynomials of degree 1 to `degree` at a place, of mean square 1 over −1 to 1. */
export function basis(x: number, degree: number): number[] {
  const found: number[] = [];
  let [before, now] = [1, x];
  for (let k = 1; k <= degree; k += 1) {
    found.push(now * Math.sqrt(2 * k + 1));
    [before, now] = [now, ((2 * k + 1) * x * now - k * before) / (k + 1)];
  }
  return found;
}

/** The value at a place. */
export function valueAt(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0]!;
  basis(x, coefficients.length - 1).forEach((value, k) => (sum += coefficients[k + 1]! * value));
  return sum;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The coefficients with the lowest loss, the constant first, which has no penalty.
 *
 * The loss is the mean squared error plus `strength` times the sum of their squares or absolute values. Where several
 * have it, those with the smallest sum of squares count.
 */
export function fit(
  x: readonly number[],
  y: readonly number[],
  degree: number,
  penalty: PenaltyName,
  strength: number,
): number[] {
  const rows = x.map((at) => basis(at, degree));
  const means = Array.from({ length: degree }, (_, k) => average(rows.map((row) => row[k]!)));
  const middle = average(y);
  const columns = means.map((mean, k) => Float64Array.from(rows, (row) => row[k]! - mean));
  const off = Float64Array.from(y, (value) => value - middle);
  const found =
    penalty === 'l1'
      ? lasso(columns, off, strength)
      : squares(columns, off, penalty === 'l2' ? x.length * strength : 0);
  return [middle - means.reduce((sum, mean, k) => sum + mean * found[k]!, 0), ...found];
}

function squares(columns: Float64Array[], y: Float64Array, weight: number): number[] {
  const { left, sizes, right } = svd(columns);
  const most = Math.max(0, ...sizes);
  const found = new Array<number>(columns.length).fill(0);
  sizes.forEach((size, i) => {
    if (size <= CUT * most) return;
    let along = 0;
    left[i]!.forEach((value, row) => (along += value * y[row]!));
    const factor = (size / (size * size + weight)) * along;
    right[i]!.forEach((value, k) => (found[k]! += factor * value));
  });
  return found;
}
