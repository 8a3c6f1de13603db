// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Phase, Scaling, ValuesName } from '../../../src/views/dropout/fields';
import { maskOf, scaleOf } from '../../../src/views/dropout/masks';
import { DropoutModel } from '../../../src/views/dropout/model';
import { DropoutView } from '../../../src/views/dropout/view';
import { display } from '../../harness';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/dropout.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  masks: { rate: number; seed: number; step: number; mask: number[] }[];
  averages: {
    values: ValuesName | number[][];
    rate: number;
    seed: number;
    steps: number;
    scaling: Scaling;
    average: number[];
  }[];
  scales: [Scaling, Phase, number, number][];
};

describe('masks', () => {
  it.each(cases.masks)('are those of Python: rate $rate, seed $seed, step $step', (given) => {
    expect(maskOf(given.mask.length, given.rate, given.seed, given.step)).toEqual(given.mask);
  });

  it.each(cases.scales)('scale by what Python says: %s, %s, %s', (scaling, phase, rate, scale) => {
    expect(scaleOf(rate, scaling, phase)).toBeCloseTo(scale, 9);
  });

  it.each(cases.averages)('have the average of Python: $values, $rate, $scaling', (given) => {
    const { values, rate, seed, scaling } = given;
    const text = typeof values === 'string' ? values : values.map((row) => row.join()).join('/');
    const state = `values=${text};rate=${rate};seed=${seed};scaling=${scaling}`;
    const model = display(DropoutModel, DropoutView, { state }).model;
    // Step by step, and from the beginning after a step back.
    model.past(given.steps + 3);
    const { average, sums } = model.past(given.steps - 1);
    expect(sums).toHaveLength(given.steps);
    average.forEach((value, i) => expect(value).toBeCloseTo(given.average[i]!, 7));
  });
});
