import { t } from '../../core/i18n';
import { formatPercent } from '../../shared/format';
import { short } from '../../shared/concept/numbers';
import type { TemperatureModel } from './model';
import { entropy } from './sampling';

/** The words of the example, which go on "The cat sat on the …". */
export function wordOf(index: number): string {
  switch (index) {
    case 0:
      return t('mat');
    case 1:
      return t('sofa');
    case 2:
      return t('floor');
    case 3:
      return t('bed');
    case 4:
      return t('roof');
    case 5:
      return t('table');
    case 6:
      return t('moon');
    case 7:
      return t('idea');
    default:
      return String(index);
  }
}

/** What there is to know about the distribution. */
export function remarks(model: TemperatureModel): string[] {
  const { now, probabilities } = model;
  const bits = entropy(probabilities);
  const kept = probabilities.filter((share) => share > 0).length;
  const found = [
    t('Entropy {bits} bits: as uncertain as {count} equally probable words.', {
      bits: short(bits),
      count: short(2 ** bits),
    }),
  ];
  if (now.temperature === 0)
    found.push(t('At T = 0 the most probable word is always drawn (greedy sampling).'));
  else if (kept < probabilities.length) {
    found.push(
      t('Of {total} words {kept} are kept; their probabilities are divided by their sum.', {
        total: probabilities.length,
        kept,
      }),
    );
  }
  if (model.toy)
    found.push(t('A toy: the words and their logits are made up. They go on “The cat sat on the …”.'));
  const note = model.localized('names_note');
  if (note) found.push(note);
  return found;
}

/** What is seen, in words. */
export function inWords(model: TemperatureModel, throws: number): string {
  const { probabilities, words, now } = model;
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[b]! - probabilities[a]!);
  const first = order.filter((i) => probabilities[i]! > 0).slice(0, 3);
  const found = [
    t('At temperature {temperature} the most probable words are {words}.', {
      temperature: short(now.temperature),
      words: first.map((i) => `${words[i]!} ${formatPercent(probabilities[i]!, 1)}`).join(', '),
    }),
    t('Entropy {bits} bits: as uncertain as {count} equally probable words.', {
      bits: short(entropy(probabilities)),
      count: short(2 ** entropy(probabilities)),
    }),
  ];
  const drawn = model.drawn[throws - 1];
  if (drawn !== undefined) {
    found.push(t('Drawn {throws} times, at last {word}.', { throws, word: words[drawn]! }));
  }
  return found.join(' ');
}
