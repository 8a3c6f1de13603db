import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { made } from '../../../src/shared/concept/points';
import { readState } from '../../../src/shared/concept/state';
import { FIELDS } from '../../../src/views/unfolding/fields';
import { Flow, initialWeights, SAMPLES, score, Trainer } from '../../../src/views/unfolding/flow';
import { Lattice, NODES } from '../../../src/views/unfolding/lattice';

const file = new URL('../../../../tests/concepts/cases/unfolding.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  training: {
    state: string;
    start: number[];
    losses: number[];
    weights: number[];
    at: [number, number];
    ways: number[];
  }[];
};

function near(found: ArrayLike<number>, expected: readonly number[], digits = 6): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, digits));
}

function begun(state: string): {
  flow: Flow;
  trainer: Trainer;
  points: ReturnType<typeof made>;
  rate: number;
} {
  const { values: now } = readState(state, FIELDS);
  const points = made({ data: now.data, samples: SAMPLES, noise: now.noise, test: 0, seed: now.seed });
  const flow = new Flow(now.layers, now.units, initialWeights(now.layers, now.units, now.seed));
  return { flow, points, trainer: new Trainer(flow, points, now.seed), rate: now.learning_rate };
}

// `tests/concepts/test_unfolding.py` computes the same cases with NumPy and Keras.
describe('the flow', () => {
  it.each(cases.training)('trains as in Python: $state', (one) => {
    const { flow, trainer, points, rate } = begun(one.state);
    near(flow.weights, one.start, 8);
    for (const loss of one.losses) {
      trainer.advance(rate);
      expect(score(flow, points).loss).toBeCloseTo(loss, 7);
    }
    near(flow.weights, one.weights);
    near(flow.forward(...one.at), one.ways);
  });

  it('unrolls two spirals within what is shown', () => {
    const { flow, trainer, points, rate } = begun('');
    for (let i = 0; i < 100; i += 1) trainer.advance(rate);
    expect(score(flow, points).accuracy).toBe(1);
  });

  it('has places between the layers, and a boundary that is a line at the end', () => {
    const { flow, trainer, rate } = begun('layers=2');
    for (let i = 0; i < 5; i += 1) trainer.advance(rate);
    expect(flow.place(0.5, -1, 0)).toEqual([0.5, -1]);
    const ways = [...flow.forward(0.5, -1)];
    near(flow.place(0.5, -1, 1.25), [0.75 * ways[2]! + 0.25 * ways[4]!, 0.75 * ways[3]! + 0.25 * ways[5]!]);
    const lattice = new Lattice();
    lattice.update(flow);
    near(lattice.node(0, NODES - 1, 2), [...flow.place(-2, -2, 2)], 4);
    expect(lattice.boundary.length).toBeGreaterThan(100);
    const [a, b, c] = flow.line;
    const [x, y] = lattice.between(lattice.boundary[0]!, lattice.boundary[1]!, 2);
    expect((x * a + y * b + c) / Math.hypot(a, b)).toBeCloseTo(0, 2);
  });
});
