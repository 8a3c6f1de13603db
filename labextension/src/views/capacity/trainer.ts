/** A network that is trained on points, epoch by epoch, with dropout and early stopping as in Keras. */

import { random } from '../../shared/concept/batches';
import {
  type Dropping,
  initialWeights,
  type Knobs,
  Network,
  Optimizer,
} from '../../shared/concept/dense-network';
import type { CapacityValues } from './fields';
import type { Points } from './points';

export const LEARNING_RATE = 0.02;

/** The mean squared error of some points; NaN without points. */
export function meanSquared(
  x: readonly number[],
  y: readonly number[],
  predict: (x: number) => number,
): number {
  return x.reduce((sum, at, i) => sum + (predict(at) - y[i]!) ** 2, 0) / x.length;
}

export class Trainer {
  readonly training: number[] = [];
  readonly validation: number[] = [];
  /** The epoch that the weights are of, as far as it is known: the last or the best one. */
  best = 0;
  /** Whether early stopping has ended it. */
  stopped = false;
  private readonly network: Network;
  private readonly optimizer: Optimizer;
  private readonly knobs: Knobs;
  private readonly dropping: Dropping | null;
  private readonly batch: readonly number[];
  private readonly rows: readonly (readonly number[])[];
  private kept: number[];
  private restored: Network | null = null;

  constructor(
    private readonly points: Points,
    private readonly values: CapacityValues,
    units: number,
  ) {
    const { seed, penalty, strength, dropout } = values;
    const sizes = [1, units, units, 1];
    this.kept = initialWeights(sizes, seed);
    this.network = new Network(sizes, 'tanh', this.kept, 'mse');
    this.optimizer = new Optimizer(this.network);
    this.knobs = { optimizer: 'adam', learning_rate: LEARNING_RATE, regularization: penalty, strength };
    this.dropping = dropout > 0 ? { rate: dropout, next: random(seed + 3000) } : null;
    this.rows = points.x.map((x) => [x]);
    this.batch = points.x.map((_, i) => i);
  }

  get epoch(): number {
    return this.training.length;
  }

  get done(): boolean {
    return this.stopped || this.epoch >= this.values.epochs;
  }

  /** One epoch: a step with all points. */
  advance(): void {
    if (this.done) return;
    const { points, network, values } = this;
    this.optimizer.train(this.rows, points.y, this.batch, this.knobs, this.dropping);
    const predict = (x: number): number => network.forward([x]).at(-1)![0]!;
    this.training.push(meanSquared(points.x, points.y, predict));
    const error = meanSquared(points.vx, points.vy, predict);
    const lowest = this.best > 0 ? this.validation[this.best - 1]! : Infinity;
    this.validation.push(error);
    if (!values.stopping) {
      this.best = this.epoch;
    } else if (error < lowest) {
      this.best = this.epoch;
      this.kept = network.flat();
    } else if (this.epoch - this.best >= values.patience) {
      this.stopped = true;
    }
    // The weights of the best epoch are restored, however training ends.
    const done = this.stopped || this.epoch >= values.epochs;
    if (done && values.stopping) this.restored = new Network(network.sizes, 'tanh', this.kept, 'mse');
  }

  predict(x: number): number {
    return (this.restored ?? this.network).forward([x]).at(-1)![0]!;
  }

  weights(): number[] {
    return (this.restored ?? this.network).layers.flatMap(({ kernel }) => [...kernel]);
  }

  /** The errors of the weights in use. */
  get errors(): readonly [number, number] {
    const at = (this.restored ? this.best : this.epoch) - 1;
    if (at >= 0) return [this.training[at]!, this.validation[at]!];
    const { x, y, vx, vy } = this.points;
    const predict = (place: number): number => this.predict(place);
    return [meanSquared(x, y, predict), meanSquared(vx, vy, predict)];
  }
}
