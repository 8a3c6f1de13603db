import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import type { Scaling, ValuesName } from './fields';
import { sum } from './masks';
import type { DropoutModel } from './model';

export function valuesText(name: ValuesName): string {
  switch (name) {
    case 'matrix':
      return t('Matrix of the book');
    case 'vector':
      return t('Vector of the book');
    case 'layer':
      return t('64 units of a network');
  }
}

export function scalingText(scaling: Scaling): string {
  switch (scaling) {
    case 'training':
      return t('in training (Keras)');
    case 'test':
      return t('at test time');
    case 'none':
      return t('nowhere (wrong)');
  }
}

/** The output of one unit, and the sums, with the numbers of this moment. */
export function formulaLines(model: DropoutModel, step: number, index: number): HTMLElement[] {
  const { activations: values, scale, now } = model;
  const mask = model.maskAt(step);
  const output = model.output(step);
  const value = factor([values[index]!]);
  const result = short(output[index]!);
  const { rate } = now;
  const by =
    scale === 1 ? '' : now.phase === 'training' ? ` / (1 − ${short(rate)})` : ` · (1 − ${short(rate)})`;
  const kept = now.phase === 'training' ? `${value} · ${mask[index]}${by}` : `${value}${by}`;
  const { average, sums } = model.past(step);
  return [
    t('unit {number}: {term} = {result}', { number: index + 1, term: kept, result }),
    t('sum now {now}; on average so far ({n}) {average}; at test time {tested}', {
      now: short(sum(output)),
      n: sums.length,
      average: short(sum(average)),
      tested: short(sum(model.tested)),
    }),
  ].map((line) => el('div', '', {}, line));
}

/** What there is to know about this moment. */
export function remarks(model: DropoutModel, step: number): string[] {
  const { now, activations: values } = model;
  const found: string[] = [];
  const { average } = model.past(step);
  const [trained, tested] = [sum(average), sum(model.tested)];
  if (now.phase === 'test') {
    found.push(t('At test time no unit is dropped.'));
  } else if (model.isPrinted(step)) {
    found.push(t('This is the mask that the book prints. The next steps are random.'));
  } else {
    const gone = model.maskAt(step).filter((kept) => kept === 0).length;
    found.push(
      t('{gone} of {all} units are dropped; {expected} on average.', {
        gone,
        all: values.length,
        expected: short(now.rate * values.length),
      }),
    );
  }
  if (now.scaling === 'none' && now.rate > 0 && trained !== 0) {
    found.push(
      t('Nothing is scaled: at test time the next layer gets {times} times as much as in training.', {
        times: short(tested / trained),
      }),
    );
  }
  if (model.handmade) found.push(t('This mask is yours. Play draws new ones.'));
  if (now.rate === 0) found.push(t('With rate 0, nothing is dropped.'));
  return found;
}

/** What is seen, in words. */
export function inWords(model: DropoutModel, step: number): string {
  const { now } = model;
  const first =
    now.phase === 'test'
      ? t('Test time. Scaling: {scaling}.', { scaling: scalingText(now.scaling) })
      : t('Step {step} of training, dropout rate {rate}. Scaling: {scaling}.', {
          step: step + 1,
          rate: short(now.rate),
          scaling: scalingText(now.scaling),
        });
  const sums = t('The sum of the activations is {before}, of the output {after}.', {
    before: short(sum(model.activations)),
    after: short(sum(model.output(step))),
  });
  return [first, sums, ...remarks(model, step)].join(' ');
}
