/** Three networks that learn to read a clock, for one number of samples after the other. */

import { batches } from '../../shared/concept/batches';
import { initialWeights, type Knobs, Network, Optimizer } from '../../shared/concept/dense-network';
import { inputsOf, minutesOff, read, sampleTimes, targetsOf, TEST_TIMES } from './face';
import { type Answer, type Representation, REPRESENTATIONS, SIZES } from './fields';

/** Steps of training, each with a batch. */
export const STEPS = 1500;
const BATCH = 16;
/** Steps in one go with 16 units: so many fit into a frame. */
const CHUNK = 30;
const KNOBS: Knobs = { optimizer: 'adam', learning_rate: 0.01, regularization: 'none', strength: 0 };

export interface Setting {
  answer: Answer;
  units: number;
  seed: number;
}

export type Each<T> = Record<Representation, T>;

export function each<T>(of: (representation: Representation) => T): Each<T> {
  return { pixels: of('pixels'), coordinates: of('coordinates'), angles: of('angles') };
}

/** A network and what it learns from. */
class Pupil {
  readonly network: Network;
  private readonly optimizer: Optimizer;

  constructor(
    private readonly inputs: readonly ArrayLike<number>[],
    private readonly targets: readonly number[][],
    { units, seed }: Setting,
  ) {
    const sizes = [inputs[0]!.length, units, targets[0]!.length];
    this.network = new Network(sizes, 'tanh', initialWeights(sizes, seed), 'mse');
    this.optimizer = new Optimizer(this.network);
  }

  learn(batch: readonly number[]): void {
    this.optimizer.train(this.inputs, this.targets, batch, KNOBS);
  }

  answer(inputs: ArrayLike<number>): Float64Array {
    return this.network.forward(inputs).at(-1)!;
  }
}

/** The networks of one number of samples. */
export class Class {
  step = 0;
  /** The mean error on the test clocks, in minutes. */
  errors!: Each<number>;
  private readonly pupils: Each<Pupil>;
  private readonly plan: number[][];

  constructor(
    readonly samples: number,
    private readonly setting: Setting,
    private readonly tests: Each<readonly ArrayLike<number>[]>,
  ) {
    const times = sampleTimes(setting.seed, samples);
    const targets = times.map((time) => targetsOf(time, setting.answer));
    this.pupils = each(
      (representation) =>
        new Pupil(
          times.map((time) => inputsOf(time, representation)),
          targets,
          setting,
        ),
    );
    this.plan = batches(samples, BATCH, STEPS, setting.seed * 1009 + samples);
    this.test();
  }

  /** What the outputs stand for. */
  get answer(): Answer {
    return this.setting.answer;
  }

  advance(steps: number): void {
    for (const batch of this.plan.slice(this.step, this.step + steps)) {
      for (const representation of REPRESENTATIONS) this.pupils[representation].learn(batch);
      this.step += 1;
    }
    this.test();
  }

  /** The outputs of a network; they are overwritten by the next answer. */
  outputs(representation: Representation, inputs: ArrayLike<number>): Float64Array {
    return this.pupils[representation].answer(inputs);
  }

  private test(): void {
    this.errors = each((representation) => {
      let sum = 0;
      this.tests[representation].forEach((inputs, i) => {
        sum += minutesOff(read(this.outputs(representation, inputs), this.setting.answer), TEST_TIMES[i]!);
      });
      return sum / TEST_TIMES.length;
    });
  }
}

let testInputs: Each<readonly ArrayLike<number>[]> | null = null;

/** One setting with all numbers of samples. */
export class Study {
  readonly classes = new Map<number, Class>();
  /** Grows with each change of the weights. */
  version = 0;
  private readonly left: number[];
  private now: Class;

  /** @param first the number of samples that comes first */
  constructor(
    readonly setting: Setting,
    first: number,
  ) {
    testInputs ??= each((representation) => TEST_TIMES.map((time) => inputsOf(time, representation)));
    this.left = SIZES.filter((size) => size !== first);
    this.now = this.begin(first);
  }

  private begin(samples: number): Class {
    this.now = new Class(samples, this.setting, testInputs!);
    this.classes.set(samples, this.now);
    return this.now;
  }

  /** The networks that learn now. */
  get learning(): Class {
    return this.now;
  }

  get finished(): boolean {
    return this.left.length === 0 && this.now.step >= STEPS;
  }

  /** This number of samples is the next one. */
  prefer(samples: number): void {
    const at = this.left.indexOf(samples);
    if (at > 0) this.left.unshift(...this.left.splice(at, 1));
  }

  /** Goes on for as much as fits into a frame; false at the end. */
  advance(): boolean {
    if (this.now.step >= STEPS) {
      const next = this.left.shift();
      if (next === undefined) return false;
      this.begin(next);
    }
    this.now.advance(Math.max(10, Math.round((CHUNK * 16) / Math.max(16, this.setting.units))));
    this.version += 1;
    return true;
  }
}
