import type { Model } from '../../core/model';
import { identity } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { ConceptModel } from '../../shared/concept/model';
import { MAX_SAVED_BYTES } from '../../shared/notebook-state';
import {
  collisionProbability,
  countsOf,
  encode,
  type Encoded,
  hashOf,
  isHashing,
  isPrinted,
  outputOf,
  vocabularyOf,
} from './encode';
import { FIELDS } from './fields';
import { linesOf, type State } from './tokens';

function readWords(value: unknown): string[] | null {
  if (!isRecord(value) || !('words' in value)) return null;
  const { words } = value;
  if (!Array.isArray(words) || words.length < 2 || !words.every((word) => typeof word === 'string')) {
    throw new WireError('own: words must be texts');
  }
  return words;
}

/** A vocabulary as it is saved with a notebook: whole, or not at all where it is large. */
function savedWords(value: unknown): unknown {
  return JSON.stringify(value).length <= MAX_SAVED_BYTES ? value : {};
}

/** Tokens that share a bin, and how probable that is. */
export interface Collisions {
  /** How many different tokens there are. */
  readonly tokens: number;
  /** The tokens of each bin that has any. */
  readonly bins: ReadonlyMap<number, readonly string[]>;
  /** Bins with several tokens. */
  readonly shared: readonly number[];
  readonly probability: number;
}

/** Sentences that become numbers. */
export class TextToVectorsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, own: { serialize: savedWords } };

  /** The vocabulary of the user's layer; null for none. */
  own!: string[] | null;
  /** The state with an encoder that is here. */
  used!: State;
  encoded!: Encoded;
  /** How often each token is in the corpus. */
  counts!: ReadonlyMap<string, number>;
  collisions!: Collisions;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('TextToVectors'), own: {}, own_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['own', 'state'], () => {
      this.own = this.readable(() => readWords(this.get('own')), null);
      // A link to a layer that isn't here: what is typed is encoded as by the default one.
      this.used = this.missing ? { ...this.now, encoder: 'layer' } : this.now;
      this.counts = countsOf(linesOf(this.now.corpus), this.used);
      const learned = this.used.encoder === 'own' ? this.own! : vocabularyOf(this.counts, this.used);
      this.encoded = encode(this.used, learned);
      this.collisions = this.findCollisions();
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'text_to_vectors';
  }

  /** Whether the state asks for a layer of the user's that isn't here. */
  get missing(): boolean {
    return this.now.encoder === 'own' && this.own === null;
  }

  /** Whether a hash function gives the integers. */
  get hashing(): boolean {
    return isHashing(this.used.encoder);
  }

  /** Whether it is the book's code as printed, which takes no settings. */
  get printed(): boolean {
    return isPrinted(this.used.encoder);
  }

  /** Whether the result has places, so that padding counts. */
  get inOrder(): boolean {
    const output = outputOf(this.used);
    return output === 'int' || output === 'one_hot';
  }

  /** Whether a token has no integer of its own. */
  unknown(number: number): boolean {
    if (this.hashing) return false;
    const { encoder } = this.used;
    return number < 0 || (number === 1 && (encoder === 'layer' || encoder === 'own'));
  }

  private findCollisions(): Collisions {
    const bins = new Map<number, string[]>();
    if (!this.hashing) return { tokens: 0, bins, shared: [], probability: 0 };
    const { used } = this;
    const different = new Set([...this.counts.keys(), ...this.encoded.tokens.flat()]);
    for (const token of different) {
      const bin = Number(hashOf(token, used) % BigInt(used.num_bins));
      const there = bins.get(bin);
      if (there) there.push(token);
      else bins.set(bin, [token]);
    }
    const shared = [...bins].filter(([, tokens]) => tokens.length > 1).map(([bin]) => bin);
    return {
      tokens: different.size,
      bins,
      shared,
      probability: collisionProbability(different.size, used.num_bins),
    };
  }
}
