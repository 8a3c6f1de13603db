import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import { readFloats, savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { minutesOff, TEST_TIMES } from './face';
import { ANSWERS, type Answer, FIELDS, type Representation, REPRESENTATIONS } from './fields';

/** The user's model answers each half minute. */
const PER_MINUTE = 2;

/** What the user's model reads. */
export interface Own {
  representation: Representation;
  answer: Answer;
  /** The times that it reads, by half minutes. */
  times: Float32Array;
  /** The mean error on the test clocks, in minutes. */
  error: number;
}

function savedOwn(value: unknown): unknown {
  return isRecord(value) ? savedFloats(value) : {};
}

/** A clock, and the settings of the networks that read it. */
export class ClockModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, own: { serialize: savedOwn } };

  own!: Own | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Clock'), own: {} };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['own'], () => {
      this.own = this.readable(() => this.readOwn(this.get('own')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'clock';
  }

  /** What the user's model reads at a time. */
  ownTime({ times }: Own, time: number): number {
    return times[Math.round(time * PER_MINUTE) % times.length]!;
  }

  private readOwn(value: unknown): Own | null {
    const times = readFloats(value);
    if (!times || !isRecord(value)) return null;
    const representation = REPRESENTATIONS.find((one) => one === value.representation);
    const answer = ANSWERS.find((one) => one === value.answer);
    if (!representation || !answer) return null;
    const own = { representation, answer, times, error: 0 };
    const sum = TEST_TIMES.reduce((all, time) => all + minutesOff(this.ownTime(own, time), time), 0);
    return { ...own, error: sum / TEST_TIMES.length };
  }
}
