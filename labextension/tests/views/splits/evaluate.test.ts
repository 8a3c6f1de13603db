import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { shuffled } from '../../../src/shared/concept/batches';
import { readState } from '../../../src/shared/concept/state';
import { plainSamples, samplesOf } from '../../../src/views/splits/data';
import { baseline, type Measured, measure } from '../../../src/views/splits/evaluate';
import { FIELDS, type SplitsValues } from '../../../src/views/splits/fields';

interface Way {
  scores: number[];
  wrong: number[];
  spread: number;
  order: number[];
  sizes: number[][];
  first: number[];
}

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../tests/concepts/cases/splits.json'), 'utf8'),
) as {
  states: { state: string; baseline: number; careless: Way; right: Way }[];
  own: { x: number[][]; y: number[]; plain: number[]; scores: number[][] };
  shuffled: number[];
};

const values = (state: string): SplitsValues => readState(state, FIELDS).values;

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((one, i) => expect(one).toBeCloseTo(expected[i]!, 9));
}

function expectWay(found: Measured, expected: Way): void {
  expectClose(found.scores, expected.scores);
  expect(found.wrong.map((one) => one.size)).toEqual(expected.wrong);
  expect(found.spread).toBeCloseTo(expected.spread, 9);
  expect(found.splits.at(-1)!.order.slice(0, 12)).toEqual(expected.order);
  expect(found.splits.map((one) => [one.train.length, one.validation.length])).toEqual(expected.sizes);
  expect(found.splits[0]!.validation.slice(0, 5)).toEqual(expected.first);
}

describe('the scores of splits', () => {
  it.each(CASES.states)('are those of scikit-learn: $state', (one) => {
    const now = values(one.state);
    const samples = samplesOf(now, null);
    expectWay(measure(samples, now, true, now.seed), one.careless);
    expectWay(measure(samples, now, false, now.seed), one.right);
    expect(baseline(samples)).toBeCloseTo(one.baseline, 9);
  });

  it('are those of the user’s samples in a regression', () => {
    const { x, y, plain, scores } = CASES.own;
    const own = plainSamples(Float64Array.from(x.flat(), Math.fround), Float64Array.from(y), 0);
    const now = values('data=own;folds=3;neighbors=3');
    expectClose(measure(samplesOf(now, own), now, false, 0).scores, plain);
    const leak = values('data=own;folds=3;neighbors=3;trap=selection');
    const samples = samplesOf(leak, own);
    expectClose(measure(samples, leak, true, 0).scores, scores[0]!);
    expectClose(measure(samples, leak, false, 0).scores, scores[1]!);
  });

  it('shuffles as in Python', () => {
    expect(shuffled(10, 42)).toEqual(CASES.shuffled);
  });

  it('survive more neighbors than samples, and a constant feature', () => {
    const constant = plainSamples(
      new Float64Array(12).fill(0.1),
      Float64Array.from({ length: 12 }, (_, i) => i % 2),
      2,
    );
    const now = values('data=own;folds=10;neighbors=15;trap=time');
    for (const score of measure(constant, now, false, 0).scores) expect([0, 1]).toContain(score);
  });
});
