import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { areasOf, levelAt, levelsOf, sharesOf, toy } from '../../../src/views/metrics/evaluate';
import { VALUES } from '../../../src/views/metrics/fields';
import { errorsOf, leastAbsolute, leastSquares } from '../../../src/views/metrics/lines';

const file = new URL('../../../../tests/concepts/cases/metrics.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  samples: {
    labels: number[];
    scores: number[];
    levels: [number | null, number, number, number, number][];
    areas: [number | null, number | null];
  }[];
  toys: { positives: number; separation: number; seed: number; scores: number[] }[];
  values: number[];
  lines: { y: number[]; squares: number[]; squares_errors: [number, number]; absolute_error: number }[];
};

// `tests/concepts/test_metrics.py` computes the same cases with scikit-learn.
describe('metrics', () => {
  it('counts what scikit-learn counts at every threshold', () => {
    for (const { labels, scores, levels, areas } of cases.samples) {
      const samples = { labels: Uint8Array.from(labels), scores: Float64Array.from(scores) };
      const found = levelsOf(samples);
      const rows = found.map(({ threshold, counts: { tp, fp, fn, tn } }) => [
        Number.isFinite(threshold) ? threshold : null,
        tp,
        fp,
        fn,
        tn,
      ]);
      expect(rows).toEqual(levels);
      const { roc, precision } = areasOf(found);
      if (areas[0] === null) expect([roc, precision]).toEqual([null, null]);
      else {
        expect(roc).toBeCloseTo(areas[0], 8);
        expect(precision).toBeCloseTo(areas[1]!, 8);
      }
      found.forEach(({ threshold }, i) => expect(levelAt(found, threshold)).toBe(i));
      expect(levelAt(found, -1e9)).toBe(found.length - 1);
    }
  });

  it('makes up the samples that Python makes up', () => {
    for (const { positives, separation, seed, scores } of cases.toys) {
      const made = toy(positives, separation, seed);
      expect([...made.scores.slice(0, 8)]).toEqual(scores);
      expect(made.labels.reduce((a, b) => a + b, 0)).toBe(positives);
    }
    expect(VALUES).toEqual(cases.values);
  });

  it('has no value for 0 / 0', () => {
    const { accuracy, precision, recall, f1 } = sharesOf({ tp: 0, fp: 0, fn: 1, tn: 99 });
    expect([accuracy, precision, recall, f1]).toEqual([0.99, null, 0, 0]);
  });

  it('fits the lines with the lowest errors', () => {
    for (const { y, squares, squares_errors: both, absolute_error: lowest } of cases.lines) {
      const line = leastSquares(y);
      line.forEach((value, i) => expect(value).toBeCloseTo(squares[i]!, 8));
      const { mse, mae } = errorsOf(y, line);
      expect(mse).toBeCloseTo(both[0], 8);
      expect(mae).toBeCloseTo(both[1], 8);
      expect(errorsOf(y, leastAbsolute(y)).mae).toBeCloseTo(lowest, 8);
    }
  });
});
