import { describe, expect, it } from 'vitest';

import { imagePixels, NO_IMAGES, readAtlas, rowPixels } from '../../src/shared/atlas';

const bytes = (count: number): DataView =>
  new DataView(Uint8Array.from({ length: count }, (_, i) => i).buffer);

describe('readAtlas', () => {
  it('takes an empty trait for no images', () => {
    expect(readAtlas({})).toBe(NO_IMAGES);
    expect(readAtlas(null)).toBe(NO_IMAGES);
  });

  it.each([
    ['too few bytes', { count: 2, height: 2, width: 2, channels: 1, data: bytes(7) }],
    ['two channels', { count: 1, height: 2, width: 2, channels: 2, data: bytes(8) }],
    ['no height', { count: 1, height: 0, width: 2, channels: 1, data: bytes(0) }],
    ['a fractional count', { count: 1.5, height: 2, width: 2, channels: 1, data: bytes(6) }],
    ['no data', { count: 1, height: 2, width: 2, channels: 1 }],
  ])('refuses %s', (_, atlas) => expect(() => readAtlas(atlas)).toThrow(/atlas: /));
});

describe('rowPixels', () => {
  it('lays images beside each other, with room for more', () => {
    const atlas = readAtlas({ count: 3, height: 2, width: 1, channels: 1, data: bytes(6) });
    const pixels = rowPixels(atlas, 1, 3, 'gray', 3);
    // Its rows: the upper pixels of both images and nothing, then the lower ones.
    expect([...pixels].filter((_, i) => i % 4 === 0)).toEqual([2, 4, 0, 3, 5, 0]);
    expect([...pixels].filter((_, i) => i % 4 === 3)).toEqual([255, 255, 0, 255, 255, 0]);
    const rgb = readAtlas({ count: 2, height: 1, width: 1, channels: 3, data: bytes(6) });
    expect([...rowPixels(rgb, 0, 2, '')]).toEqual([0, 1, 2, 255, 3, 4, 5, 255]);
  });
});

describe('imagePixels', () => {
  it('puts one channel through the color map', () => {
    const atlas = readAtlas({ count: 2, height: 1, width: 2, channels: 1, data: bytes(4) });
    expect([...imagePixels(atlas, 1, 'gray')]).toEqual([2, 2, 2, 255, 3, 3, 3, 255]);
    expect([...imagePixels(atlas, 0, 'gray_r')].slice(0, 4)).toEqual([255, 255, 255, 255]);
  });

  it('takes three and four channels as they are', () => {
    const rgb = readAtlas({ count: 2, height: 1, width: 1, channels: 3, data: bytes(6) });
    expect([...imagePixels(rgb, 1, 'magma')]).toEqual([3, 4, 5, 255]);
    const rgba = readAtlas({ count: 2, height: 1, width: 1, channels: 4, data: bytes(8) });
    expect([...imagePixels(rgba, 1, '')]).toEqual([4, 5, 6, 7]);
  });
});
