/** The gradient check: each gradient beside the one that differences of the loss give. */

import type { Sample } from './model';
import { difference, gradientAt, type Network, type Pass, type Place, placesOf, type Task } from './network';

export interface Checked {
  readonly place: Place;
  readonly gradient: number;
  readonly difference: number;
  /** The distance of both, as a share of the larger one. */
  readonly share: number;
  readonly agrees: boolean;
}

/** Shares that are smaller come from rounding, and from ε not being 0. */
const CLOSE = 1e-5;
/** So much may be left over where both are almost 0. */
const NOTHING = 1e-9;

export function checked(
  network: Network,
  pass: Pass,
  { x, y }: Sample,
  task: Task,
  epsilon: number,
): Checked[] {
  return network.flatMap((_, layer) =>
    placesOf(network, layer).map((place) => {
      const gradient = gradientAt(pass.gradients, place);
      const other = difference(network, x, y, task, place, epsilon);
      const away = Math.abs(gradient - other);
      const size = Math.max(Math.abs(gradient), Math.abs(other));
      return {
        place,
        gradient,
        difference: other,
        share: size > 0 ? away / size : 0,
        agrees: away <= CLOSE * size + NOTHING,
      };
    }),
  );
}
