// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { type DenseActivation, backward, forward, readDense } from '../../../src/shared/concept/dense';
import { digitPicture } from '../../../src/shared/concept/grid';
import { CODES, DECODER } from '../../../src/views/reparameterization/decoder';
import { type Path, START } from '../../../src/views/reparameterization/fields';
import {
  decoded,
  divergence,
  estimate,
  gradients,
  normals,
  type Pair,
  Training,
} from '../../../src/views/reparameterization/latent';

interface Place {
  digit: number;
  beta: number;
  path: Path;
}

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/reparameterization.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  gradients: (Place & {
    mean: Pair;
    deviation: Pair;
    epsilon: Pair;
    loss: number;
    byZ: Pair;
    byMean: Pair;
    byDeviation: Pair;
    kl: Pair;
    estimate: number;
  })[];
  trained: (Place & { steps: number; seed: number; mean: Pair; deviation: Pair })[];
  normals: { seed: number; step: number; values: number[] }[];
  decoded: { z: Pair; sum: number; row: number[] };
};
const decoder = readDense(DECODER);

function near(found: readonly number[], wanted: readonly number[], digits = 6): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, digits));
}

describe('the latent space', () => {
  it.each(cases.gradients)('has the gradients of Python: digit $digit, $path', (given) => {
    const found = gradients(decoder, digitPicture(given.digit).data, given);
    expect(found.loss).toBeCloseTo(given.loss, 5);
    near(found.byZ, given.byZ);
    near(found.byMean, given.byMean);
    near(found.byDeviation, given.byDeviation);
    near(
      [0, 1].map((i) => divergence(given.mean[i]!, given.deviation[i]!)),
      given.kl,
    );
    expect(estimate(given.mean, given.deviation, normals(5, -1, 120))).toBeCloseTo(given.estimate, 7);
  });

  it.each(cases.trained)('is trained as in Python: digit $digit, $steps steps, $path', (given) => {
    const training = new Training(START.mean, START.deviation);
    for (let step = 0; step < given.steps; step += 1) {
      const { mean, deviation } = training;
      const [a, b] = normals(given.seed, step);
      const place = { ...given, mean, deviation, epsilon: [a!, b!] as const };
      training.step(gradients(decoder, digitPicture(given.digit).data, place));
    }
    near(training.mean, given.mean, 5);
    near(training.deviation, given.deviation, 5);
  });

  it('is decoded as in Python, with the same random numbers', () => {
    const image = decoded(decoder, cases.decoded.z);
    expect(image.reduce((a, b) => a + b)).toBeCloseTo(cases.decoded.sum, 5);
    near([...image.subarray(28 * 14, 28 * 15)], cases.decoded.row, 7);
    for (const { seed, step, values } of cases.normals) near(normals(seed, step, values.length), values, 7);
  });
});

describe('dense layers', () => {
  it.each(['linear', 'relu', 'tanh', 'sigmoid'] as DenseActivation[])(
    'have the gradient of finite differences: %s',
    (activation) => {
      const layers = [
        {
          inputs: 2,
          units: 3,
          activation,
          kernel: Float64Array.of(0.5, -1, 0.3, 0.8, 0.2, -0.7),
          biases: Float64Array.of(0.1, 0.4, -0.2),
        },
      ];
      const x = Float64Array.of(0.6, -0.4);
      const total = (at: Float64Array): number => forward(layers, at)[1]!.reduce((a, b) => a + b);
      const found = backward(layers, forward(layers, x), Float64Array.of(1, 1, 1));
      for (const i of [0, 1]) {
        const [up, down] = [1e-6, -1e-6].map((by) => total(x.map((v, j) => (i === j ? v + by : v))));
        expect(found[i]).toBeCloseTo((up! - down!) / 2e-6, 6);
      }
    },
  );
});

describe('a cloud that begins narrow', () => {
  it.each([
    [0, 0.01, 0.011],
    [1, 0.021, 0.07],
  ])('is after training with β = %d as the explanation says', (beta, low, high) => {
    const mean: Pair = [-0.5, 0.4];
    CODES[2]!.slice(0, 2).forEach((one, i) => expect(one).toBeCloseTo(mean[i]!, 1));
    const training = new Training(mean, [0.02, 0.02]);
    const x = digitPicture(2).data;
    const decoder = readDense(DECODER);
    for (let step = 0; step < 400; step += 1) {
      const [a, b] = normals(20, step);
      const place = {
        mean: training.mean,
        deviation: training.deviation,
        beta,
        path: 'reparameterized',
      } as const;
      training.step(gradients(decoder, x, { ...place, epsilon: [a!, b!] }));
    }
    for (const one of training.deviation) {
      expect(one).toBeGreaterThanOrEqual(low - 1e-9);
      expect(one).toBeLessThan(high);
    }
  });
});
