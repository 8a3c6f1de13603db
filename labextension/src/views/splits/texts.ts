/** What the widget says: names, formulas with their numbers, and what is seen in words. */

import { t, tn } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { formatPercent } from '../../shared/format';
import { mean, type Measured } from './evaluate';
import { KEPT_COLUMNS, type Protocol, SEEDS, type Trap } from './fields';
import type { SplitsModel } from './model';
import { inOrder } from './plan';

export function trapName(trap: Trap): string {
  return {
    none: (): string => t('None'),
    sorted: (): string => t('Sorted classes'),
    duplicates: (): string => t('Duplicates'),
    time: (): string => t('Arrow of time'),
    scaling: (): string => t('Scaled with all samples'),
    selection: (): string => t('Features selected with all samples'),
  }[trap]();
}

export function protocolName(protocol: Protocol): string {
  return {
    holdout: (): string => t('Hold-out'),
    kfold: (): string => t('k-fold'),
    iterated: (): string => t('Iterated k-fold'),
  }[protocol]();
}

/** What is done to the samples, careless or right. */
export function wayName(trap: Trap, careless: boolean): string {
  const count = KEPT_COLUMNS;
  if (trap === 'none') return t('Shuffled, then split');
  if (careless) {
    return {
      sorted: (): string => t('Careless: split in the order of the file'),
      duplicates: (): string => t('Careless: copies shuffled like all samples'),
      time: (): string => t('Careless: shuffled, so that training knows the future'),
      scaling: (): string => t('Careless: scaled with the mean of all samples'),
      selection: (): string => t('Careless: {count} features selected with all samples', { count }),
    }[trap]();
  }
  return {
    sorted: (): string => t('Right: shuffled, then split'),
    duplicates: (): string => t('Right: a copy stays with its original'),
    time: (): string => t('Right: trained only on what came before'),
    scaling: (): string => t('Right: scaled with the mean of the training samples'),
    selection: (): string => t('Right: {count} features selected with the training samples', { count }),
  }[trap]();
}

/** An accuracy as a percentage, or an error. */
export function scoreText(model: SplitsModel, score: number): string {
  return model.regression ? short(score) : formatPercent(score, 1);
}

/** A difference of scores: points of a percentage, or an error. */
function differenceText(model: SplitsModel, difference: number): string {
  const size = Math.abs(difference);
  return model.regression ? short(size) : t('{n} points', { n: (size * 100).toFixed(1) });
}

/** The spread of the scores, where there are several. */
export function spreadText(model: SplitsModel, { scores, spread }: Measured): string {
  return scores.length > 1 ? `± ${differenceText(model, spread)}` : '';
}

/** What a row shows. */
export function rowText(model: SplitsModel, measured: Measured, row: number): string {
  const { splits } = measured;
  const at = Math.min(row, splits.length - 1);
  const { train, validation } = splits[at]!;
  if (model.now.trap === 'duplicates') {
    const { source } = model.samples;
    const known = new Set(train.map((sample) => source[sample]!));
    const n = validation.filter((sample) => known.has(source[sample]!)).length;
    const second = t('{n} of the validation samples have a copy among the training samples.', { n });
    return `${plainRow(model, measured, at)} ${second}`;
  }
  return plainRow(model, measured, at);
}

function plainRow(model: SplitsModel, { splits, scores, wrong }: Measured, at: number): string {
  const { train, validation } = splits[at]!;
  const counts = { n: at + 1, train: train.length, validation: validation.length };
  if (model.regression) {
    return t(
      'Model {n}: trained on {train} samples, validated on {validation}: mean absolute error {error}.',
      {
        ...counts,
        error: short(scores[at]!),
      },
    );
  }
  return t(
    'Model {n}: trained on {train} samples, validated on {validation}: {right} right, accuracy {accuracy}.',
    {
      ...counts,
      right: validation.length - wrong[at]!.size,
      accuracy: formatPercent(scores[at]!, 1),
    },
  );
}

/** By how much the careless score misleads. */
export function gapText(model: SplitsModel, careless: Measured, right: Measured): string {
  const off = careless.mean - right.mean;
  const difference = differenceText(model, off);
  const { trap } = model.now;
  const flatters = model.regression ? off < 0 : off > 0;
  if (trap === 'sorted') {
    return t(
      'Without shuffling the score differs by {difference}. Where a file is sorted, training and validation hold different classes.',
      { difference },
    );
  }
  if (trap === 'scaling') {
    return t(
      'The scores differ by {difference}. How much this leak matters can’t be known before both are computed.',
      { difference },
    );
  }
  return flatters
    ? t('The careless score is too good by {difference}.', { difference })
    : t(
        'With this seed the careless score isn’t too good: it differs by {difference}. Look at all seeds below.',
        {
          difference,
        },
      );
}

/** What there is to know about what is shown. */
export function remarks(model: SplitsModel): string[] {
  const found: string[] = [];
  const { trap, data, features, protocol } = model.now;
  if (data === 'own' && !model.own) {
    found.push(
      model.lost || !model.comm_live
        ? t('Your own samples aren’t in this page, so the built-in ones are shown.')
        : t('Give samples with `dl.concepts.splits(x, y)`.'),
    );
  }
  const note = model.localized('own_note');
  if (model.usesOwn && note) found.push(note);
  if (trap === 'selection') {
    found.push(
      t(
        'A toy: the labels of {count} samples, with 500 features that are random numbers. Nothing can be learned.',
        { count: model.samples.y.length },
      ),
    );
  } else if (!model.usesOwn && trap === 'time') {
    found.push(t('A toy: 120 made-up prices, one a day, each a random step from the one before.'));
  } else if (!model.usesOwn) {
    found.push(
      tn(
        '178 real wines of three growers, described by their first feature, in the order of their file.',
        '178 real wines of three growers, described by their first {n} features, in the order of their file.',
        features,
      ),
    );
  }
  if (protocol === 'iterated' && (inOrder(trap, true) || inOrder(trap, false))) {
    found.push(t('Without shuffling all repetitions would be the same, so one is shown.'));
  }
  if (trap === 'scaling' || trap === 'selection') {
    found.push(t('The line under a row marks the samples that the statistics come from.'));
  }
  return found;
}

const MOST_TERMS = 10;

function oneLine(model: SplitsModel, name: string, measured: Measured, per: number): string {
  const write = (score: number): string => scoreText(model, score);
  const { scores, splits, wrong } = measured;
  if (scores.length === 1) {
    const n = splits[0]!.validation.length;
    if (model.regression) return `${name} = Σ|y − ŷ| / n = ${write(measured.mean)}   (n = ${n})`;
    const p = measured.mean;
    const swing = (100 * Math.sqrt((p * (1 - p)) / n)).toFixed(1);
    const error = `${t('standard error')} √(p·(1 − p) / n) = ${t('{n} points', { n: swing })}`;
    return `${name} = ${n - wrong[0]!.size} / ${n} = ${write(p)}; ${error}`;
  }
  const repeats = scores.length / per;
  const means =
    repeats > 1
      ? Array.from({ length: repeats }, (_, i) => mean(scores.slice(i * per, (i + 1) * per)))
      : scores;
  const terms = means.slice(0, MOST_TERMS).map(write).join(' + ');
  const count = repeats > 1 ? `P = ${repeats}, P·k = ${scores.length}` : `k = ${scores.length}`;
  return `${name} = (${terms}) / ${means.length} = ${write(measured.mean)}   (${count})`;
}

/** The scores as the means that they are. */
export function formulaLines(model: SplitsModel, careless: Measured | null, right: Measured): string[] {
  const folds = (one: Measured): number => {
    const { order } = one.splits[0]!;
    return one.splits.filter((split) => split.order === order).length;
  };
  if (!careless) {
    const name = model.regression ? t('Error') : t('Accuracy');
    return [oneLine(model, name, right, folds(right))];
  }
  return [
    oneLine(model, t('Careless'), careless, folds(careless)),
    oneLine(model, t('Right'), right, folds(right)),
  ];
}

/** How far the scores of a row of seeds are apart. */
export function swingText(model: SplitsModel, name: string, scores: readonly number[]): string {
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const n = scores.length;
  if (n === 0) return name;
  if (n < SEEDS) {
    const [least, most] = [scoreText(model, low), scoreText(model, high)];
    const range = least === most ? least : `${least}–${most}`;
    return t('{name}: {range}, {n} of {total} seeds so far', { name, range, n, total: SEEDS });
  }
  if (high - low < 1e-12) {
    return t('{name}: {score} with every seed', { name, score: scoreText(model, low) });
  }
  return t('{name}: {low} to {high}', { name, low: scoreText(model, low), high: scoreText(model, high) });
}

/** What is seen, in words. */
export function inWords(
  model: SplitsModel,
  careless: Measured | null,
  right: Measured,
  seed: number,
): string {
  const { trap, protocol } = model.now;
  const score = scoreText(model, right.mean);
  const models = right.splits.length;
  const first = careless
    ? t(
        '{protocol} with the trap “{trap}”, seed {seed}: the careless score is {careless}, the right one {score}.',
        {
          protocol: protocolName(protocol),
          trap: trapName(trap),
          seed,
          careless: scoreText(model, careless.mean),
          score,
        },
      )
    : tn(
        '{protocol} with seed {seed}: {n} model, score {score}.',
        '{protocol} with seed {seed}: {n} models, mean score {score}.',
        models,
        { protocol: protocolName(protocol), seed, score },
      );
  const rest = model.swings
    .filter((one) => one.scores.length > 0)
    .map((one) =>
      swingText(
        model,
        careless ? (one.careless ? t('Careless') : t('Right')) : protocolName(one.protocol),
        one.scores,
      ),
    );
  const swing = rest.length > 0 ? [t('Over the seeds: {list}.', { list: rest.join('; ') })] : [];
  return [first, ...(careless ? [gapText(model, careless, right)] : []), ...swing].join(' ');
}
