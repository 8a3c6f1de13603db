/** What the network gets of a point. */

import type { FeatureName } from './fields';

export const FEATURE: Readonly<
  Record<FeatureName, { sign: string; of: (x1: number, x2: number) => number }>
> = {
  x1: { sign: 'x₁', of: (x1) => x1 },
  x2: { sign: 'x₂', of: (_, x2) => x2 },
  x1_squared: { sign: 'x₁²', of: (x1) => x1 * x1 },
  x2_squared: { sign: 'x₂²', of: (_, x2) => x2 * x2 },
  x1_x2: { sign: 'x₁x₂', of: (x1, x2) => x1 * x2 },
  sin_x1: { sign: 'sin πx₁', of: (x1) => Math.sin(Math.PI * x1) },
  sin_x2: { sign: 'sin πx₂', of: (_, x2) => Math.sin(Math.PI * x2) },
};

/** The features of points, feature by feature. */
export function featuresOf(
  names: readonly FeatureName[],
  x1: ArrayLike<number>,
  x2: ArrayLike<number>,
): Float64Array[] {
  return names.map((name) =>
    Float64Array.from({ length: x1.length }, (_, i) => FEATURE[name].of(x1[i]!, x2[i]!)),
  );
}
