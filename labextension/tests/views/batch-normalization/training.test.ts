// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { made } from '../../../src/shared/concept/points';
import { readState } from '../../../src/shared/concept/state';
import { FIELDS, STEPS } from '../../../src/views/batch-normalization/fields';
import { Network } from '../../../src/views/batch-normalization/network';
import { NetworkTraining, OwnTraining } from '../../../src/views/batch-normalization/training';
import { batches } from '../../../src/shared/concept/batches';
import { EXPLANATION } from '../../../src/views/batch-normalization/explanation';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/batch-normalization.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  trainings: {
    state: string;
    steps: number;
    losses: number[];
    gamma: number[];
    beta: number[];
    moving_mean: number[];
    moving_variance: number[];
    kernel: number[];
    plain: number[];
  }[];
};

function near(found: Float64Array | readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 7));
}

const stateOf = (text: string): ReturnType<typeof readState<typeof FIELDS>>['values'] =>
  readState(text, FIELDS).values;

describe('training', () => {
  it.each(cases.trainings)('is that of Python and Keras: $state', (given) => {
    const state = stateOf(given.state);
    const { data, seed, batch_size: size } = state;
    const points = made({ data, samples: 128, noise: 0.08, test: 0, seed });
    const training = new NetworkTraining(state, points);
    for (let i = 0; i < given.steps; i += 1) training.advance();
    const { plain, training: batch, inference } = training.losses(given.steps);
    near([plain, batch, inference], given.losses);
    near(training.course(given.steps, 0, 1, 'mean').moving.slice(-1), given.moving_mean.slice(1, 2));
    // The networks themselves, with all their weights.
    const [normal, other] = [new Network(state, true), new Network(state, false)];
    for (const chosen of batches(128, size, given.steps, seed + 500)) {
      const x = Float64Array.from(chosen.flatMap((i) => [points.x1[i]!, points.x2[i]!]));
      const labels = Float64Array.from(chosen, (i) => points.y[i]!);
      normal.step(x, labels);
      other.step(x, labels);
    }
    const first = normal.layers[0]!;
    near(first.gamma, given.gamma);
    near(first.beta, given.beta);
    near(first.movingMean, given.moving_mean);
    near(first.movingVariance, given.moving_variance);
    near(first.kernel, given.kernel);
    near(other.layers.at(-1)!.kernel, given.plain);
  });

  it('ends with its last step, and shows earlier ones as they were', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i, 5 - i]);
    const training = new OwnTraining(stateOf('batch_size=4;momentum=0.5'), rows);
    const first = training.unit(0, 0, 0, true);
    for (let i = 0; i < STEPS + 20; i += 1) training.advance();
    expect(training.steps).toBe(STEPS);
    expect(training.unit(0, 0, 0, true)).toEqual(first);
    expect(training.unit(STEPS, 0, 1, false).z).toHaveLength(training.batch(STEPS));
    // γ = 1 and β = 0: the mean of a normalized batch is 0.
    const { y } = training.unit(3, 0, 1, false);
    expect(y.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
  });
});

describe('what the texts say', () => {
  const lossesOf = (text: string, step: number): ReturnType<NetworkTraining['losses']> => {
    const state = stateOf(text);
    const { data, seed } = state;
    if (data === 'own') throw new Error('not a toy');
    const training = new NetworkTraining(state, made({ data, samples: 128, noise: 0.08, test: 0, seed }));
    while (training.steps < step) training.advance();
    return training.losses(step);
  };
  const stateFor = (name: string): string =>
    EXPLANATION.tries.find(({ text }) => text().startsWith(`**${name}`))!.state;

  it('is what happens: moving averages lag behind, most of all with a large momentum', () => {
    const usual = lossesOf('', 60);
    expect(usual.inference).toBeGreaterThan(1.4 * usual.training);
    const early = lossesOf(stateFor('Inference too early'), 100);
    expect(early.inference).toBeGreaterThan(3 * early.training);
    const ready = lossesOf('momentum=0.9', 100);
    expect(ready.inference).toBeLessThan(1.1 * ready.training);
  });

  it('is what happens: one layer learns faster without normalization', () => {
    const state = stateFor('Not needed');
    for (const step of [50, 200]) {
      const { plain, training, inference } = lossesOf(state, step);
      expect(plain).toBeLessThan(Math.min(training, inference));
    }
  });
});
