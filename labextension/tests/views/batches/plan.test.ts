import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { epochOrder, noise, planOf } from '../../../src/views/batches/plan';

const file = new URL('../../../../tests/concepts/cases/batches.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  plans: {
    samples: number;
    batch_size: number;
    epochs: number;
    drop_remainder: boolean;
    iterations: number;
    last: number;
    updates: number;
    seen: number;
    left_out: number;
    noise: number;
  }[];
  orders: { samples: number; epoch: number; seed: number; order: number[] }[];
};

// `tests/concepts/test_batches.py` counts the same cases with Keras, tf.data and NumPy.
describe('what fit does', () => {
  it.each(cases.plans)('$samples samples by $batch_size, $drop_remainder', (one) => {
    expect(planOf(one.samples, one.batch_size, one.epochs, one.drop_remainder)).toEqual({
      iterations: one.iterations,
      last: one.last,
      updates: one.updates,
      seen: one.seen,
      leftOut: one.left_out,
    });
    expect(noise(one.samples, one.batch_size)).toBeCloseTo(one.noise, 10);
  });

  it('orders the samples of an epoch as Python does', () => {
    for (const { samples, epoch, seed, order } of cases.orders) {
      expect([...epochOrder(samples, epoch, seed, true)]).toEqual(order);
    }
    expect([...epochOrder(4, 1, 2, false)]).toEqual([0, 1, 2, 3]);
  });
});
