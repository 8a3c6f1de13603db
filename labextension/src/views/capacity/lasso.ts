/** Coefficients with the lowest squared error and L1 penalty; the same in Python. */

/** So small a share of all is added that it only matters where columns depend on each other. */
const RIDGE = 1e-13;
const STEPS = 500;
const CLOSE = 1e-11;

function mean(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum / a.length;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The sum of columns, each so many times. */
function mixed(columns: readonly Float64Array[], times: readonly number[], rows: number): Float64Array {
  const sum = new Float64Array(rows);
  columns.forEach((column, k) => {
    if (times[k] !== 0) for (let i = 0; i < rows; i += 1) sum[i]! += times[k]! * column[i]!;
  });
  return sum;
}

/**
 * The coefficients of centered columns, with the signs of some of them given until no other sign is better.
 *
 * One coefficient after the other would need millions of rounds where the penalty is small.
 */
export function lasso(columns: readonly Float64Array[], y: Float64Array, strength: number): number[] {
  const half = strength / 2;
  const products = columns.map((one) => columns.map((other) => mean(one, other)));
  const ridge =
    RIDGE *
    Math.max(
      1e-300,
      products.reduce((sum, row, k) => sum + row[k]!, 0),
    );
  products.forEach((row, k) => (row[k]! += ridge));
  const close = CLOSE * Math.max(1, largest(columns.map((column) => mean(column, y))));
  const found = columns.map(() => 0);
  let signs = columns.map(() => 0);
  for (let turn = 0; turn < (columns.length > 0 ? STEPS : 0); turn += 1) {
    const fitted = mixed(columns, found, y.length);
    const rest = y.map((value, i) => value - fitted[i]!);
    const pull = columns.map((column) => mean(column, rest));
    if (largest(pull.map((one, k) => (signs[k] === 0 ? 0 : one - half * signs[k]!))) <= close) {
      const outside = pull.map((one, k) => (signs[k] === 0 ? Math.abs(one) : 0));
      const most = Math.max(...outside);
      if (most <= half + close) break;
      const next = outside.indexOf(most);
      signs[next] = Math.sign(pull[next]!);
    }
    const at = signs.flatMap((sign, k) => (sign === 0 ? [] : [k]));
    const step = solved(
      at.map((k) => at.map((l) => products[k]![l]!)),
      at.map((k) => pull[k]! - half * signs[k]!),
    );
    const start = at.map((k) => found[k]!);
    const moved = mixed(
      at.map((k) => columns[k]!),
      step,
      y.length,
    );
    along(rest, moved, start, step, strength).forEach((value, i) => (found[at[i]!] = value));
    signs = found.map(Math.sign);
  }
  return found;
}

/** Goes along a step to where the loss is lowest: its end, or where a coefficient becomes 0. */
function along(
  rest: Float64Array,
  moved: Float64Array,
  start: readonly number[],
  step: readonly number[],
  strength: number,
): number[] {
  const turns = start.map((value, k) => (value * step[k]! < 0 ? -value / step[k]! : 2));
  const loss = (share: number): number => {
    let squares = 0;
    for (let i = 0; i < rest.length; i += 1) squares += (rest[i]! - share * moved[i]!) ** 2;
    const size = start.reduce((sum, value, k) => sum + Math.abs(value + share * step[k]!), 0);
    return squares / rest.length + strength * size;
  };
  let [best, lowest] = [1, loss(1)];
  for (const share of turns) {
    const there = share < 1 ? loss(share) : Infinity;
    if (there < lowest) [best, lowest] = [share, there];
  }
  return start.map((value, k) => (turns[k] === best ? 0 : value + best * step[k]!));
}

/** The solution of equations with a symmetric positive matrix, which is used up. */
function solved(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let k = 0; k < size; k += 1) {
    for (let i = k + 1; i < size; i += 1) {
      const factor = matrix[i]![k]! / matrix[k]![k]!;
      for (let j = k; j < size; j += 1) matrix[i]![j]! -= factor * matrix[k]![j]!;
      right[i]! -= factor * right[k]!;
    }
  }
  for (let k = size - 1; k >= 0; k -= 1) {
    for (let j = k + 1; j < size; j += 1) right[k]! -= matrix[k]![j]! * right[j]!;
    right[k]! /= matrix[k]![k]!;
  }
  return right;
}
