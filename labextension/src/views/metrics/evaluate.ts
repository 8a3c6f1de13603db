/**
 * Metrics of a classifier with two classes, without a page.
 *
 * `dlwidgets/concepts/_metrics.py` is the reference; both are tested with the same cases.
 */

import { random } from '../../shared/concept/batches';
import { rounded } from '../../shared/concept/state';

const TOY_SAMPLES = 100;
const SPREAD = 0.7;

export interface Samples {
  /** 1 for positive samples, 0 for the others. */
  labels: Uint8Array;
  scores: Float64Array;
}

/** Samples that are made up so that the positive ones score higher. */
export function toy(positives: number, separation: number, seed: number): Samples {
  const next = random(seed);
  const scores = Float64Array.from({ length: TOY_SAMPLES }, (_, i) => {
    const u = Math.min(1 - 1e-9, Math.max(1e-9, next()));
    const side = i < positives ? separation / 2 : -separation / 2;
    return rounded(1 / (1 + Math.exp(-(side + SPREAD * Math.log(u / (1 - u))))), 3);
  });
  return { labels: Uint8Array.from({ length: TOY_SAMPLES }, (_, i) => Number(i < positives)), scores };
}

/** A confusion matrix. */
export interface Counts {
  tp: number;
  fp: number;
  fn: number;
  tn: number;
}

/** What happens where the threshold is lowered to a score. */
export interface Level {
  threshold: number;
  counts: Counts;
}

/** All thresholds at which something changes, from none to all positive. */
export function levelsOf({ labels, scores }: Samples): Level[] {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  let [tp, fp] = [0, 0];
  const counts = (): Counts => ({ tp, fp, fn: positives - tp, tn: negatives - fp });
  const levels: Level[] = [{ threshold: Infinity, counts: counts() }];
  order.forEach((sample, i) => {
    if (labels[sample] === 1) tp += 1;
    else fp += 1;
    const next = order[i + 1];
    // Samples of one score are on the same side of every threshold.
    if (next !== undefined && scores[next] === scores[sample]) return;
    levels.push({ threshold: scores[sample]!, counts: counts() });
  });
  return levels;
}

/** The level of a threshold: scores of at least it are positive. */
export function levelAt(levels: readonly Level[], threshold: number): number {
  let [low, high] = [0, levels.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (levels[middle]!.threshold >= threshold) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Shares; null where there is nothing to divide by. */
export interface Shares {
  accuracy: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  /** The share of negatives that are predicted positive. */
  alarms: number | null;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

export function sharesOf({ tp, fp, fn, tn }: Counts): Shares {
  return {
    accuracy: (tp + tn) / (tp + fp + fn + tn),
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    alarms: ratio(fp, fp + tn),
  };
}

/** The area under the ROC curve, and the average precision; null without both classes. */
export function areasOf(levels: readonly Level[]): { roc: number | null; precision: number | null } {
  const { tp: positives, fp: negatives } = levels.at(-1)!.counts;
  if (positives === 0 || negatives === 0) return { roc: null, precision: null };
  let [roc, precision] = [0, 0];
  for (let i = 1; i < levels.length; i += 1) {
    const [before, after] = [levels[i - 1]!.counts, levels[i]!.counts];
    roc += ((after.fp - before.fp) * (after.tp + before.tp)) / 2;
    precision += ((after.tp - before.tp) * after.tp) / (after.tp + after.fp);
  }
  return { roc: roc / (positives * negatives), precision: precision / positives };
}
