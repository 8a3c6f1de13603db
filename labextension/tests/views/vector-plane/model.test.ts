// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readPoints } from '../../../src/views/vector-plane/model';

const points = (places: number[], size = places.length / 2): object => ({
  count: places.length / 2,
  places: new DataView(Float32Array.from(places).buffer),
  rows: new DataView(Uint32Array.from({ length: size }, (_, i) => 10 * i).buffer),
  classes: new DataView(Uint16Array.from({ length: size }, (_, i) => i % 2).buffer),
  wrong: new DataView(Uint8Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 0)).buffer),
});
const SQUARE = [0, 0, 4, 0, 0, 4, 4, 4];

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
