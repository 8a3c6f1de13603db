import { t } from '../../core/i18n';
import { shareText } from '../../shared/concept/bars';
import { factor, short } from '../../shared/concept/numbers';
import { largest } from './attack';
import type { AdversarialModel } from './model';
import type { Attack, Moment } from './moment';

/** Values of a byte. */
const BYTE = 255;

/** A size of changes as a share of the pixel range, and in steps of a byte. */
export function epsilonText(epsilon: number, { exact }: Pick<Attack, 'exact'>): string {
  const steps = epsilon * BYTE;
  const bytes = exact ? steps.toFixed(1).replace(/\.0$/, '') : String(Math.round(steps));
  return `${fine(epsilon)} (${bytes}/${BYTE})`;
}

/** ε with three decimals. */
function fine(epsilon: number): string {
  return epsilon.toFixed(3).replace(/\.?0+$/, '');
}

export function className({ names }: Attack, index: number): string {
  return names[index]!;
}

/** The class that has most, with its share. */
export function answer(attack: Attack, shares: readonly number[]): string {
  const index = largest(shares);
  return t('{name} ({share})', { name: className(attack, index), share: shareText(shares[index]!) });
}

/** What the smallest ε is. */
export function flipText(attack: Attack): string {
  const { flip, label, target, exact } = attack;
  if (flip === 0) {
    return target === label
      ? t('The answer is {name} without an attack. Choose another one.', { name: className(attack, label) })
      : t('The answer is what is wanted without an attack.');
  }
  if (flip === null) {
    const size = epsilonText(attack.levels.at(-1)!, attack);
    return target === null
      ? t('No ε up to {size} changes the answer.', { size })
      : t('No ε up to {size} gives {name}.', { size, name: className(attack, target) });
  }
  const size = exact ? `${flip.toFixed(4)} (${(flip * BYTE).toFixed(1)}/${BYTE})` : epsilonText(flip, attack);
  const name = className(attack, attack.flipped);
  if (!exact) {
    return t(
      'Of the sizes that were computed, {size} is the smallest that flips the answer. Then it is {name}.',
      {
        size,
        name,
      },
    );
  }
  return t('Smallest ε that flips the answer: {size}. Then it is {name}.', { size, name });
}

/** What random noise does at most. */
export function noiseText(attack: Attack): string {
  const { random, levels, label } = attack;
  const first = random.findIndex((shares) => largest(shares) !== label);
  if (first < 0) {
    return t('Random noise doesn’t flip it up to {size}.', { size: epsilonText(levels.at(-1)!, attack) });
  }
  return t('This random noise flips it at {size}.', { size: epsilonText(levels[first]!, attack) });
}

/** One pixel, and the sum over all of them, with the numbers of this moment. */
export function formulaLines(
  model: AdversarialModel,
  moment: Moment,
  [row, column]: readonly [number, number],
): string[] {
  const { attack, now } = model;
  const { epsilon, image } = moment;
  const { margin, label, rival, x } = attack;
  const size = short(epsilon);
  const lines: string[] = [];
  const at = (row * attack.width + column) * attack.channels;
  const place = `[${row}, ${column}]`;
  const changed = epsilon > 0 ? (image[at]! - x[at]!) / epsilon : 0;
  const clean = exactly(x[at]!);
  if (now.method === 'sign') {
    const sign = attack.signAt(at);
    lines.push(
      `x′${place} = clip(x + ε·sign(g)) = clip(${clean} + ${size}·${factor([sign])}) = ${exactly(image[at]!)}`,
    );
  } else {
    lines.push(`x′${place} = ${exactly(image[at]!)}   (x = ${clean}, x′ − x = ${short(changed)}·ε)`);
  }
  const difference = `d = z[${className(attack, rival)}] − z[${className(attack, label)}]`;
  lines.push(
    `${difference} = ${short(margin.clean)},  w = ∂d/∂x:  ε·|w|₁ = ${size}·${short(margin.norm)} = ${short(epsilon * margin.norm)} ${t('at most')}`,
  );
  const { attack: reached, noise: noisy } = model.leads(moment);
  const grown = (along: number, result: number): string =>
    `w·(x′ − x) = ${short(along)}:  d ≈ ${short(margin.clean)} + ${factor([along])} = ${short(margin.clean + along)}, ${t('in the network {value}', { value: short(result) })}`;
  const slope = `ε·(w·sign(g)) = ${size}·${factor([margin.slope])} = ${short(epsilon * margin.slope)}, ${t('clipped')} `;
  lines.push(
    `${t('attack')}:  ${now.method === 'sign' ? slope : ''}${grown(moment.along, reached)}`,
    `${t('noise')}:  ε·(w·n) = ${size}·${factor([margin.noise])} = ${short(epsilon * margin.noise)}, ${t('clipped')} ${grown(moment.noisyAlong, noisy)}`,
  );
  return lines;
}

/** A pixel with three decimals. */
function exactly(value: number): string {
  return value.toFixed(3).replace(/\.?0+$/, '');
}

/** How many numbers can't move as far as ε, because they are at an end of the range. */
function clipped({ x }: Attack, { image, epsilon }: Moment): number {
  let count = 0;
  for (let i = 0; i < x.length; i += 1) {
    const end = image[i] === 0 || image[i] === 1;
    if (end && Math.abs(Math.abs(image[i]! - x[i]!) - epsilon) > 1e-9) count += 1;
  }
  return count;
}

export function remarks(model: AdversarialModel, moment: Moment): string[] {
  const { attack, now } = model;
  const found = [flipText(attack), noiseText(attack)];
  const notes = ['picture_note', 'note'].map((name) => model.localized(name)).filter((note) => note !== '');
  found.push(...notes);
  if (model.missing === 'model') {
    found.push(t('Your own model isn’t in this page: run the cell again. The network of the page is shown.'));
  }
  if (model.missing === 'image') {
    found.push(t('Your own array isn’t in this page: run the cell again, or choose another image.'));
  }
  if (model.stale) {
    found.push(t('Your model computes in the kernel. What is shown is of the settings before.'));
  }
  if (model.foreign && now.image === 'drawing') {
    found.push(t('Drawings stay in the page, and your model is in the kernel. Choose a digit.'));
  }
  const count = clipped(attack, moment);
  if (moment.epsilon > 0 && count > 0) {
    found.push(
      t('{count} of {total} numbers stop at 0 or 1, where the range of pixels ends.', {
        count,
        total: attack.x.length,
      }),
    );
  }
  if (!model.foreign && now.image === 'digit' && attack.label !== now.digit) {
    found.push(t('The network is wrong about this digit without an attack.'));
  }
  if (!model.foreign) found.push(toyText(now.network === 'linear'));
  return found;
}

function toyText(linear: boolean): string {
  return linear
    ? t(
        'A toy: ten sums of 784 weighted pixels, trained on MNIST; 92.5% of the test images are right. Here d + w·(x′ − x) is exactly what the network gives.',
      )
    : t(
        'A toy: 784 pixels and 32 hidden units, trained on MNIST; 96.9% of the test images are right. A photograph has hundreds of times as many pixels, so a far smaller ε is enough.',
      );
}

export function inWords(model: AdversarialModel, moment: Moment): string {
  const { attack } = model;
  const parts = [
    t('Without an attack the answer is {answer}.', { answer: answer(attack, attack.adversarial[0]!) }),
    t('With ε = {size} it is {answer}, and with random noise of this size {noisy}.', {
      size: epsilonText(moment.epsilon, attack),
      answer: answer(attack, moment.shares),
      noisy: answer(attack, moment.noisyShares),
    }),
    flipText(attack),
  ];
  return parts.join(' ');
}
