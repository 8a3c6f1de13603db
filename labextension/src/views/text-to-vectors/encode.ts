/** From tokens to numbers: `dlwidgets/concepts/_text_to_vectors.py` has the same. */

import { kerasHash, pythonHash } from './hashes';
import { compareTexts, linesOf, type State, tokensOf } from './tokens';

export const UNKNOWN = '[UNK]';
const BOOK_LENGTHS = { words: 10, characters: 50 };
/** Of Python's `string.printable`. */
const BOOK_CHARACTERS = 100;

/** Whether an encoder is the book's code as printed. */
export function isPrinted(encoder: State['encoder']): boolean {
  return encoder === 'listing' || encoder === 'hash';
}

export function isHashing(encoder: State['encoder']): boolean {
  return encoder === 'hashing' || encoder === 'hash';
}

/** What an encoder gives out: the book's one-hot code knows nothing else. */
export function outputOf({ encoder, output }: State): State['output'] {
  return encoder === 'listing' ? 'one_hot' : output;
}

/** How often each token is in some texts. */
export function countsOf(texts: readonly string[], state: State): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const token of tokensOf(text, state)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

/** What each integer stands for, as Keras or the book would learn it. */
export function vocabularyOf(counts: ReadonlyMap<string, number>, state: State): string[] {
  const { encoder, max_tokens, output } = state;
  if (encoder === 'listing') return ['', ...counts.keys()];
  const byCount = (a: string, b: string): number => counts.get(b)! - counts.get(a)!;
  const found =
    encoder === 'tokenizer'
      ? ['', ...[...counts.keys()].sort(byCount)]
      : // Among equally frequent ones, from z to a.
        ['', UNKNOWN, ...[...counts.keys()].sort((a, b) => byCount(a, b) || compareTexts(b, a))];
  if (max_tokens === 0) return found;
  // Where there is no column for padding, it takes no place of the vocabulary either.
  const free = encoder === 'layer' && (output === 'multi_hot' || output === 'count') ? 1 : 0;
  return found.slice(0, Math.max(2, max_tokens + free));
}

const hashes = new Map<string, bigint>();
const MOST_KEPT = 5000;

/** The hash of a token, before it is taken modulo the number of bins. */
export function hashOf(token: string, { encoder, seed }: State): bigint {
  const key = encoder === 'hash' ? `${seed} ${token}` : `k ${token}`;
  let found = hashes.get(key);
  if (found === undefined) {
    const value = encoder === 'hash' ? pythonHash(token, seed) : kerasHash(token);
    found = value < 0n ? -value : value;
    if (hashes.size > MOST_KEPT) hashes.clear();
    hashes.set(key, found);
  }
  return found;
}

/** Texts as numbers. */
export interface Encoded {
  readonly tokens: readonly (readonly string[])[];
  /** The integer of each token; −1 for one that gets none. */
  readonly numbers: readonly (readonly number[])[];
  /** What each integer stands for; empty for hashing. */
  readonly vocabulary: readonly string[];
  /** How many integers there are. */
  readonly width: number;
  /** The integers, padded and truncated. */
  readonly sequences: readonly (readonly number[])[];
  /** For each place of a sequence, which token is there; −1 for padding. */
  readonly origins: readonly (readonly number[])[];
  /** How long each sequence is. */
  readonly length: number;
}

/** @param learned the vocabulary, but for hashing */
export function encode(state: State, learned: readonly string[]): Encoded {
  const { encoder, num_bins } = state;
  const tokens = linesOf(state.text).map((text) => tokensOf(text, state));
  let width = learned.length;
  let numbers: number[][];
  if (isHashing(encoder)) {
    width = num_bins;
    numbers = tokens.map((row) => row.map((token) => Number(hashOf(token, state) % BigInt(num_bins))));
  } else {
    const index = new Map(learned.map((token, i) => [token, i]));
    index.delete(learned[0]!);
    const missing = encoder === 'tokenizer' || encoder === 'listing' ? -1 : 1;
    numbers = tokens.map((row) => row.map((token) => index.get(token) ?? missing));
    if (encoder === 'listing' && state.split === 'characters') {
      // As printed, the dictionary leads from numbers to characters: none is found in it.
      width = BOOK_CHARACTERS + 1;
      numbers = numbers.map((row) => row.map(() => -1));
    }
  }
  // What the Tokenizer doesn't know it leaves out, without a word.
  const kept = numbers.map((row) => {
    const places = row.map((_, i) => i);
    return encoder === 'tokenizer' ? places.filter((i) => row[i]! >= 0) : places;
  });
  const length = lengthOf(kept, state);
  const origins = kept.map((places) => padded(places, length, state));
  const sequences = origins.map((row, i) => row.map((place) => (place < 0 ? 0 : numbers[i]![place]!)));
  return {
    tokens,
    numbers,
    vocabulary: isHashing(encoder) ? [] : learned,
    width,
    sequences,
    origins,
    length,
  };
}

function lengthOf(rows: readonly (readonly number[])[], { length, encoder, split }: State): number {
  if (length > 0) return length;
  return isPrinted(encoder) ? BOOK_LENGTHS[split] : Math.max(...rows.map((row) => row.length));
}

/** The places of a text in a sequence of a given length; −1 for padding. */
function padded(row: readonly number[], length: number, { encoder, padding, truncating }: State): number[] {
  const book = isPrinted(encoder);
  const kept =
    truncating === 'pre' && !book ? row.slice(Math.max(0, row.length - length)) : row.slice(0, length);
  const zeros = new Array<number>(length - kept.length).fill(-1);
  return padding === 'pre' && !book ? [...zeros, ...kept] : [...kept, ...zeros];
}

/** One-hot rows of one text: which column of each place is 1, or `all` of them, or none. */
export function oneHot(encoded: Encoded, row: number, encoder: State['encoder']): (number | 'all' | null)[] {
  return encoded.origins[row]!.map((place, i) => {
    if (place < 0) return isPrinted(encoder) ? null : 0;
    const number = encoded.sequences[row]![i]!;
    // `results[i, j, None] = 1.` sets the whole row.
    return number < 0 ? 'all' : number;
  });
}

/** How many columns a vector of a whole text has, and the first integer that it has. */
export function bagColumns(
  { width }: Encoded,
  encoder: State['encoder'],
): { first: number; columns: number } {
  // TextVectorization has no column for padding there.
  const first = encoder === 'layer' || encoder === 'own' ? 1 : 0;
  return { first, columns: width - first };
}

/** How often each integer is in a text, or whether it is. */
export function bag(encoded: Encoded, row: number, { encoder, output }: State): number[] {
  const { first, columns } = bagColumns(encoded, encoder);
  const counts = new Array<number>(columns).fill(0);
  for (const number of encoded.numbers[row]!) {
    if (number >= first) counts[number - first] = output === 'count' ? counts[number - first]! + 1 : 1;
  }
  return counts;
}

/** How probable it is that at least two of so many tokens share a bin. */
export function collisionProbability(tokens: number, bins: number): number {
  if (tokens > bins) return 1;
  let none = 1;
  for (let i = 0; i < tokens; i += 1) none *= 1 - i / bins;
  return 1 - none;
}
