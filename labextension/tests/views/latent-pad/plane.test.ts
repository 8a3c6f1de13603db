import { describe, expect, it } from 'vitest';

import {
  coordinate,
  fromPixel,
  moveByKey,
  nearest,
  type Place,
  type Plane,
  ticks,
  toPixel,
} from '../../../src/views/latent-pad/plane';

const plane: Plane = { side: 420, radius: 4 };

describe('places and pixels', () => {
  it('has the origin in the middle and y upwards', () => {
    expect(toPixel(plane, [0, 0])).toEqual([210, 210]);
    expect(toPixel(plane, [4, 4])).toEqual([410, 10]);
  });

  it.each<Place>([
    [0.5, -3],
    [-4, 4],
    [1.25, 2],
  ])('there and back: %s, %s', (x, y) => {
    const [backX, backY] = fromPixel(plane, toPixel(plane, [x, y]));
    expect(backX).toBeCloseTo(x);
    expect(backY).toBeCloseTo(y);
  });

  it('keeps a pointer that leaves the square inside', () => {
    expect(fromPixel(plane, [-50, 9999])).toEqual([-4, -4]);
  });
});

it('finds the nearest code within reach', () => {
  const places = Float32Array.from([0, 0, 1, 1, -3, 2]);
  expect(nearest(plane, places, toPixel(plane, [0.9, 1]), 12)).toBe(1);
  expect(nearest(plane, places, toPixel(plane, [3, -3]), 12)).toBe(-1);
  expect(nearest(plane, places, toPixel(plane, [3, -3]), Infinity)).toBe(0);
  expect(nearest(plane, new Float32Array(0), [0, 0], Infinity)).toBe(-1);
});

describe('moveByKey', () => {
  it('moves by a thirtieth of the radius, five times that with Shift, and stays inside', () => {
    expect(moveByKey('ArrowUp', false, [0, 0], 3)).toEqual([0, 0.1]);
    expect(moveByKey('ArrowLeft', true, [0, 0], 3)).toEqual([-0.5, 0]);
    expect(moveByKey('ArrowRight', true, [2.9, 1], 3)).toEqual([3, 1]);
    expect(moveByKey('Home', false, [2, 1], 3)).toEqual([0, 0]);
    expect(moveByKey('a', false, [2, 1], 3)).toBeNull();
  });
});

it('draws few lines, at whole numbers', () => {
  expect(ticks(3)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  expect(ticks(20)).toEqual([-20, -15, -10, -5, 0, 5, 10, 15, 20]);
});

it('writes coordinates with a true minus and no minus zero', () => {
  expect([coordinate(1.234), coordinate(-0.5), coordinate(-0.001)]).toEqual(['1.23', '−0.50', '0.00']);
});
