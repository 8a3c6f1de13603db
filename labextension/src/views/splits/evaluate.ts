/** The scores of all models of a protocol; the same in Python. */

import type { Samples } from './data';
import type { SplitsValues } from './fields';
import { predict } from './learner';
import { type Split, splitsOf } from './plan';

export interface Measured {
  readonly splits: readonly Split[];
  /** The accuracy of each model, or the mean absolute error of a regression. */
  readonly scores: readonly number[];
  /** The validation samples of each model that were wrong; none in a regression. */
  readonly wrong: readonly ReadonlySet<number>[];
  readonly mean: number;
  /** The standard deviation, divided by n. */
  readonly spread: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Trains and validates one model after another, so that a page can be drawn in between. */
export class Measuring {
  private readonly splits: readonly Split[];
  private readonly wrong: Set<number>[] = [];
  private readonly scores: number[] = [];
  /** About how many numbers are compared in all. */
  readonly work: number;

  constructor(
    private readonly samples: Samples,
    private readonly values: SplitsValues,
    private readonly careless: boolean,
    seed: number,
  ) {
    this.splits = splitsOf(samples, values, careless, seed);
    const { train, validation } = this.splits.at(-1)!;
    this.work = this.splits.length * train.length * validation.length * samples.columns;
  }

  /** The next model; returns what is found once it was the last one. */
  step(): Measured | null {
    const { samples, splits, scores, wrong } = this;
    const { trap, neighbors } = this.values;
    const leaks = this.careless && (trap === 'scaling' || trap === 'selection');
    const split = splits[scores.length]!;
    const statistics = leaks ? Array.from(samples.y, (_, i) => i) : split.train;
    const predicted = predict(samples, split, { neighbors, statistics, select: trap === 'selection' });
    const { validation } = split;
    const off = validation.filter((sample, i) => samples.classes > 0 && predicted[i] !== samples.y[sample]);
    wrong.push(new Set(off));
    scores.push(
      samples.classes
        ? 1 - off.length / validation.length
        : mean(validation.map((sample, i) => Math.abs(predicted[i]! - samples.y[sample]!))),
    );
    if (scores.length < splits.length) return null;
    return { splits, scores, wrong, mean: mean(scores), spread: spread(scores) };
  }
}

/** Trains and validates all models. */
export function measure(samples: Samples, values: SplitsValues, careless: boolean, seed: number): Measured {
  const measuring = new Measuring(samples, values, careless, seed);
  let found: Measured | null = null;
  while (!found) found = measuring.step();
  return found;
}

/** The score of an answer that looks at nothing: the most frequent class, or the median. */
export function baseline({ y, classes }: Samples): number {
  if (classes) {
    const counts = new Array<number>(classes).fill(0);
    for (const label of y) counts[label]! += 1;
    return Math.max(...counts) / y.length;
  }
  const ordered = [...y].sort((a, b) => a - b);
  const half = ordered.length / 2;
  const median = (ordered[Math.ceil(half) - 1]! + ordered[Math.floor(half)]!) / 2;
  return mean(Array.from(y, (value) => Math.abs(value - median)));
}
