/** What happens step by step: to a network, or to batches of the user's own. */

import { batches } from '../../shared/concept/batches';
import type { Points } from '../../shared/concept/points';
import { type State, STEPS } from './fields';
import { type Layer, Network } from './network';
import { moments, moved, normalized } from './normalize';

/** One unit of a batch, with all that normalizes it. */
export interface Unit {
  readonly z: readonly number[];
  readonly y: readonly number[];
  /** What it is normalized with: of the batch, or the moving averages. */
  readonly mean: number;
  readonly variance: number;
  readonly gamma: number;
  readonly beta: number;
  readonly batch: { readonly mean: number; readonly variance: number };
  readonly moving: { readonly mean: number; readonly variance: number };
}

/** The numbers of a place, before the normalization or without one, and after it. */
export interface Column {
  readonly before: Float64Array;
  readonly after: Float64Array;
}

/** Mean and variance of a unit by step: of each batch, and the moving averages. */
export interface Course {
  readonly batch: number[];
  readonly moving: number[];
}

/** Losses of all samples: without, with statistics of batches, with moving averages. */
export interface Losses {
  readonly plain: number;
  readonly training: number;
  readonly inference: number;
}

/** What can be shown of each step. */
export interface Training {
  /** Steps that are done. */
  readonly steps: number;
  readonly layers: number;
  readonly units: number;
  advance(): void;
  losses(step: number): Losses | null;
  columns(step: number, inference: boolean): Column[];
  unit(step: number, layer: number, unit: number, inference: boolean): Unit;
  course(step: number, layer: number, unit: number, what: 'mean' | 'variance'): Course;
  /** Samples of the batch of a step. */
  batch(step: number): number;
}

/** Statistics of a batch by layer. */
type Statistics = readonly { readonly mean: Float64Array; readonly variance: Float64Array }[];

function column(x: Float64Array, units: number, unit: number): number[] {
  return Array.from({ length: x.length / units }, (_, row) => x[row * units + unit]!);
}

/** A network with normalization, and the same without, on the same batches. */
export class NetworkTraining implements Training {
  readonly layers: number;
  readonly units: number;
  private readonly x: Float64Array;
  private readonly labels: Float64Array;
  private readonly order: number[][];
  private readonly plain: Network;
  private readonly normal: Network;
  /** The layers before each step, and after the last one. */
  private readonly snapshots: { plain: readonly Layer[]; normal: readonly Layer[] }[];
  private readonly statistics: Statistics[] = [];
  private readonly judged: Losses[] = [];

  constructor(state: State, points: Points) {
    const count = points.y.length;
    this.layers = state.layers;
    this.units = state.units;
    this.x = Float64Array.from({ length: 2 * count }, (_, i) =>
      i % 2 === 0 ? points.x1[i / 2]! : points.x2[(i - 1) / 2]!,
    );
    this.labels = Float64Array.from(points.y);
    // One more than steps: the next batch is shown too.
    this.order = batches(count, state.batch_size, STEPS + 1, state.seed + 500);
    this.plain = new Network(state, false);
    this.normal = new Network(state, true);
    this.snapshots = [{ plain: this.plain.layers, normal: this.normal.layers }];
    this.judge();
  }

  get steps(): number {
    return this.snapshots.length - 1;
  }

  private judge(): void {
    const { x, labels } = this;
    this.judged.push({
      plain: this.plain.loss(x, labels, true),
      training: this.normal.loss(x, labels, true),
      inference: this.normal.loss(x, labels, false),
    });
  }

  private inputs(step: number): { x: Float64Array; labels: Float64Array } {
    const chosen = this.order[step]!;
    return {
      x: Float64Array.from(chosen.flatMap((i) => [this.x[2 * i]!, this.x[2 * i + 1]!])),
      labels: Float64Array.from(chosen, (i) => this.labels[i]!),
    };
  }

  /** The networks go back to a step. */
  private goTo(step: number): void {
    const { plain, normal } = this.snapshots[Math.min(step, this.steps)]!;
    this.plain.layers = plain;
    this.normal.layers = normal;
  }

  advance(): void {
    if (this.steps >= STEPS) return;
    const { x, labels } = this.inputs(this.steps);
    this.goTo(this.steps);
    this.plain.step(x, labels);
    this.statistics.push(this.normal.step(x, labels));
    this.snapshots.push({ plain: this.plain.layers, normal: this.normal.layers });
    this.judge();
  }

  losses(step: number): Losses {
    return this.judged[Math.min(step, this.steps)]!;
  }

  columns(step: number, inference: boolean): Column[] {
    this.goTo(step);
    const { y } = this.normal.whole(this.x, !inference);
    return this.plain.whole(this.x, true).z.map((before, i) => ({ before, after: y[i]! }));
  }

  unit(step: number, layer: number, unit: number, inference: boolean): Unit {
    this.goTo(step);
    const { x } = this.inputs(step);
    const found = this.normal.forward(x, !inference).hidden[layer]!;
    const own = this.normal.layers[layer]!;
    const batch = moments(found.z, own.units);
    return {
      z: column(found.z, own.units, unit),
      y: column(found.y, own.units, unit),
      mean: found.mean[unit]!,
      variance: found.variance[unit]!,
      gamma: own.gamma[unit]!,
      beta: own.beta[unit]!,
      batch: { mean: batch.mean[unit]!, variance: batch.variance[unit]! },
      moving: { mean: own.movingMean[unit]!, variance: own.movingVariance[unit]! },
    };
  }

  course(step: number, layer: number, unit: number, what: 'mean' | 'variance'): Course {
    const moving = what === 'mean' ? 'movingMean' : 'movingVariance';
    return {
      batch: this.statistics.slice(0, step).map((one) => one[layer]![what][unit]!),
      moving: this.snapshots.slice(0, step + 1).map(({ normal }) => normal[layer]![moving][unit]!),
    };
  }

  batch(step: number): number {
    return this.order[step]!.length;
  }
}

/** Batches of the user's own go through one normalization, whose γ and β are set by hand. */
export class OwnTraining implements Training {
  readonly layers = 1;
  readonly units: number;
  private readonly order: number[][];
  private readonly moving: { mean: Float64Array; variance: Float64Array }[];
  private readonly statistics: { mean: Float64Array; variance: Float64Array }[] = [];

  constructor(
    private readonly state: State,
    private readonly rows: readonly (readonly number[])[],
  ) {
    this.units = rows[0]!.length;
    this.order = batches(rows.length, state.batch_size, STEPS + 1, state.seed + 500);
    this.moving = [{ mean: new Float64Array(this.units), variance: new Float64Array(this.units).fill(1) }];
  }

  get steps(): number {
    return this.moving.length - 1;
  }

  private inputs(step: number): Float64Array {
    return Float64Array.from(this.order[step]!.flatMap((i) => this.rows[i]!));
  }

  private outputs(x: Float64Array, step: number, inference: boolean): Float64Array {
    const { mean, variance } = inference ? this.moving[Math.min(step, this.steps)]! : moments(x, this.units);
    const gamma = new Float64Array(this.units).fill(this.state.gamma);
    const beta = new Float64Array(this.units).fill(this.state.beta);
    return normalized(x, mean, variance, { gamma, beta, epsilon: this.state.epsilon });
  }

  advance(): void {
    if (this.steps >= STEPS) return;
    const found = moments(this.inputs(this.steps), this.units);
    const { momentum } = this.state;
    const before = this.moving[this.steps]!;
    this.statistics.push(found);
    this.moving.push({
      mean: moved(before.mean, found.mean, momentum),
      variance: moved(before.variance, found.variance, momentum),
    });
  }

  losses(): null {
    return null;
  }

  columns(step: number, inference: boolean): Column[] {
    const { units, rows } = this;
    const size = inference ? rows.length : this.state.batch_size;
    const all = Float64Array.from(rows.flat());
    const after = new Float64Array(all.length);
    for (let at = 0; at < rows.length; at += size) {
      const part = all.subarray(at * units, (at + size) * units);
      after.set(this.outputs(part, step, inference), at * units);
    }
    return Array.from({ length: units }, (_, unit) => ({
      before: Float64Array.from(column(all, units, unit)),
      after: Float64Array.from(column(after, units, unit)),
    }));
  }

  unit(step: number, _layer: number, unit: number, inference: boolean): Unit {
    const x = this.inputs(step);
    const batch = moments(x, this.units);
    const moving = this.moving[Math.min(step, this.steps)]!;
    const used = inference ? moving : batch;
    return {
      z: column(x, this.units, unit),
      y: column(this.outputs(x, step, inference), this.units, unit),
      mean: used.mean[unit]!,
      variance: used.variance[unit]!,
      gamma: this.state.gamma,
      beta: this.state.beta,
      batch: { mean: batch.mean[unit]!, variance: batch.variance[unit]! },
      moving: { mean: moving.mean[unit]!, variance: moving.variance[unit]! },
    };
  }

  course(step: number, _layer: number, unit: number, what: 'mean' | 'variance'): Course {
    return {
      batch: this.statistics.slice(0, step).map((one) => one[what][unit]!),
      moving: this.moving.slice(0, step + 1).map((one) => one[what][unit]!),
    };
  }

  batch(step: number): number {
    return this.order[step]!.length;
  }
}
