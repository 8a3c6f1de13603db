/** Two classes judged at any threshold in the page: matrix, scores and the points on both curves. */

import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { type ClassScores, scoresOf } from './history';

/** The samples of a yes-or-no question. */
export interface Samples {
  /** Of class 1; NaN where the model's output is not a number. */
  probabilities: Float32Array;
  /** The true class, 0 or 1. */
  truth: Uint8Array;
}

export const NO_SAMPLES: Samples = { probabilities: new Float32Array(0), truth: new Uint8Array(0) };

/**
 * Checks the `samples` trait. An empty object gives none.
 *
 * @throws WireError when its bytes do not fit its count
 */
export function readSamples(value: unknown): Samples {
  if (!isRecord(value) || value.count === undefined) return NO_SAMPLES;
  const count = wholeNumber(value.count, 'samples: count');
  const { probabilities, truth } = value;
  if (!ArrayBuffer.isView(probabilities) || !ArrayBuffer.isView(truth)) {
    throw new WireError('samples: probabilities and truth must be binary');
  }
  if (probabilities.byteLength !== 4 * count || truth.byteLength !== count) {
    throw new WireError(
      `samples: ${count} samples need ${4 * count} and ${count} bytes. ` +
        `Received: ${probabilities.byteLength} and ${truth.byteLength}`,
    );
  }
  const view = new DataView(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength);
  return {
    probabilities: Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true)),
    truth: new Uint8Array(truth.buffer.slice(truth.byteOffset, truth.byteOffset + count)),
  };
}

/** What the kernel sends for a threshold, in the same form. */
export interface Judged {
  /** By true and predicted class: 00, 01, 10, 11. */
  counts: Int32Array;
  scores: ClassScores;
  /** False positive rate, recall and precision of class 1. */
  point: [number, number, number];
}

/** Judges all samples: class 1 is predicted where its probability is at least the threshold. */
export function judge({ probabilities, truth }: Samples, threshold: number): Judged {
  const counts = new Int32Array(4);
  const support = [0, 0];
  // In the precision of the probabilities, as the kernel compares them.
  const least = Math.fround(threshold);
  probabilities.forEach((probability, i) => {
    const actual = truth[i] === 1 ? 1 : 0;
    support[actual]! += 1;
    if (Number.isFinite(probability)) counts[2 * actual + (probability >= least ? 1 : 0)]! += 1;
  });
  const scores = scoresOf(counts, support);
  return {
    counts,
    scores,
    point: [
      counts[1]! / (counts[0]! + counts[1]!),
      counts[3]! / (counts[2]! + counts[3]!),
      scores.precision[1]!,
    ],
  };
}

/** How many samples of each true class have a probability in each of so many equal bins. */
export function histogram({ probabilities, truth }: Samples, bins: number): [number[], number[]] {
  const found: [number[], number[]] = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)];
  probabilities.forEach((probability, i) => {
    if (!Number.isFinite(probability)) return;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)));
    found[truth[i] === 1 ? 1 : 0][bin]! += 1;
  });
  return found;
}

/** A threshold with its place on the ROC and on the precision-recall curve. */
export interface Stop {
  threshold: number;
  falsePositiveRate: number;
  recall: number;
  precision: number;
}

/** Every threshold at which something changes, from the highest on. */
export function stopsOf({ probabilities, truth }: Samples): Stop[] {
  const order = [...probabilities.keys()].filter((i) => Number.isFinite(probabilities[i]));
  order.sort((a, b) => probabilities[b]! - probabilities[a]!);
  const positives = order.reduce((sum, i) => sum + truth[i]!, 0);
  const negatives = order.length - positives;
  let [tp, fp] = [0, 0];
  const stops: Stop[] = [];
  order.forEach((i, at) => {
    if (truth[i] === 1) tp += 1;
    else fp += 1;
    const threshold = probabilities[i]!;
    if (at + 1 < order.length && probabilities[order[at + 1]!] === threshold) return;
    stops.push({
      threshold,
      falsePositiveRate: fp / negatives,
      recall: tp / positives,
      precision: tp / (tp + fp),
    });
  });
  return stops;
}

/** The threshold whose point on a curve is nearest to a place in the unit square; null where there is none. */
export function nearestStop(
  stops: readonly Stop[],
  curve: 'roc' | 'pr',
  [x, y]: readonly [number, number],
): number | null {
  let best: number | null = null;
  let least = Infinity;
  for (const stop of stops) {
    const [across, up] =
      curve === 'roc' ? [stop.falsePositiveRate, stop.recall] : [stop.recall, stop.precision];
    const distance = Math.hypot(across - x, up - y);
    if (distance < least) [least, best] = [distance, stop.threshold];
  }
  return best;
}
