// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { drawn } from '../../../src/views/initialization/draws';
import type { Distribution } from '../../../src/views/initialization/fields';
import { InitializationModel } from '../../../src/views/initialization/model';
import { logRange, powers, powerText } from '../../../src/views/initialization/scale';
import { three } from '../../../src/shared/concept/numbers';
import { InitializationView } from '../../../src/views/initialization/view';
import { display } from '../../harness';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/initialization.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  passes: {
    state: string;
    activations: number[];
    rms: number[];
    counts: number[];
    gradients: number[];
    weights: number[];
    loss: number;
  }[];
  draws: {
    distribution: Distribution;
    truncated: boolean;
    seed: number;
    place: number;
    numbers: number[];
  }[];
};

function near(found: readonly (number | null)[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-7 + 1e-12);
  });
}

describe('the network of the page', () => {
  it.each(cases.draws)('draws the numbers of Python: $distribution, seed $seed', (given) => {
    const { distribution, seed, place, truncated, numbers } = given;
    near([...drawn(numbers.length, distribution, seed, place, truncated)], numbers);
  });

  it.each(cases.passes)('has the signals of Python: $state', (given) => {
    const { profile } = display(InitializationModel, InitializationView, { state: given.state }).model;
    near(profile.activations.std, given.activations);
    near(profile.activations.rms, given.rms);
    near(profile.gradients.std, given.gradients);
    near(profile.weights.std.slice(1), given.weights);
    expect(profile.activations.counts.at(-1)).toEqual(given.counts);
    near([profile.loss], [given.loss]);
  });
});

describe('the log scale', () => {
  it('reaches over all numbers, with a place for zeros', () => {
    expect(logRange([[1, 0.5, null]])).toEqual({ low: -3, high: 1, zeros: false });
    expect(logRange([[2e-7, 0], [3e4]])).toEqual({ low: -7, high: 5, zeros: true });
    expect(logRange([[1e-200, Infinity]])).toEqual({ low: -30, high: 30, zeros: false });
    expect(powers({ low: -7, high: 5, zeros: false }, 5)).toEqual([-6, -3, 0, 3]);
    expect([-12, 0, 1, 3].map(powerText)).toEqual(['10⁻¹²', '1', '10', '10³']);
  });

  it('writes three figures', () => {
    const texts = [0.0057512, -12.345, 1.9e-7, 0, Infinity, 123456].map(three);
    expect(texts).toEqual(['0.00575', '−12.3', '1.90e−7', '0', '∞', '1.23e5']);
  });
});
