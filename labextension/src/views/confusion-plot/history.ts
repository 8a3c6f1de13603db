/** The confusion matrices recorded during training. */

import { isRecord, wholeNumber, WireError } from '../../core/wire';

export interface History {
  k: number;
  /** Of each matrix, rising. */
  steps: readonly number[];
  /** By matrix, true class and predicted class. */
  counts: Int32Array;
}

/**
 * Checks what the kernel answers to a `history` message.
 *
 * @throws WireError when its bytes do not fit its steps and classes
 */
export function readHistory(content: unknown, buffers: readonly DataView[]): History {
  if (!isRecord(content) || !Array.isArray(content.steps)) throw new WireError('history: no steps');
  const k = wholeNumber(content.k, 'history: k');
  const steps = content.steps.map((step) => wholeNumber(step, 'history: step'));
  const [data] = buffers;
  const size = steps.length * k * k;
  if (data?.byteLength !== 4 * size) {
    throw new WireError(
      `history: ${steps.length} matrices need ${4 * size} bytes. Received: ${data?.byteLength ?? 'none'}`,
    );
  }
  return { k, steps, counts: Int32Array.from({ length: size }, (_, i) => data.getInt32(4 * i, true)) };
}

/** The counts of one matrix. */
export function countsAt({ k, counts }: History, at: number): Int32Array {
  return counts.subarray(at * k * k, (at + 1) * k * k);
}

/** Scores in the form of the `scores` trait; 0/0 is NaN. */
export interface ClassScores {
  accuracy: number;
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
  /** The means of precision, recall and F1 over the classes for which they are defined. */
  macro: number[];
}

/**
 * The scores of a matrix.
 *
 * @param counts by true class and predicted class
 * @param support samples of each class, also those whose output is not a number and that are in no cell
 */
export function scoresOf(counts: ArrayLike<number>, support: readonly number[]): ClassScores {
  const k = support.length;
  const right = support.map((_, i) => counts[i * k + i]!);
  const predicted = support.map((_, column) => {
    let sum = 0;
    for (let row = 0; row < k; row += 1) sum += counts[row * k + column]!;
    return sum;
  });
  const precision = right.map((n, i) => n / predicted[i]!);
  const recall = right.map((n, i) => n / support[i]!);
  const f1 = right.map((n, i) => (2 * n) / (predicted[i]! + support[i]!));
  return {
    accuracy: total(right) / total(support),
    precision,
    recall,
    f1,
    support: [...support],
    macro: [precision, recall, f1].map(mean),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** The mean of what is defined. */
function mean(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return total(known) / known.length;
}
