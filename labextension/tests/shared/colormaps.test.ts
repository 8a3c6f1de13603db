import { describe, expect, it } from 'vitest';
import { colormap } from '../../src/shared/colormaps';

describe('colormap', () => {
  it.each([
    ['viridis', [68, 1, 84], [253, 231, 37]],
    ['magma', [0, 0, 4], [252, 253, 191]],
    ['inferno', [0, 0, 4], [252, 255, 164]],
    ['plasma', [13, 8, 135], [240, 249, 33]],
    ['coolwarm', [59, 76, 192], [180, 4, 38]],
  ])('%s begins and ends as in Matplotlib', (name, first, last) => {
    const table = colormap(name);
    for (let i = 0; i < 3; i += 1) {
      expect(Math.abs(table[i]! - first[i]!)).toBeLessThanOrEqual(1);
      expect(Math.abs(table[255 * 4 + i]! - last[i]!)).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [0, [0, 0, 0.5]],
    [1 / 8, [0, 0, 1]],
    [3 / 8, [0, 1, 1]],
    [1 / 2, [0.5, 1, 0.5]],
    [5 / 8, [1, 1, 0]],
    [7 / 8, [1, 0, 0]],
    [1, [0.5, 0, 0]],
  ])('jet at %d is the published colour', (place, color) => {
    const at = Math.round(place * 255) * 4;
    const table = colormap('jet');
    // The nearest of 256 values may lie 1/510 beside the corner.
    for (let i = 0; i < 3; i += 1)
      expect(Math.abs(table[at + i]! - 255 * color[i]!)).toBeLessThanOrEqual(2.5);
    expect(table[at + 3]).toBe(255);
  });

  it('jet has no steps', () => {
    const table = colormap('jet');
    for (let i = 4; i < table.length; i += 1)
      expect(Math.abs(table[i]! - table[i - 4]!)).toBeLessThanOrEqual(5);
  });

  it('falls back on gray, also for names of object properties', () => {
    expect(colormap('toString')).toBe(colormap('gray'));
  });
});
