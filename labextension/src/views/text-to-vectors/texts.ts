/** What the widget says, beside the formula. */

import { t, tn } from '../../core/i18n';
import { formatInteger } from '../../shared/format';
import { shareText } from '../../shared/concept/bars';
import { bagColumns, outputOf } from './encode';
import type { Encoder, Output } from './fields';
import type { TextToVectorsModel } from './model';

const MOST_NAMED = 4;
const MOST_SAID = 12;
const LONGEST = 40;

/** A token as it is shown: a space can be seen. */
export function shownToken(token: string): string {
  if (token === ' ') return '␣';
  return token.length > LONGEST ? `${token.slice(0, LONGEST)}…` : token;
}

export function encoderText(encoder: Encoder): string {
  switch (encoder) {
    case 'layer':
      return t('Keras: TextVectorization');
    case 'hashing':
      return t('Keras: Hashing');
    case 'tokenizer':
      return t('Book: Tokenizer (listing 6-3)');
    case 'listing':
      return t('Book: one-hot as printed (6-1, 6-2)');
    case 'hash':
      return t('Book: hashing as printed (6-4)');
    case 'own':
      return t('Your own layer');
  }
}

export function outputText(output: Output): string {
  switch (output) {
    case 'int':
      return t('Integers');
    case 'one_hot':
      return t('One-hot, each token');
    case 'multi_hot':
      return t('Multi-hot, each sentence');
    case 'count':
      return t('Counts, each sentence');
  }
}

/** A probability, which is 100% only where nothing else is possible. */
export function chanceText(share: number): string {
  return share < 1 && share > 0.9995 ? '>99.9%' : shareText(share);
}

/** Some tokens in quotation marks. */
function quoted(tokens: readonly string[]): string {
  const named = tokens.slice(0, MOST_NAMED).map((token) => `“${shownToken(token)}”`);
  return named.join(', ') + (tokens.length > MOST_NAMED ? ' …' : '');
}

/** The shape of the result. */
export function shapeOf(model: TextToVectorsModel): number[] {
  const { encoded, used } = model;
  const rows = encoded.tokens.length;
  switch (outputOf(used)) {
    case 'int':
      return [rows, encoded.length];
    case 'one_hot':
      return [rows, encoded.length, encoded.width];
    default:
      return [rows, bagColumns(encoded, used.encoder).columns];
  }
}

/** What there is to know about the result. */
export function remarks(model: TextToVectorsModel): string[] {
  const found: string[] = [];
  if (model.missing) {
    found.push(t('The link was made with a layer that isn’t here. A vocabulary is learned from the corpus.'));
  }
  if (model.encoded.tokens.every((row) => row.length === 0))
    found.push(t('There are no tokens. Type a sentence.'));
  const note = model.localized('own_note');
  if (note) found.push(note);
  found.push(...unknownRemarks(model), ...hashingRemarks(model), ...lengthRemarks(model));
  if (!model.inOrder) {
    found.push(t('A vector for a whole sentence forgets the order of the tokens.'));
  }
  return found;
}

function unknownRemarks(model: TextToVectorsModel): string[] {
  const { encoded, used } = model;
  const unknown = encoded.tokens.flatMap((row, i) =>
    row.filter((_, k) => model.unknown(encoded.numbers[i]![k]!)),
  );
  const found: string[] = [];
  if (used.encoder === 'listing' && used.split === 'characters') {
    found.push(
      t(
        'As printed, `dict(zip(range(1, 101), characters))` leads from numbers to characters. No character is found in it, `get` returns `None`, and `results[i, j, None] = 1.` sets all 101 numbers of the row. `zip(characters, range(1, 101))` is what is meant.',
      ),
    );
    return found;
  }
  const different = [...new Set(unknown)];
  if (different.length > 0) {
    const tokens = quoted(different);
    const n = different.length;
    if (used.encoder === 'listing') {
      found.push(
        t(
          'Not in the vocabulary: {tokens}. `get` returns `None`, and `results[i, j, None] = 1.` sets the whole row.',
          {
            tokens,
          },
        ),
      );
    } else if (used.encoder === 'tokenizer') {
      found.push(
        tn(
          '{n} token isn’t in the vocabulary: {tokens}. The Tokenizer leaves it out without a word, and the sentence gets shorter.',
          '{n} tokens aren’t in the vocabulary: {tokens}. The Tokenizer leaves them out without a word, and the sentence gets shorter.',
          n,
          { tokens },
        ),
      );
    } else {
      found.push(
        tn(
          '{n} token isn’t in the vocabulary: {tokens}. It becomes 1, which stands for anything unknown.',
          '{n} tokens aren’t in the vocabulary: {tokens}. They become 1, which stands for anything unknown.',
          n,
          { tokens },
        ),
      );
    }
  }
  if (used.encoder === 'listing') {
    found.push(t('`split()` leaves capitals and periods: “The” isn’t “the”, and “mat.” isn’t “mat”.'));
  }
  if (used.encoder === 'tokenizer' && used.max_tokens > 0) {
    found.push(
      t('`num_words={most}` keeps {kept} words, because 0 is no word.', {
        most: formatInteger(used.max_tokens),
        kept: formatInteger(encoded.width - 1),
      }),
    );
  }
  return found;
}

function hashingRemarks(model: TextToVectorsModel): string[] {
  if (!model.hashing) return [];
  const { collisions, used, encoded } = model;
  const found: string[] = [];
  const values = {
    tokens: collisions.tokens,
    bins: formatInteger(used.num_bins),
    share: chanceText(collisions.probability),
  };
  const first = collisions.shared[0];
  if (first === undefined) {
    if (collisions.tokens > 1)
      found.push(
        t(
          'No collision: {tokens} tokens in {bins} bins. At random, two would share one with probability {share}.',
          values,
        ),
      );
  } else {
    found.push(
      t(
        'Collision: {names} share bin {bin}, and no model can tell them apart. With {tokens} tokens in {bins} bins, the probability of a collision is {share}.',
        { ...values, names: quoted(collisions.bins.get(first)!), bin: first },
      ),
    );
  }
  if (used.encoder === 'hash') {
    found.push(
      t(
        'Python salts `hash` with another number at each start; here `PYTHONHASHSEED={seed}`. Press the dice to start it again: a saved model gets other integers for the same words.',
        { seed: used.seed },
      ),
    );
  } else if (model.inOrder && encoded.origins.some((row) => row.includes(-1))) {
    found.push(t('Bin 0 is also what stands for padding. `mask_value=""` leaves it free.'));
  }
  return found;
}

function lengthRemarks(model: TextToVectorsModel): string[] {
  if (!model.inOrder) return [];
  const { encoded } = model;
  let cut = 0;
  let zeros = 0;
  encoded.origins.forEach((row, i) => {
    const present = row.filter((place) => place >= 0).length;
    const all = encoded.numbers[i]!.filter(
      (number) => number >= 0 || model.used.encoder !== 'tokenizer',
    ).length;
    cut += all - present;
    zeros += row.length - present;
  });
  const found: string[] = [];
  if (cut > 0) {
    found.push(
      tn(
        '{n} token is cut off, so that each sequence has length {length}.',
        '{n} tokens are cut off, so that each sequence has length {length}.',
        cut,
        { length: encoded.length },
      ),
    );
  }
  if (zeros > 0) {
    found.push(
      tn(
        '{n} place is padding, so that the sequences fit into one array.',
        '{n} places are padding, so that the sequences fit into one array.',
        zeros,
      ),
    );
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: TextToVectorsModel): string {
  const { encoded, used } = model;
  const full = encoded.tokens.flatMap((tokens, i) => (tokens.length > 0 ? [[tokens, i] as const] : []));
  const rows = full.map(([tokens, i]) => {
    const named = tokens.slice(0, MOST_SAID).map((token, k) => {
      const number = encoded.numbers[i]![k]!;
      return `${shownToken(token)} ${number >= 0 ? number : '–'}`;
    });
    return t('Sentence {n}: {tokens}.', { n: i + 1, tokens: named.join(', ') });
  });
  const result = t('{output}, shape ({shape}).', {
    output: outputText(outputOf(used)),
    shape: shapeOf(model).join(', '),
  });
  return [
    t('Encoder: {name}.', { name: encoderText(used.encoder) }),
    ...rows,
    result,
    ...remarks(model).map((text) => text.replaceAll('`', '')),
  ].join(' ');
}
