import { Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import type { OwnStep } from './lesson';
import { type Fields, readState, type Values, writeState } from './state';

/** A concept widget: all that it shows follows from its state. */
export abstract class ConceptModel<F extends Fields = Fields> extends Model {
  /** What the state consists of. */
  abstract fields(): F;
  /** The name in `dl.concepts`, and in links. */
  abstract concept(): string;
  /** What the state says, with defaults for all else. */
  now!: Values<F>;
  /** The state that the page has set last; any other comes from Python. */
  shown: string | null = null;
  /** What of the state can't be used. */
  problems!: string[];

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), state: '', hide: [], lesson: [], explained: false };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['state'], () => {
      const { values, problems } = readState(this.text('state'), this.fields());
      this.now = values;
      this.problems = problems;
    });
  }

  /** Changes values of the state: the user did something. */
  change(values: Partial<Values<F>>): void {
    this.show(writeState({ ...this.now, ...values }, this.fields()));
  }

  /** Shows another state, and tells Python. */
  show(state: string): void {
    this.shown = state;
    if (state !== this.text('state')) this.put('state', state);
  }

  override kept(): string {
    return this.text('state');
  }

  /** The parts that aren't shown. */
  get hidden(): ReadonlySet<string> {
    return new Set(this.texts('hide'));
  }

  /** The steps of the lesson: names of the widget's own, and those of a teacher. */
  get lesson(): (string | OwnStep)[] {
    return this.list('lesson').filter(
      (step): step is string | OwnStep =>
        typeof step === 'string' || (isRecord(step) && step.text !== undefined),
    );
  }

  /** What is shown in words, for the notebook without its kernel. */
  said = '';

  override figures(): string[] {
    return this.said ? [this.said] : [];
  }
}
