import { identity } from '../../core/model';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS, PRINTED, VALUES } from './fields';
import { dropped, maskOf, scaleOf, sum } from './masks';

/** As many steps are drawn at most. */
export const MOST_STEPS = 300;

/** What all steps so far have given. */
interface History {
  key: string;
  totals: number[];
  /** The sum of the output in each step. */
  sums: number[];
}

/** Activations, and masks that fall on them. */
export class DropoutModel extends ConceptModel<typeof FIELDS> {
  private history: History = { key: '', totals: [], sums: [] };

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Dropout'), values_note: '' };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'dropout';
  }

  get rows(): readonly (readonly number[])[] {
    const { values } = this.now;
    return typeof values === 'string' ? VALUES[values] : values;
  }

  get activations(): number[] {
    return this.rows.flat();
  }

  get width(): number {
    return this.rows[0]!.length;
  }

  /** Whether the user has drawn a mask. */
  get handmade(): boolean {
    return this.now.mask.length === this.activations.length;
  }

  /** Whether a step has the mask that the book prints. */
  isPrinted(step: number): boolean {
    const { values, rate, seed } = this.now;
    const book = typeof values === 'string' ? PRINTED[values] : undefined;
    return book !== undefined && step === 0 && rate === 0.5 && seed === 0 && !this.handmade;
  }

  /** The mask of a step; at test time nothing is dropped. */
  maskAt(step: number): readonly number[] {
    const { values, rate, seed, phase, mask } = this.now;
    const size = this.activations.length;
    if (phase === 'test') return new Array<number>(size).fill(1);
    if (this.handmade) return mask;
    if (typeof values === 'string' && this.isPrinted(step)) return PRINTED[values]!;
    return maskOf(size, rate, seed, step);
  }

  /** By which number what is kept is multiplied. */
  get scale(): number {
    const { rate, scaling, phase } = this.now;
    return scaleOf(rate, scaling, phase);
  }

  output(step: number): number[] {
    const { scale, activations: values } = this;
    const mask = this.maskAt(step);
    return values.map((value, i) => value * mask[i]! * scale);
  }

  /** What the layer passes on at test time. */
  get tested(): number[] {
    const { rate, scaling } = this.now;
    return this.activations.map((value) => value * scaleOf(rate, scaling, 'test'));
  }

  /** Tells apart what gives other outputs in training. */
  get run(): string {
    const { values, rate, scaling, seed, mask } = this.now;
    return JSON.stringify([values, rate, scaling, seed, mask]);
  }

  /** What the steps up to this one have passed on in training: on average, and the sum of each. */
  past(step: number): { average: number[]; sums: readonly number[] } {
    const { activations: values, now } = this;
    const key = this.run;
    const { history } = this;
    if (history.key !== key || history.sums.length > step + 1) {
      this.history = { key, totals: values.map(() => 0), sums: [] };
    }
    const { totals, sums } = this.history;
    while (sums.length <= step) {
      const at = sums.length;
      const mask = this.handmade
        ? now.mask
        : this.isPrinted(at) && typeof now.values === 'string'
          ? PRINTED[now.values]!
          : maskOf(values.length, now.rate, now.seed, at);
      const out = dropped(values, mask, now.rate, now.scaling);
      out.forEach((value, i) => (totals[i]! += value));
      sums.push(sum(out));
    }
    return { average: totals.map((total) => total / sums.length), sums };
  }
}
