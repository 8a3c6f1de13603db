import type { Dense } from '../../shared/concept/dense';
import type { Picture } from '../../shared/concept/grid';
import {
  along,
  attacked,
  direction,
  type Goal,
  largest,
  margin,
  moved,
  noise,
  probabilities,
  smallest,
  succeeded,
} from './attack';
import { LEVELS } from './fields';
import type { Attack, Moment } from './moment';

interface Wanted {
  readonly target: number | null;
  readonly steps: number;
  readonly seed: number;
}

/** An attack on a network of the page. */
export function pageAttack(layers: readonly Dense[], picture: Picture, wanted: Wanted): Attack {
  const { data: x, height, width } = picture;
  const { target, steps, seed } = wanted;
  const clean = probabilities(layers, x);
  const label = largest(clean);
  const goal: Goal = { label, target, steps };
  const signs = direction(layers, x, goal);
  const dirt = noise(x.length, seed);
  const imageOf = (epsilon: number): Float64Array =>
    steps === 0 ? moved(x, signs, epsilon) : attacked(layers, x, epsilon, goal);
  const sharesOf = (epsilon: number): number[] => probabilities(layers, imageOf(epsilon));
  const noisyOf = (epsilon: number): number[] => probabilities(layers, moved(x, dirt, epsilon));
  const levels = levelsOf(steps);
  const adversarial = levels.map(sharesOf);
  const flip = smallest(
    sharesOf,
    goal,
    levels,
    adversarial.findIndex((one) => succeeded(one, goal)),
  );
  const flipped = flip === null ? label : largest(sharesOf(flip));
  const rival =
    target !== null && target !== label ? target : rivalOf(sharesOf(flip ?? levels.at(-1)!), label);
  const lean = margin(layers, x, [label, rival], signs, seed);
  let last: Moment | null = null;
  return {
    height,
    width,
    channels: 1,
    x,
    names: clean.map((_, i) => String(i)),
    label,
    rival,
    target,
    levels,
    adversarial,
    random: levels.map(noisyOf),
    flip,
    flipped,
    margin: lean,
    // The one that counts most.
    pixel: placeOf(largest(lean.w.map(Math.abs)), width),
    exact: true,
    signAt: (index) => signs[index]!,
    at: (epsilon) => {
      if (last?.epsilon === epsilon) return last;
      const image = imageOf(epsilon);
      const noisy = moved(x, dirt, epsilon);
      last = {
        epsilon,
        image,
        shares: probabilities(layers, image),
        noisy,
        noisyShares: probabilities(layers, noisy),
        along: along(lean.w, x, image),
        noisyAlong: along(lean.w, x, noisy),
      };
      return last;
    },
  };
}

function placeOf(index: number, width: number): [number, number] {
  return [Math.floor(index / width), index % width];
}

/** The values of ε along the chart; the iterative method, which takes longer, has half of them. */
export function levelsOf(steps: number): readonly number[] {
  return steps === 0 ? LEVELS : LEVELS.filter((_, i) => i % 2 === 0);
}

/** The class that has most beside the label. */
export function rivalOf(shares: readonly number[], label: number): number {
  return largest(shares.map((share, i) => (i === label ? -1 : share)));
}
