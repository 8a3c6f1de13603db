/** What the widget says: formulas with their numbers, and what is seen in words. */

import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { formatPercent } from '../../shared/format';
import { type Counts, sharesOf } from './evaluate';
import { at, errorsOf, leastAbsolute, leastSquares, type Line } from './lines';
import type { MetricsModel } from './model';

/** A share as a percentage, with a decimal where it needs one; 0/0 has no value. */
export function share(value: number | null): string {
  if (value === null) return t('undefined');
  return formatPercent(value, Math.abs(value * 100 - Math.round(value * 100)) < 0.05 ? 0 : 1);
}

/** The metrics with the very numbers. */
export function metricLines(counts: Counts): string[] {
  const { tp, fp, fn, tn } = counts;
  const { accuracy, precision, recall, f1 } = sharesOf(counts);
  const all = tp + fp + fn + tn;
  return [
    `${t('Accuracy')} = (TP + TN) / n = (${tp} + ${tn}) / ${all} = ${share(accuracy)}`,
    `${t('Precision')} = TP / (TP + FP) = ${tp} / (${tp} + ${fp}) = ${share(precision)}`,
    `${t('Recall')} = TP / (TP + FN) = ${tp} / (${tp} + ${fn}) = ${share(recall)}`,
    `F1 = 2·TP / (2·TP + FP + FN) = ${2 * tp} / (${2 * tp} + ${fp} + ${fn}) = ${share(f1)}`,
  ];
}

/** The accuracy of an answer that looks at nothing. */
export function baseline({ tp, fp, fn, tn }: Counts): number {
  const [positives, negatives] = [tp + fn, fp + tn];
  return Math.max(positives, negatives) / (positives + negatives);
}

/** A threshold as it is written. */
export function levelText(threshold: number): string {
  return Number.isFinite(threshold) ? short(threshold) : t('above all scores');
}

/** What there is to know about what is shown. */
export function remarks(model: MetricsModel, counts: Counts): string[] {
  if (model.regression) {
    return [t('A toy: drag the points. The line of each color has the lowest error of its kind.')];
  }
  const found: string[] = [];
  if (model.now.data === 'own' && !model.own) {
    found.push(
      model.lost || !model.comm_live
        ? t('Your own samples aren’t in this page, so a toy is shown.')
        : t('Give samples with `dl.concepts.metrics(y_true, y_score)`.'),
    );
  } else if (model.isToy) {
    found.push(
      t('The scores of this toy are made up. Give your own with `dl.concepts.metrics(y_true, y_score)`.'),
    );
  }
  const note = model.localized('samples_note');
  if (!model.isToy && note) found.push(note);
  const { precision } = sharesOf(counts);
  if (precision === null) {
    found.push(t('Nothing is predicted positive: 0 / 0 has no value. scikit-learn gives 0 with a warning.'));
  }
  if (model.evaluated.areas.roc === null) {
    found.push(t('All samples are of one class, so the curves have no area.'));
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: MetricsModel, threshold: number, counts: Counts): string {
  const { accuracy, precision, recall, f1 } = sharesOf(counts);
  const { tp, fp, fn, tn } = counts;
  const first = t(
    'Threshold {threshold}: {tp} true positives, {fp} false positives, {fn} false negatives, {tn} true negatives.',
    { threshold: levelText(threshold), tp, fp, fn, tn },
  );
  const second = t(
    'Accuracy {accuracy}, precision {precision}, recall {recall}, F1 {f1}. Always giving the more frequent class has an accuracy of {baseline}.',
    {
      accuracy: share(accuracy),
      precision: share(precision),
      recall: share(recall),
      f1: share(f1),
      baseline: share(baseline(counts)),
    },
  );
  const { roc, precision: average } = model.evaluated.areas;
  if (roc === null || average === null) return `${first} ${second}`;
  const third = t('The area under the ROC curve is {roc}, the average precision {precision}.', {
    roc: roc.toFixed(3),
    precision: average.toFixed(3),
  });
  return `${first} ${second} ${third}`;
}

/** By which point a line is off most, and its share of both errors. */
export function worst(y: readonly number[], line: Line): { x: number; squared: number; absolute: number } {
  const off = y.map((value, x) => Math.abs(value - at(line, x)));
  const most = Math.max(...off);
  const { mse, mae } = errorsOf(y, line);
  const n = y.length;
  return {
    x: off.indexOf(most),
    squared: mse > 0 ? (most * most) / (mse * n) : 0,
    absolute: mae > 0 ? most / (mae * n) : 0,
  };
}

/** Both errors of the line with the lowest squared error, term by term. */
export function errorLines(y: readonly number[]): string[] {
  const line = leastSquares(y);
  const { mse, mae } = errorsOf(y, line);
  const off = y.map((value, x) => short(Math.abs(value - at(line, x))));
  return [
    `MSE = Σ(y − ŷ)² / n = (${off.map((one) => `${one}²`).join(' + ')}) / ${y.length} = ${short(mse)}`,
    `MAE = Σ|y − ŷ| / n = (${off.join(' + ')}) / ${y.length} = ${short(mae)}`,
  ];
}

/** What is seen of the points, in words. */
export function regressionWords(y: readonly number[]): string {
  const [squares, absolute] = [leastSquares(y), leastAbsolute(y)];
  const [a, b] = [errorsOf(y, squares), errorsOf(y, absolute)];
  const most = worst(y, squares);
  const first = t(
    'The line with the lowest squared error has slope {slope}, MSE {mse} and MAE {mae}; the line with the lowest absolute error has slope {slope2}, MSE {mse2} and MAE {mae2}.',
    {
      slope: short(squares[1]),
      mse: short(a.mse),
      mae: short(a.mae),
      slope2: short(absolute[1]),
      mse2: short(b.mse),
      mae2: short(b.mae),
    },
  );
  return `${first} ${t(
    'The point at x = {x} makes up {squared} of the first line’s MSE, but {absolute} of its MAE.',
    {
      x: most.x,
      squared: formatPercent(most.squared),
      absolute: formatPercent(most.absolute),
    },
  )}`;
}
