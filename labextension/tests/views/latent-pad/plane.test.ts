import { describe, expect, it } from 'vitest';

import {
  coordinate,
  fromPixel,
  moveByKey,
  nearest,
  panned,
  type Place,
  type Plane,
  ticks,
  tileAt,
  tileCenter,
  toPixel,
  zoomed,
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

describe('zoom', () => {
  it('leaves the place under the pointer where it is, within limits', () => {
    const at: Place = [1.5, -2];
    const closer = zoomed(plane, 2, at, 4);
    expect(closer.radius).toBe(2);
    expect(toPixel(closer, at)[0]).toBeCloseTo(toPixel(plane, at)[0]);
    expect(toPixel(closer, at)[1]).toBeCloseTo(toPixel(plane, at)[1]);
    expect(zoomed(plane, 1e6, at, 4).radius).toBe(0.1);
    expect(zoomed(plane, 1e-6, at, 4).radius).toBe(8);
  });

  it('moves the plane with the pointer', () => {
    const place: Place = [1, 1];
    const [left, top] = toPixel(plane, place);
    const moved = toPixel(panned(plane, 30, -12), place);
    expect(moved[0]).toBeCloseTo(left + 30);
    expect(moved[1]).toBeCloseTo(top - 12);
    expect(fromPixel(panned(plane, 30, -12), [left + 30, top - 12])[0]).toBeCloseTo(1);
  });

  it('has finer lines when it is closer', () => {
    expect(ticks(0.3, 1).map((v) => +v.toFixed(2))).toEqual([0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3]);
    expect(ticks(3, 1)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
  });
});

it('finds the tile under a place, and the place that it was decoded at', () => {
  const region = [1, 0, 2] as const;
  for (let tile = 0; tile < 16; tile += 1) expect(tileAt(region, 4, tileCenter(region, 4, tile))).toBe(tile);
  expect(tileCenter(region, 4, 0)).toEqual([-0.5, 1.5]);
  expect(tileAt(region, 4, [-1.01, 0])).toBe(-1);
  expect(tileAt(region, 4, [0, 2.01])).toBe(-1);
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
