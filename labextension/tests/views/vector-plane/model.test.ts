// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readPoints } from '../../../src/views/vector-plane/model';
import { points, SQUARE } from './points';

describe('readPoints', () => {
  it('reads them, and takes an empty trait for none', () => {
    expect([...readPoints(points(SQUARE)).rows]).toEqual([0, 10, 20, 30]);
    expect(readPoints({}).rows).toHaveLength(0);
  });

  it('refuses another number of bytes', () => {
    expect(() => readPoints(points(SQUARE, 3))).toThrow('rows need 16 bytes. Received: 12');
    expect(() => readPoints({ count: 1 })).toThrow('places must be binary');
  });
});
