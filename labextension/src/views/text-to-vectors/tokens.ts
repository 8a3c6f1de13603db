/** From texts to tokens: `dlwidgets/concepts/_text_to_vectors.py` has the same. */

import type { Values } from '../../shared/concept/state';
import type { FIELDS } from './fields';

export type State = Values<typeof FIELDS>;

const ASCII_SPACE = /[ \t\n\v\f\r]+/;
/** What Python's `split` takes for a space. */
// eslint-disable-next-line no-control-regex
const PYTHON_SPACE = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** The Tokenizer leaves apostrophes. */
const FILTERED = /[ !"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]+/;

const filled = (parts: string[]): string[] => parts.filter((part) => part !== '');

/** The tokens of one text. */
export function tokensOf(text: string, state: State): string[] {
  const { encoder, standardize, ngrams } = state;
  const words = state.split === 'words';
  if (encoder === 'listing' || encoder === 'hash') {
    return words ? filled(text.split(PYTHON_SPACE)) : Array.from(text);
  }
  if (encoder === 'tokenizer') {
    const lower = text.toLowerCase();
    return words ? filled(lower.split(FILTERED)) : Array.from(lower);
  }
  let plain = text;
  if (standardize === 'lower_and_strip_punctuation' || standardize === 'lower') {
    // As TensorFlow does: only A to Z.
    plain = plain.replace(/[A-Z]/g, (sign) => sign.toLowerCase());
  }
  if (standardize === 'lower_and_strip_punctuation' || standardize === 'strip_punctuation') {
    plain = plain.replace(PUNCTUATION, '');
  }
  const single = words ? filled(plain.split(ASCII_SPACE)) : Array.from(plain);
  const found = [...single];
  for (let size = 2; size <= ngrams; size += 1) {
    for (let i = 0; i + size <= single.length; i += 1) found.push(single.slice(i, i + size).join(' '));
  }
  return found;
}

/** The lines of a text that aren't blank; at least one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^[\s\u001c-\u001f\u0085]*$/.test(line)); // eslint-disable-line no-control-regex
  return lines.length > 0 ? lines : [''];
}

/** Orders texts by the numbers of their signs, as Python does. */
export function compareTexts(a: string, b: string): number {
  const [first, second] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(first.length, second.length); i += 1) {
    const by = first[i]!.codePointAt(0)! - second[i]!.codePointAt(0)!;
    if (by !== 0) return by;
  }
  return first.length - second.length;
}
