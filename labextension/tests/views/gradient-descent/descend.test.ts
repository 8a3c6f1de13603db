import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { batches } from '../../../src/shared/concept/batches';
import { descend } from '../../../src/views/gradient-descent/descend';
import { LANDSCAPES, type Landscape } from '../../../src/views/gradient-descent/landscape';
import { leastSquares, POINTS, standardized } from '../../../src/views/gradient-descent/least-squares';
import { type Knobs, type OptimizerName } from '../../../src/views/gradient-descent/optimizers';
import { tableLandscape } from '../../../src/views/gradient-descent/own-function';
import { verdictOf } from '../../../src/views/gradient-descent/verdict';

const file = new URL('../../../../tests/concepts/cases/gradient-descent.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  landscapes: Record<string, { start: number[]; lowest: number[]; bounds: [number, number][] }>;
  points: [number[], number[]];
  values: { function: string; at: number[]; loss: number; gradient: number[] }[];
  paths: { function: string; optimizer: OptimizerName; knobs: Knobs; every: number; points: number[][] }[];
  batches: {
    batch_size: number;
    seed: number;
    optimizer: OptimizerName;
    learning_rate: number;
    batches: number[][];
    points: number[][];
  }[];
  tables: { values: number[][]; at: number[][]; loss: number[] }[];
};
const KNOBS: Knobs = { learning_rate: 0.05, momentum: 0.9, rho: 0.9, beta_2: 0.999, epsilon: 1e-7 };

function near(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 7));
}

/** Slopes from differences of the loss. */
function slopes(landscape: Landscape, at: readonly number[]): number[] {
  return at.map((_, i) => {
    const moved = (by: number): number =>
      landscape.loss(at.map((value, j) => (i === j ? value + by : value)));
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });
}

// `tests/concepts/test_gradient_descent.py` computes the same cases with NumPy, SciPy and Keras.
describe('landscapes', () => {
  it.each(cases.values)('$function has the loss and the gradient of Python', ({ function: name, ...one }) => {
    const landscape = LANDSCAPES.get(name)!;
    expect(landscape.loss(one.at)).toBeCloseTo(one.loss, 7);
    near(landscape.gradient(one.at), one.gradient);
  });

  it('has starts, lowest places and bounds of Python', () => {
    expect([...LANDSCAPES.keys()].sort()).toEqual(Object.keys(cases.landscapes).sort());
    for (const [name, told] of Object.entries(cases.landscapes)) {
      const landscape = LANDSCAPES.get(name)!;
      near(landscape.start, told.start);
      near(landscape.lowest.at, told.lowest);
      expect(landscape.bounds).toEqual(told.bounds);
    }
    expect([POINTS.x, POINTS.y]).toEqual(cases.points);
  });

  it('fits a line with a loss whose gradient is that of finite differences', () => {
    for (const points of [POINTS, standardized(POINTS)]) {
      const landscape = leastSquares(points);
      const at = [0.3, -1.2];
      slopes(landscape, at).forEach((slope, i) => expect(landscape.gradient(at)[i]).toBeCloseTo(slope, 5));
      near(landscape.gradient(landscape.lowest.at), [0, 0]);
      near(
        landscape.batchGradient(
          at,
          points.x.map((_, i) => i),
        ),
        landscape.gradient(at),
      );
    }
    expect(leastSquares(standardized(POINTS)).curvature).toBeCloseTo(2, 7);
  });

  it.each(cases.tables)(
    'lays a smooth surface through a table, whose gradient is right everywhere',
    (one) => {
      const [rows, columns] = [one.values.length, one.values[0]!.length];
      const landscape = tableLandscape({ rows, columns, data: Float32Array.from(one.values.flat()) });
      one.at.forEach((at, i) => {
        expect(landscape.loss(at)).toBeCloseTo(one.loss[i]!, 5);
        slopes(landscape, at).forEach((slope, j) => expect(landscape.gradient(at)[j]).toBeCloseTo(slope, 4));
      });
      // Beyond the edge it rises, so that a descent comes back.
      const outside = landscape.axes.map(() => 9);
      expect(landscape.loss(outside)).toBeGreaterThan(landscape.loss(landscape.axes.map(() => 2)));
    },
  );
});

describe('descents', () => {
  it.each(cases.paths)('$optimizer on $function goes the way of Keras', (one) => {
    const landscape = LANDSCAPES.get(one.function)!;
    const steps = (one.points.length - 1) * one.every;
    const path = descend(landscape, landscape.start, one.optimizer, one.knobs, undefined, steps);
    one.points.forEach((point, i) => near(path.points[i * one.every]!, point));
  });

  it.each(cases.batches)('takes the batches of Python with $batch_size points', (one) => {
    const landscape = leastSquares(POINTS);
    const chosen = batches(20, one.batch_size, 30, one.seed);
    expect(chosen.slice(0, 8)).toEqual(one.batches);
    const knobs = { ...KNOBS, learning_rate: one.learning_rate };
    const gradient = (at: readonly number[], step: number): number[] =>
      landscape.batchGradient(at, chosen[step]!);
    const path = descend(landscape, [0, 0], one.optimizer, knobs, gradient, 30);
    one.points.forEach((point, i) => near(path.points[i * 3]!, point));
  });

  it('says how each ends', () => {
    const verdict = (name: string, optimizer: OptimizerName, rate = 0.05): unknown => {
      const landscape = LANDSCAPES.get(name)!;
      return verdictOf(
        landscape,
        descend(landscape, landscape.start, optimizer, { ...KNOBS, learning_rate: rate }),
      );
    };
    expect(verdict('two_minima', 'sgd')).toEqual({ kind: 'local' });
    expect(verdict('two_minima', 'momentum')).toMatchObject({ kind: 'arrives' });
    expect(verdict('valley', 'sgd')).toEqual({ kind: 'travels' });
    expect(verdict('bowl', 'sgd', 0.5)).toEqual({ kind: 'arrives', step: 1 });
    expect(verdict('bowl', 'sgd', 1.1)).toMatchObject({ kind: 'diverges' });
    expect(verdict('bowl', 'sgd', 1)).toEqual({ kind: 'swings' });
    // Where the ridge is exact, nothing pushes to either side.
    const saddle = LANDSCAPES.get('saddle')!;
    expect(verdictOf(saddle, descend(saddle, [-1.7, 0], 'momentum', KNOBS))).toEqual({ kind: 'saddle' });
  });

  it('diverges for SGD just above 2 / the largest curvature', () => {
    const all = [...LANDSCAPES.values(), leastSquares(POINTS)].filter(({ curvature }) => curvature !== null);
    expect(all).toHaveLength(4);
    for (const landscape of all) {
      const last = (factor: number): number => {
        const learning_rate = (factor * 2) / landscape.curvature!;
        return descend(landscape, landscape.start, 'sgd', { ...KNOBS, learning_rate }).losses.at(-1)!;
      };
      expect(last(0.97)).toBeLessThan(landscape.loss(landscape.start));
      expect(last(1.03)).toBeGreaterThan(landscape.loss(landscape.start));
    }
  });
});
