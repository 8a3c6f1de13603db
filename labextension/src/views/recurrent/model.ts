import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { short } from '../../shared/concept/numbers';
import { type Layer, reach, type Rows, run, type Steps } from './cells';
import { FIELDS } from './fields';
import { changed, type Given, type Head, LETTERS, randomLayer, readGiven, trained } from './layers';

/** A recurrent layer and a sequence. */
export class RecurrentModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, given: { serialize: savedFloats } };

  /** The layer of the user's that Python sent; null for none. */
  own!: Given | null;
  private last: { key: string; own: Given | null; layer: Layer; steps: Steps } | null = null;
  private reached: { steps: Steps; at: number; values: number[] } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Recurrent'), given: {} };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['given'], () => {
      this.own = this.readable(() => readGiven(this.get('given')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'recurrent';
  }

  /** Whether the layer of the user's isn't there: a series stands for it. */
  get missing(): boolean {
    return this.now.data === 'own' && !this.own;
  }

  get kind(): 'series' | 'text' | 'own' {
    return this.missing ? 'series' : this.now.data;
  }

  /** The text as the cells read it: small letters and spaces. */
  get letters(): string {
    const signs = Array.from(this.now.text.toLowerCase(), (sign) => (LETTERS.includes(sign) ? sign : ' '));
    return signs.join('') || ' ';
  }

  get inputs(): Rows {
    if (this.kind === 'own') return this.own!.inputs;
    if (this.kind === 'series') return this.now.series.map((value) => [value]);
    return Array.from(this.letters, (sign) =>
      Array.from({ length: LETTERS.length }, (_, i) => Number(LETTERS[i] === sign)),
    );
  }

  /** What each step reads, as people see it. */
  get names(): string[] {
    if (this.kind === 'text') return Array.from(this.letters, (sign) => (sign === ' ' ? '␣' : sign));
    return this.inputs.map((row, t) => (row.length === 1 ? short(row[0]!) : String(t + 1)));
  }

  get length(): number {
    return this.kind === 'text' ? this.letters.length : this.inputs.length;
  }

  /** The last layer of a trained model; null where nothing is predicted. */
  get head(): Head | null {
    const { kind, now } = this;
    return kind === 'own' || now.weights === 'random' ? null : trained(kind, now.cell).head;
  }

  private compute(): { layer: Layer; steps: Steps } {
    const { now, own } = this;
    const key = JSON.stringify({ ...now, at: null, unit: null });
    if (this.last?.key === key && this.last.own === own) return this.last;
    const { kind } = this;
    const first =
      kind === 'own'
        ? own!.layer
        : now.weights === 'random'
          ? randomLayer(kind, now.cell, now.seed)
          : trained(kind, now.cell).layer;
    const layer = changed(first, now.gain, now.forget, this.resetAfter);
    this.last = { key, own, layer, steps: run(layer, this.inputs, this.resetAfter) };
    return this.last;
  }

  get layer(): Layer {
    return this.compute().layer;
  }

  get steps(): Steps {
    return this.compute().steps;
  }

  /** Whether a GRU applies its reset gate after the product; a layer of the user's knows it itself. */
  get resetAfter(): boolean {
    return (this.kind === 'own' ? this.own!.resetAfter : null) ?? this.now.reset_after;
  }

  get unit(): number {
    return Math.min(this.now.unit, this.layer.units - 1);
  }

  /** How far back the state of a step reaches. */
  reach(at: number): number[] {
    const { layer, steps } = this;
    if (this.reached?.steps !== steps || this.reached.at !== at) {
      this.reached = { steps, at, values: reach(layer, steps, at, this.resetAfter) };
    }
    return this.reached.values;
  }

  /** What the last layer makes of a step; empty where there is none. */
  outputs(at: number): number[] {
    const { head } = this;
    if (!head) return [];
    const h = this.steps.values.h![at]!;
    const sums = head.bias.map((bias, j) =>
      h.reduce((sum, value, u) => sum + value * head.kernel[u]![j]!, bias),
    );
    if (sums.length === 1) return [1 / (1 + Math.exp(-sums[0]!))];
    const most = Math.max(...sums);
    const powers = sums.map((sum) => Math.exp(sum - most));
    const all = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / all);
  }

  /** The letter that a step predicts, with its probability; null where none is. */
  predicted(at: number): { sign: string; share: number } | null {
    if (this.kind !== 'text' || !this.head) return null;
    const shares = this.outputs(at);
    const best = shares.indexOf(Math.max(...shares));
    const sign = LETTERS[best]!;
    return { sign: sign === ' ' ? '␣' : sign, share: shares[best]! };
  }
}
