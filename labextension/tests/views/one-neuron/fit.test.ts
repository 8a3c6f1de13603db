import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { batches } from '../../../src/shared/concept/batches';
import { readState } from '../../../src/shared/concept/state';
import { FIELDS, STEPS } from '../../../src/views/one-neuron/fields';
import { bestOf, learn, lossOf, shapeOf } from '../../../src/views/one-neuron/fit';

interface Case {
  state: string;
  curvature: number;
  best: [number, number];
  steps: number;
  path: [number, number][];
}

const file = new URL('../../../../tests/concepts/cases/one-neuron.json', import.meta.url);
const cases = (JSON.parse(readFileSync(file, 'utf8')) as { lines: Case[] }).lines;

// `tests/concepts/test_one_neuron.py` tries the same with NumPy, Keras and scikit-learn.
it.each(cases)('learns as the reference does: "$state"', ({ state, curvature, best, steps, path }) => {
  const { values, problems } = readState(state, FIELDS);
  expect(problems).toEqual([]);
  const { w, b, x, y, learning_rate, batch_size, seed } = values;
  expect(shapeOf(x).curvature).toBeCloseTo(curvature, 8);
  expect(shapeOf(x).limit).toBeCloseTo(2 / curvature, 8);
  bestOf(x, y).forEach((value, i) => expect(value).toBeCloseTo(best[i]!, 8));
  const all = x.map((_, i) => i);
  const chosen =
    batch_size > 0 ? batches(x.length, batch_size, STEPS, seed) : new Array<number[]>(STEPS).fill(all);
  const found = learn(x, y, [w, b], learning_rate, chosen);
  expect(found.path).toHaveLength(steps + 1);
  path.forEach((expected, i) => {
    const at = found.path[2 * i]!;
    at.forEach((value, j) => {
      const size = Math.abs(expected[j]!) + 1;
      expect(value / size).toBeCloseTo(expected[j]! / size, 8);
    });
    expect(found.losses[2 * i]).toBe(lossOf(x, y, at));
  });
});
