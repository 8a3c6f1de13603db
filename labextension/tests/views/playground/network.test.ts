import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { readState } from '../../../src/shared/concept/state';
import { moved, separation } from '../../../src/views/playground/coordinates';
import { FEATURE } from '../../../src/views/playground/features';
import { type FeatureName, FIELDS } from '../../../src/views/playground/fields';
import { initialWeights, Network } from '../../../src/shared/concept/dense-network';
import { SIDE, coordinates, Plane } from '../../../src/views/playground/plane';
import { drawnPoints, made, placeOf } from '../../../src/shared/concept/points';
import { Search } from '../../../src/views/playground/search';
import { Training } from '../../../src/views/playground/training';

const file = new URL('../../../../tests/concepts/cases/playground.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  points: {
    data: string;
    samples: number;
    noise: number;
    test: number;
    seed: number;
    training: number;
    x: number[][];
    y: number[];
    sum: number[];
  }[];
  places: [number, number][];
  features: Record<FeatureName, number[]>;
  training: { state: string; losses: number[]; weights: number[]; start: number[] }[];
};

function begun(state: string): {
  training: Training;
  now: ReturnType<typeof readState<typeof FIELDS>>['values'];
} {
  const { values: now } = readState(state, FIELDS);
  const training = new Training();
  const points = now.data === 'drawn' ? drawnPoints(now.first, now.second, now.test, now.seed) : made(now);
  training.use(points, now.features);
  const sizes = [now.features.length, ...now.layers, 1];
  training.restart(sizes, now.activation, initialWeights(sizes, now.seed));
  return { training, now };
}

// `tests/concepts/test_playground.py` computes the same cases with NumPy and Keras.
describe('points', () => {
  it.each(cases.points)('$data are those of Python', (one) => {
    const found = made(one);
    expect(found.training).toBe(one.training);
    one.x.forEach(([x, y], i) => {
      expect(found.x1[i]).toBeCloseTo(x!, 8);
      expect(found.x2[i]).toBeCloseTo(y!, 8);
    });
    expect([...found.y.slice(0, 6)]).toEqual(one.y);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    expect(sum(found.x1)).toBeCloseTo(one.sum[0]!, 6);
    expect(sum(found.x2)).toBeCloseTo(one.sum[1]!, 6);
  });

  it('have the features of Python', () => {
    for (const [name, values] of Object.entries(cases.features)) {
      cases.places.forEach((place, i) => {
        expect(FEATURE[name as FeatureName].of(...place)).toBeCloseTo(values[i]!, 8);
      });
    }
  });

  it('are drawn on places that the state keeps', () => {
    const found = drawnPoints([placeOf(0.5), placeOf(-2.7)], [placeOf(1), placeOf(0)], 0, 0);
    expect([...found.x1].sort()).toEqual([0.5, 1]);
    expect([...found.x2].sort()).toEqual([-2, 0]);
  });
});

describe('training', () => {
  it.each(cases.training)(
    'has the losses and weights of Python: $state',
    ({ state, losses, weights, start }) => {
      const { training, now } = begun(state);
      start.forEach((weight, i) => expect(training.network.flat()[i]).toBeCloseTo(weight, 8));
      for (const expected of losses) {
        training.advance(now);
        expect(training.scores.training.loss).toBeCloseTo(expected, 7);
      }
      training.network.flat().forEach((weight, i) => expect(weight).toBeCloseTo(weights[i]!, 6));
    },
  );

  it('goes on from weights that were trained elsewhere', () => {
    const { training, now } = begun('layers=2;samples=40');
    const weights = Array.from({ length: 9 }, (_, i) => i / 10);
    training.take(weights, 12);
    expect([training.epoch, training.network.flat()]).toEqual([12, weights]);
    training.advance(now);
    expect(training.history.at(-1)?.epoch).toBe(13);
  });

  it('says nothing of a loss without points', () => {
    const { training } = begun('data=drawn;first=;second=');
    expect(training.scores.training.loss).toBeNaN();
  });
});

describe('the plane', () => {
  it.each(['tanh', 'relu', 'sigmoid', 'linear'] as const)(
    'has the answers of the network with %s',
    (name) => {
      const sizes = [2, 4, 3, 1];
      const network = new Network(sizes, name, initialWeights(sizes, 6));
      const plane = new Plane();
      plane.update(network, ['x1', 'x1_x2']);
      const { x1, x2 } = coordinates();
      for (const i of [0, 777, SIDE * SIDE - 1]) {
        const values = network.forward([x1[i]!, x1[i]! * x2[i]!]);
        values.forEach((units, layer) =>
          units.forEach((value, u) => expect(plane.values[layer]![u]![i]).toBeCloseTo(value, 5)),
        );
      }
      expect([x1[0], x2[0], x1.at(-1), x2.at(-1)]).toEqual([-2, 2, 2, -2]);
    },
  );
});

describe('axes by hand', () => {
  it('turn and move as a rotation does', () => {
    const [x, y] = moved([1, 2], { angle: 90, shift: [0.5, 1], polar: false });
    expect(x).toBeCloseTo(1);
    expect(y).toBeCloseTo(-0.5);
    const [away, direction] = moved([3, 4], { angle: 30, shift: [0, 0], polar: true });
    expect(away).toBeCloseTo(4);
    expect(direction).toBeCloseTo(Math.atan2(4, 3) / Math.PI);
  });

  it('separate clouds when they are turned, and rings by distance', () => {
    const clouds = made({ data: 'clouds', samples: 100, noise: 0, test: 0, seed: 2 });
    const shift = [0.3, -0.2] as const;
    expect(separation(clouds, { angle: 0, shift, polar: false }).share).toBeLessThan(0.9);
    expect(separation(clouds, { angle: -55, shift, polar: false })).toEqual({ share: 1, positive: true });
    expect(separation(clouds, { angle: 125, shift, polar: false })).toEqual({ share: 1, positive: false });
    const rings = made({ data: 'rings', samples: 100, noise: 0, test: 0, seed: 2 });
    expect(separation(rings, { angle: 0, shift: [0, 0], polar: true }).share).toBe(1);
    const turned = [0, 30, 60, 90].map(
      (angle) => separation(rings, { angle, shift: [0, 0], polar: false }).share,
    );
    expect(Math.max(...turned)).toBeLessThan(0.75);
  });

  it('are found by trying', () => {
    const clouds = made({ data: 'clouds', samples: 100, noise: 0, test: 0, seed: 2 });
    const search = new Search(clouds, { angle: 0, shift: [0, 0], polar: false }, 1);
    while (search.advance());
    expect(separation(clouds, search.axes).share).toBe(1);
    expect(search.attempts).toBeLessThan(500);
  });
});
