import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readState } from '../../../src/shared/concept/state';
import { type CapacityValues, FIELDS } from '../../../src/views/capacity/fields';
import { type OwnPoints, pointsOf } from '../../../src/views/capacity/points';
import { fit, valueAt } from '../../../src/views/capacity/polynomial';
import { meanSquared, Trainer } from '../../../src/views/capacity/trainer';

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../tests/concepts/cases/capacity.json'), 'utf8'),
) as {
  polynomials: { state: string; coefficients: number[]; errors: number[] }[];
  networks: {
    state: string;
    epochs: number;
    best: number;
    training: number;
    validation: number;
    predicted: number[];
  }[];
  points: { state: string; x: number[]; y: number[]; vx: number[]; vy: number[] }[];
  own: { scale: [number, number, number, number]; table: number[]; errors: number[] };
};

const values = (state: string): CapacityValues => readState(state, FIELDS).values;

function expectClose(found: readonly number[], expected: readonly number[], relative = 1e-6): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((one, i) => {
    expect(Math.abs(one - expected[i]!)).toBeLessThanOrEqual(relative * Math.abs(expected[i]!) + 1e-8);
  });
}

describe('polynomials', () => {
  it.each(CASES.polynomials)('are those of NumPy and scikit-learn: $state', (one) => {
    const now = values(one.state);
    const { x, y, vx, vy } = pointsOf(now, null);
    const found = fit(x, y, now.degree, now.penalty, now.strength);
    expectClose(found, one.coefficients);
    const predict = (at: number): number => valueAt(found, at);
    expectClose([meanSquared(x, y, predict), meanSquared(vx, vy, predict)], one.errors, 1e-5);
  });

  it('survive points at one place, and one point', () => {
    const same = fit([0.5, 0.5, 0.5], [1, 2, 3], 5, 'none', 0);
    expect(valueAt(same, 0.5)).toBeCloseTo(2, 9);
    expect(valueAt(fit([0.1], [3], 20, 'l1', 1), -1)).toBeCloseTo(3, 9);
  });
});

describe('the network', () => {
  it.each(CASES.networks)('learns as in Python and in Keras: $state', (one) => {
    const now = values(one.state);
    const trainer = new Trainer(pointsOf(now, null), now, now.units);
    for (let i = 0; i < one.epochs; i += 1) trainer.advance();
    expect(trainer.epoch).toBe(one.epochs);
    expect(trainer.best).toBe(one.best);
    expect(trainer.stopped).toBe(now.stopping);
    expectClose([trainer.training.at(-1)!, trainer.validation.at(-1)!], [one.training, one.validation]);
    expectClose(
      [-0.5, 0, 0.7].map((x) => trainer.predict(x)),
      one.predicted,
    );
    if (now.stopping) expect(trainer.errors[1]).toBe(Math.min(...trainer.validation));
  });
});

describe('the points', () => {
  it.each(CASES.points)('are those of Python: $state', ({ state, x, y, vx, vy }) => {
    const found = pointsOf(values(state), null);
    expect([found.x.slice(0, 6), found.vx.slice(0, 4)]).toEqual([x, vx]);
    expectClose(found.y.slice(0, 6), y, 1e-10);
    expectClose(found.vy.slice(0, 4), vy, 1e-10);
  });

  it('of the user are split as in Python', () => {
    const { table, scale, errors } = CASES.own;
    const own: OwnPoints = {
      x: table.filter((_, i) => i % 2 === 0),
      y: table.filter((_, i) => i % 2 === 1),
      scale,
    };
    const { x, y, vx, vy } = pointsOf(values('data=own;degree=2'), own);
    const found = fit(x, y, 2, 'none', 0);
    const predict = (at: number): number => valueAt(found, at);
    expectClose([meanSquared(x, y, predict), meanSquared(vx, vy, predict)], errors);
  });
});
