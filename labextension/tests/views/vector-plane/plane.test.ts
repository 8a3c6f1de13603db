// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readPoints } from '../../../src/views/vector-plane/model';
import {
  fitPoints,
  nearestPoint,
  pointTowards,
  toPixel,
  zoomed,
} from '../../../src/views/vector-plane/plane';
import { points, SQUARE } from './points';

describe('the plane', () => {
  const cloud = readPoints(points(SQUARE));

  it('shows all points, with y upwards', () => {
    const view = fitPoints(cloud, { width: 300, height: 200 });
    const [x, y] = toPixel(view, 4, 4);
    expect(x).toBeGreaterThan(150);
    expect(y).toBeLessThan(100);
    for (let i = 0; i < 4; i += 1) {
      const [px, py] = toPixel(view, SQUARE[i * 2]!, SQUARE[i * 2 + 1]!);
      expect(px > 0 && px < 300 && py > 0 && py < 200).toBe(true);
    }
    const one = fitPoints(readPoints(points([2, 2])), { width: 300, height: 200 });
    expect(toPixel(one, 2, 2)).toEqual([150, 100]);
  });

  it('keeps what is under the pointer where it is while zooming', () => {
    const view = fitPoints(cloud, { width: 300, height: 200 });
    const at = toPixel(view, 4, 0);
    const closer = zoomed(view, 3, at, view);
    const [x, y] = toPixel(closer, 4, 0);
    expect([x, y].map(Math.round)).toEqual(at.map(Math.round));
    expect(zoomed(view, 1e9, at, view).scale).toBeLessThanOrEqual(view.scale * 400);
  });

  it('finds the nearest point, and the one in the direction of a key', () => {
    const view = fitPoints(cloud, { width: 300, height: 200 });
    const [x, y] = toPixel(view, 4, 4);
    expect(nearestPoint(cloud, view, x + 3, y - 3, 10)).toBe(3);
    expect(nearestPoint(cloud, view, 150, 100, 10)).toBe(-1);
    expect(pointTowards(cloud, view, 0, 'ArrowRight')).toBe(1);
    expect(pointTowards(cloud, view, 0, 'ArrowUp')).toBe(2);
    expect(pointTowards(cloud, view, 0, 'ArrowLeft')).toBe(-1);
  });
});
