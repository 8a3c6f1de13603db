import { t, tn } from '../../core/i18n';
import { formatFixed, formatInteger } from '../../shared/format';
import { el } from '../../shared/dom';
import type { BatchesModel, Place } from './model';

/** The counts with their numbers. */
export function formulaLines(model: BatchesModel): HTMLElement[] {
  const { samples, batch_size, epochs, drop_remainder } = model.now;
  const { iterations, updates, last, seen } = model.plan;
  const [left, right] = drop_remainder ? ['⌊', '⌋'] : ['⌈', '⌉'];
  const exact = samples / batch_size;
  const cut = Math.floor(exact * 100) / 100;
  const rounds = Number.isInteger(exact)
    ? ''
    : ` = ${left}${formatFixed(cut, 2)}${cut === exact ? '' : '…'}${right}`;
  const line = (text: string): HTMLElement => el('div', '', {}, text);
  return [
    line(
      t('iterations of an epoch = {left}samples / batch size{right} = {numbers}', {
        left,
        right,
        numbers: `${left}${formatInteger(samples)} / ${formatInteger(batch_size)}${right}${rounds} = ${formatInteger(iterations)}`,
      }),
    ),
    line(
      t('samples of the last batch = {last}', {
        last:
          iterations === 0
            ? '0'
            : drop_remainder || last === batch_size
              ? formatInteger(last)
              : `${formatInteger(samples)} − ${formatInteger(iterations - 1)} · ${formatInteger(batch_size)} = ${formatInteger(last)}`,
      }),
    ),
    line(
      t('updates of the weights = {numbers}', {
        numbers: `${formatInteger(iterations)} · ${formatInteger(epochs)} = ${formatInteger(updates)}`,
      }),
    ),
    line(
      t('samples used in all = {numbers}', {
        numbers: `${formatInteger(seen / epochs)} · ${formatInteger(epochs)} = ${formatInteger(seen)}`,
      }),
    ),
  ];
}

/** What there is to know about the settings. */
export function remarks(model: BatchesModel, place: Place): string[] {
  const { samples, batch_size, shuffle } = model.now;
  const { leftOut, iterations } = model.plan;
  const found: string[] = [];
  if (iterations === 0) {
    found.push(t('No batch is full, so nothing is trained. Lower the batch size.'));
  } else if (batch_size >= samples) {
    found.push(t('All samples are in one batch: plain gradient descent, one update per epoch.'));
  } else if (batch_size === 1) {
    found.push(t('One sample per batch: stochastic gradient descent in the strict sense.'));
  }
  if (leftOut > 0 && iterations > 0) {
    found.push(
      shuffle
        ? tn(
            'Each epoch leaves out {n} sample, another each time.',
            'Each epoch leaves out {n} samples, others each time.',
            leftOut,
          )
        : tn(
            'Each epoch leaves out {n} sample, always the same.',
            'Each epoch leaves out {n} samples, always the same.',
            leftOut,
          ),
    );
  }
  if (!shuffle && batch_size > 1 && model.counts(place).size === 1 && model.sorted) {
    found.push(
      t(
        'The samples are sorted by class, so this batch has a single one. Such a batch pulls the weights to it.',
      ),
    );
  }
  if (!model.labeled) found.push(t('The colors are three made-up classes, by which the samples are sorted.'));
  return found;
}

/** What is seen, in words. */
export function inWords(model: BatchesModel, place: Place, finished: number): string {
  const { samples, batch_size, epochs } = model.now;
  const { iterations, updates, last } = model.plan;
  return [
    t(
      '{samples} samples in batches of {size} make {iterations} iterations of an epoch; the last batch has {last}.',
      {
        samples: formatInteger(samples),
        size: formatInteger(batch_size),
        iterations: formatInteger(iterations),
        last: formatInteger(last),
      },
    ),
    t('In {epochs} epochs the weights are updated {updates} times.', {
      epochs: formatInteger(epochs),
      updates: formatInteger(updates),
    }),
    t('Now: epoch {epoch}, iteration {done}, update {finished}.', {
      epoch: formatInteger(place.epoch + 1),
      done: formatInteger(place.done),
      finished: formatInteger(finished),
    }),
  ].join(' ');
}
