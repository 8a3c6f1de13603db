/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_text_to_vectors.py` has the same. */

import { choice, number, numbers, text } from '../../shared/concept/state';

export const ENCODERS = ['layer', 'hashing', 'tokenizer', 'listing', 'hash', 'own'] as const;
export const SPLITS = ['words', 'characters'] as const;
export const STANDARDS = ['lower_and_strip_punctuation', 'lower', 'strip_punctuation', 'none'] as const;
export const OUTPUTS = ['int', 'one_hot', 'multi_hot', 'count'] as const;
export const ENDS = ['post', 'pre'] as const;
export const MOST_NGRAMS = 3;
export const MOST_TEXT = 400;
export const MOST_LINES = 6;
export const MOST_CORPUS = 800;
export const MOST_CORPUS_LINES = 12;

export type Encoder = (typeof ENCODERS)[number];
export type Output = (typeof OUTPUTS)[number];
export type End = (typeof ENDS)[number];

export const FIELDS = {
  text: text('The cat ate my homework.\nThe dog sat on my new hat.', MOST_TEXT, MOST_LINES),
  corpus: text('The cat sat on the mat.\nThe dog ate my homework.', MOST_CORPUS, MOST_CORPUS_LINES),
  encoder: choice('layer', ENCODERS),
  split: choice('words', SPLITS),
  ngrams: number(1, 1, MOST_NGRAMS),
  standardize: choice('lower_and_strip_punctuation', STANDARDS),
  output: choice('int', OUTPUTS),
  max_tokens: number(0, 0, 10_000),
  num_bins: number(10, 1, 1000),
  length: number(0, 0, 50),
  padding: choice('post', ENDS),
  truncating: choice('post', ENDS),
  seed: number(0, 0, 999),
  at: numbers([], { low: 0, high: 999, digits: 0, least: 0, most: 2 }),
};
