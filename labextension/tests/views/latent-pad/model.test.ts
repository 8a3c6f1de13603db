// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readCodes } from '../../../src/views/latent-pad/model';

const binary = (bytes: ArrayBuffer): DataView => new DataView(bytes);
const codes = (count: number, size = count): object => ({
  count,
  places: binary(Float32Array.from({ length: size * 2 }, (_, i) => i / 10).buffer),
  groups: binary(new Uint8Array(size).buffer),
  centres: [[0.5, 0.5], null, ['x', 1]],
});

describe('readCodes', () => {
  it('takes an empty trait for no codes, and leaves out centres that are no places', () => {
    expect(readCodes({}).groups).toHaveLength(0);
    expect(readCodes(codes(2)).centres).toEqual([[0.5, 0.5], null, null]);
  });

  it('refuses codes of another size than promised', () => {
    expect(() => readCodes(codes(4, 3))).toThrow('places need 32 bytes. Received: 24');
    expect(() => readCodes({ count: 1 })).toThrow('must be binary');
  });
});
