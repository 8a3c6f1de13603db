/** Singular values: columns are turned, two at a time, until all are orthogonal (one-sided Jacobi). */

const SWEEPS = 60;
const CLOSE = 1e-15;

/** @returns unit vectors of the rows' space, their sizes, and unit vectors of the columns' space */
export function svd(columns: readonly Float64Array[]): {
  left: Float64Array[];
  sizes: number[];
  right: Float64Array[];
} {
  const width = columns.length;
  const turned = columns.map((column) => Float64Array.from(column));
  const right = columns.map((_, i) => {
    const one = new Float64Array(width);
    one[i] = 1;
    return one;
  });
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    let still = true;
    for (let i = 0; i < width; i += 1) {
      for (let j = i + 1; j < width; j += 1) {
        if (orthogonalize(turned[i]!, turned[j]!, right[i]!, right[j]!)) still = false;
      }
    }
    if (still) break;
  }
  const sizes = turned.map((column) => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0)));
  const left = turned.map((column, i) => column.map((value) => (sizes[i]! > 0 ? value / sizes[i]! : 0)));
  return { left, sizes, right };
}

/** Turns two columns until they are orthogonal; returns whether they weren't. */
function orthogonalize(a: Float64Array, b: Float64Array, va: Float64Array, vb: Float64Array): boolean {
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
    ab += a[i]! * b[i]!;
  }
  if (Math.abs(ab) <= CLOSE * Math.sqrt(aa * bb) || ab === 0) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (const [one, other] of [
    [a, b],
    [va, vb],
  ] as const) {
    for (let i = 0; i < one.length; i += 1) {
      const [first, second] = [one[i]!, other[i]!];
      one[i] = cosine * first - sine * second;
      other[i] = sine * first + cosine * second;
    }
  }
  return true;
}
