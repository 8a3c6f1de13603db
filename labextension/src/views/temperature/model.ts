import { identity } from '../../core/model';
import { ConceptModel } from '../../shared/concept/model';
import { softmax } from '../../shared/concept/softmax';
import { FIELDS, MOST_THROWS } from './fields';
import { choose, dice, distribution } from './sampling';
import { wordOf } from './texts';

/** Logits, what is drawn from them, and what the dice have drawn. */
export class TemperatureModel extends ConceptModel<typeof FIELDS> {
  private dice: { seed: number; numbers: readonly number[] } = { seed: -1, numbers: [] };
  private last: { key: string; p: number[]; drawn: number[] } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Temperature'), names: [], names_note: '' };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'temperature';
  }

  /** What each logit stands for: the user's names, or the words of the example. */
  get words(): readonly string[] {
    const names = this.texts('names');
    return this.now.logits.map((_, i) => (names.length > 0 ? (names[i] ?? String(i)) : wordOf(i)));
  }

  /** Whether the words are those of the example. */
  get toy(): boolean {
    return this.texts('names').length === 0;
  }

  /** What is drawn from. */
  get probabilities(): readonly number[] {
    return this.computed().p;
  }

  /** What the random numbers draw, one after the other. */
  get drawn(): readonly number[] {
    return this.computed().drawn;
  }

  /** The probabilities before top-k and top-p. */
  get heated(): number[] {
    return softmax(this.now.logits, this.now.temperature);
  }

  /** The random numbers. */
  get numbers(): readonly number[] {
    const { seed } = this.now;
    if (this.dice.seed !== seed) this.dice = { seed, numbers: dice(MOST_THROWS, seed) };
    return this.dice.numbers;
  }

  private computed(): { p: number[]; drawn: number[] } {
    const { logits, temperature, top_k, top_p, seed } = this.now;
    const key = JSON.stringify([logits, temperature, top_k, top_p, seed]);
    if (this.last?.key !== key) {
      const p = distribution(logits, temperature, top_k, top_p);
      this.last = { key, p, drawn: this.numbers.map((u) => choose(p, u)) };
    }
    return this.last;
  }
}
