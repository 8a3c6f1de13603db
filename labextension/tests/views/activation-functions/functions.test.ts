import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { softmax } from '../../../src/shared/concept/softmax';
import {
  activation,
  fromValues,
  type KnownName,
  placeOf,
  POINTS,
  zones,
} from '../../../src/views/activation-functions/functions';
import { stackOutput, stackWeights } from '../../../src/views/activation-functions/stack';

const file = new URL('../../../../tests/concepts/cases/activation-functions.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  x: number[];
  functions: Record<
    KnownName,
    { negative_slope: number; values: number[]; slopes: number[]; zones: [number, number, string][] }[]
  >;
  stacks: {
    layers: number;
    units: number;
    seed: number;
    activation: KnownName;
    x: number[];
    y: number[];
    straight: number[];
  }[];
  softmax: { logits: number[]; probabilities: number[] }[];
};

function near(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9));
}

// `tests/concepts/test_activation_functions.py` computes the same cases with Keras and TensorFlow.
describe('activation functions', () => {
  it.each(Object.entries(cases.functions))('%s is that of Python', (name, all) => {
    for (const { negative_slope: slope, values, slopes, zones: flat } of all) {
      const found = activation(name as KnownName, slope);
      near(cases.x.map(found.value), values);
      near(cases.x.map(found.slope), slopes);
      const kinds = zones(Array.from({ length: POINTS }, (_, i) => found.slope(placeOf(i))));
      expect(kinds.map(({ kind }) => kind)).toEqual(flat.map(([, , kind]) => kind));
      near(
        kinds.flatMap(({ from, to }) => [from, to].map((x) => Number(x.toFixed(6)))),
        flat.flatMap(([from, to]) => [from, to]),
      );
    }
  });

  it('gelu passes large inputs as they are, and stops very negative ones', () => {
    const { value, slope } = activation('gelu', 0);
    expect([19.5, 25, 60, 1000].map(value)).toEqual([19.5, 25, 60, 1000]);
    expect([19.5, 25, 60, 1000].map(slope)).toEqual([1, 1, 1, 1]);
    expect([-19.5, -60].map((x) => Math.abs(value(x)))).toEqual([0, 0]);
    expect(value(8.4)).toBeCloseTo(8.4, 12);
  });

  it.each(cases.stacks)('a stack with $activation is that of Python', (one) => {
    const weights = stackWeights(one.layers, one.units, one.seed);
    const { value } = activation(one.activation, 0.2);
    near(
      one.x.map((x) => stackOutput(weights, x, value)),
      one.y,
    );
    near(
      one.x.map((x) => stackOutput(weights, x, (same) => same)),
      one.straight,
    );
  });

  it('softmax is that of Python, and takes the largest logit at temperature 0', () => {
    for (const { logits, probabilities } of cases.softmax) near(softmax(logits), probabilities);
    expect(softmax([1, 5, 5], 0)).toEqual([0, 1, 0]);
    expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
  });

  it('reads a function of the user’s between its values', () => {
    const squares = fromValues(Array.from({ length: POINTS }, (_, i) => placeOf(i) ** 2));
    expect(squares.value(2.005)).toBeCloseTo(2.005 ** 2, 3);
    expect(squares.slope(2)).toBeCloseTo(4, 6);
    expect(squares.slope(-6)).toBeCloseTo(-12, 1);
    expect(squares.value(100)).toBe(36);
  });
});
