/** Numbers as they are written in the widget. */

import { plain } from '../../shared/concept/state';

/** A value in at most three significant figures, such as −0.12, 3 or 1250; one less where there is little room. */
export function short(value: number, decimals = 2): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : Math.min(decimals, size >= 10 ? 1 : 2);
  return plain(value, digits).replace('-', '−');
}

/** A sum of products with all its terms, such as `0.2·1 + 0·(−2)`. */
export function sumOfProducts(
  values: readonly (readonly number[])[],
  weights: readonly (readonly number[])[],
): string {
  return values
    .flatMap((row, y) =>
      row.map((value, x) => {
        const weight = short(weights[y]![x]!);
        return `${short(value)}·${weight.startsWith('−') ? `(${weight})` : weight}`;
      }),
    )
    .join(' + ');
}
