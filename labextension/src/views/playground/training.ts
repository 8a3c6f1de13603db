/** A network that learns, epoch by epoch. */

import { batches } from '../../shared/concept/batches';
import type { FeatureName } from './fields';
import { featuresOf } from './features';
import {
  type ActivationName,
  crossEntropy,
  type Knobs,
  Network,
  Optimizer,
} from '../../shared/concept/dense-network';
import type { Points } from '../../shared/concept/points';

/** Longer histories are thinned. */
const MOST_HISTORY = 1000;

export interface Score {
  /** Mean cross-entropy; NaN without points. */
  loss: number;
  /** Share of points on the right side; NaN without points. */
  accuracy: number;
}

export interface Moment {
  readonly epoch: number;
  readonly training: number;
  readonly test: number;
}

/** The samples of each step of an epoch: the same in Python. */
export function epochBatches(samples: number, size: number, epoch: number, seed: number): number[][] {
  return samples === 0 ? [] : batches(samples, size, Math.ceil(samples / size), seed * 100_003 + epoch);
}

export class Training {
  network!: Network;
  epoch = 0;
  history: Moment[] = [];
  /** Grows with each change of the weights. */
  version = 0;
  /** Whether the weights are those that were trained elsewhere. */
  taken = false;
  private optimizer!: Optimizer;
  private points!: Points;
  private rows: number[][] = [];
  private scored: { version: number; training: Score; test: Score } | null = null;

  /** Begins anew with these weights. */
  restart(sizes: readonly number[], activation: ActivationName, weights: ArrayLike<number>): void {
    this.network = new Network(sizes, activation, weights);
    this.optimizer = new Optimizer(this.network);
    this.epoch = 0;
    this.taken = false;
    this.history = [];
    this.changed();
    this.note();
  }

  /** The points that it learns from now on. */
  use(points: Points, features: readonly FeatureName[]): void {
    const columns = featuresOf(features, points.x1, points.x2);
    this.points = points;
    this.rows = Array.from(points.x1, (_, i) => columns.map((column) => column[i]!));
    this.changed();
  }

  /** One epoch. */
  advance(knobs: Knobs & { batch_size: number; seed: number }): void {
    const { points, rows, epoch } = this;
    for (const batch of epochBatches(points.training, knobs.batch_size, epoch, knobs.seed)) {
      this.optimizer.train(rows, points.y, batch, knobs);
    }
    this.epoch += 1;
    this.taken = false;
    this.changed();
    this.note();
  }

  /** Takes over weights that were trained elsewhere. */
  take(weights: ArrayLike<number>, epoch: number): void {
    this.network = new Network(this.network.sizes, this.network.activation, weights);
    this.optimizer = new Optimizer(this.network);
    if (epoch < this.epoch) this.history = [];
    this.epoch = epoch;
    this.taken = true;
    this.changed();
    this.note();
  }

  /** Loss and accuracy of the points for training, and of those for testing. */
  get scores(): { training: Score; test: Score } {
    if (this.scored?.version !== this.version) {
      const { training, y } = this.points;
      this.scored = {
        version: this.version,
        training: this.score(0, training),
        test: this.score(training, y.length),
      };
    }
    return this.scored;
  }

  /** The values of all units for a point of the data; they are overwritten. */
  private score(from: number, to: number): Score {
    let [loss, right] = [0, 0];
    for (let i = from; i < to; i += 1) {
      const logit = this.network.forward(this.rows[i]!).at(-1)![0]!;
      const label = this.points.y[i]!;
      loss += crossEntropy(logit, label);
      if (logit > 0 === (label === 1)) right += 1;
    }
    return { loss: loss / (to - from), accuracy: right / (to - from) };
  }

  private changed(): void {
    this.version += 1;
  }

  private note(): void {
    const { training, test } = this.scores;
    this.history.push({ epoch: this.epoch, training: training.loss, test: test.loss });
    if (this.history.length > MOST_HISTORY) this.history = this.history.filter((_, i) => i % 2 === 0);
  }
}
