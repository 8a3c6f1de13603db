/** What the widget says, and its formula. */

import { t } from '../../core/i18n';
import { formatInteger, formatPercent } from '../../shared/format';
import type { EmbeddingsModel, Name } from './model';
import type { Found, Space } from './space';

/** Two decimals, and never 1 for what isn't. */
export function cosineText(cosine: number): string {
  const text = cosine.toFixed(cosine > 0.995 ? 4 : 2).replace('-', '−');
  return text === '−0.00' ? '0.00' : text;
}

/** What a space is called. */
export function spaceText(model: EmbeddingsModel, name: Name): string {
  if (name === 'learned') return model.own ? t('Learned by your model') : t('Learned on movie reviews');
  return model.ownBeside ? t('Your vectors') : t('GloVe, from 6 billion words');
}

/** What is in the title of a space: when it is. */
export function momentText(model: EmbeddingsModel, name: Name, moment: number): string {
  const space = model.spaces[name];
  const step = space.steps[moment];
  if (step === undefined) return '';
  const accuracy = name === 'learned' ? model.accuracy(moment) : null;
  if (step < 0) return t('a finished model');
  if (accuracy === null) return t('step {step}', { step: formatInteger(step) });
  return t('step {step}, {accuracy} of test reviews right', {
    step: formatInteger(step),
    accuracy: formatPercent(accuracy, 1),
  });
}

/** What a space answers at a moment. */
export interface Answer {
  readonly name: Name;
  readonly space: Space;
  readonly moment: number;
  /** The words that were asked for; −1 for one that isn't there. */
  readonly asked: readonly number[];
  readonly found: readonly Found[];
}

export function headingOf(model: EmbeddingsModel, { space, asked }: Answer): string {
  const missing = asked.indexOf(-1);
  const { now, asked: words } = model;
  const typed = now.task === 'neighbors' ? [words.word] : [words.a, words.b, words.c];
  if (missing >= 0) {
    const word = typed[missing]!.trim();
    return word === '' ? t('Type a word.') : t('“{word}” isn’t among these words.', { word });
  }
  const names = asked.map((index) => space.words[index]!);
  if (now.task === 'neighbors') return t('Nearest to “{word}”, by cosine', { word: names[0]! });
  return t('{a} is to {b} as {c} is to …', { a: names[0]!, b: names[1]!, c: names[2]! });
}

export function formulaLines(answers: readonly Answer[]): string[] {
  return answers.flatMap(({ space, moment, asked, found }) => {
    const best = found[0];
    if (asked.includes(-1) || !best) return [];
    const names = asked.map((index) => space.words[index]!);
    const near = space.words[best.index]!;
    const value = cosineText(best.cosine);
    if (asked.length === 3) return [`${names[1]} − ${names[0]} + ${names[2]} ≈ ${near}, cos = ${value}`];
    const [u, v] = [asked[0]!, best.index].map((index) => space.length(moment, index)) as [number, number];
    const product = (best.cosine * u * v).toFixed(3);
    const formula = `cos(${names[0]}, ${near}) = u·v / (|u| |v|) = ${product} / (${u.toFixed(3)} · ${v.toFixed(3)}) = ${value}`;
    return [formula.replaceAll('-', '−')];
  });
}

export function remarks(model: EmbeddingsModel, answers: readonly Answer[]): string[] {
  const found = answers.map(({ name, space }) =>
    t(
      '{space}: the plane shows {share} of the variance of {dims} dimensions (PCA). Neighbors are found in all of them.',
      {
        space: spaceText(model, name),
        share: formatPercent(space.explained),
        dims: space.dims,
      },
    ),
  );
  const message = model.localized('message');
  if (message) found.unshift(message);
  if (!model.own) {
    found.push(
      t('A small recorded learning: {n} of 10,000 words, with numbers of 8 bits.', {
        n: model.spaces.learned.words.length,
      }),
    );
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: EmbeddingsModel, answers: readonly Answer[]): string {
  return answers
    .map((answer) => {
      const { name, space, moment, found } = answer;
      const when = momentText(model, name, moment);
      const title = spaceText(model, name);
      const words = found
        .slice(0, 4)
        .map(({ index, cosine }) => `${space.words[index]!} ${cosineText(cosine)}`)
        .join(', ');
      const heading = headingOf(model, answer);
      if (words === '') return t('{space}. {heading}', { space: title, heading });
      return when === ''
        ? t('{space}. {heading}: {words}.', { space: title, heading, words })
        : t('{space}, {when}. {heading}: {words}.', { space: title, when, heading, words });
    })
    .join(' ');
}
