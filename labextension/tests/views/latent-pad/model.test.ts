// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readCodes, readTiles } from '../../../src/views/latent-pad/model';

const binary = (bytes: ArrayBuffer): DataView => new DataView(bytes);
const codes = (count: number, size = count): object => ({
  count,
  places: binary(Float32Array.from({ length: size * 2 }, (_, i) => i / 10).buffer),
  groups: binary(new Uint8Array(size).buffer),
  centers: [[0.5, 0.5], null, ['x', 1]],
});

describe('readCodes', () => {
  it('takes an empty trait for no codes, and leaves out centers that are no places', () => {
    expect(readCodes({}).groups).toHaveLength(0);
    expect(readCodes(codes(2)).centers).toEqual([[0.5, 0.5], null, null]);
  });

  it('refuses codes of another size than promised', () => {
    expect(() => readCodes(codes(4, 3))).toThrow('places need 32 bytes. Received: 24');
    expect(() => readCodes({ count: 1 })).toThrow('must be binary');
  });
});

describe('readTiles', () => {
  const tiles = (count: number, columns: number, region: unknown = [0, 0, 3]): object => ({
    ...{ data: binary(new ArrayBuffer(count * 4)), count, height: 2, width: 2, channels: 1 },
    columns,
    region,
  });

  it('takes an empty trait for no map, and a square of tiles', () => {
    expect(readTiles({}).columns).toBe(0);
    expect(readTiles(tiles(9, 3)).region).toEqual([0, 0, 3]);
  });

  it.each([tiles(8, 3), tiles(9, 3, [0, 0, 0]), tiles(9, 3, [0, 'x', 1])])('refuses %o', (value) => {
    expect(() => readTiles(value)).toThrow('do not divide a square');
  });
});
