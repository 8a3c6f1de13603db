import { describe, expect, it } from 'vitest';

import { imagePixels, NO_IMAGES, readAtlas } from '../../src/images/atlas';
import { colormap } from '../../src/images/colormaps';
import { borderColor, imageScale, layoutGrid, moveSelection, visibleCells } from '../../src/images/layout';

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

describe('imagePixels', () => {
  it('puts one channel through the colour map', () => {
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

describe('layoutGrid', () => {
  const base = {
    count: 100,
    imageWidth: 28,
    imageHeight: 28,
    cellSize: 0,
    columns: 0,
    available: 800,
    lines: 1,
  };

  it('enlarges by whole numbers to about 72 pixels', () => {
    expect([8, 28, 32, 64].map((side) => side * imageScale(side, 0))).toEqual([72, 84, 64, 64]);
    expect(imageScale(500, 0) * 500).toBe(108);
  });

  it('fits the columns into the width', () => {
    const grid = layoutGrid(base);
    expect(grid.columns * grid.stepX).toBeLessThanOrEqual(806);
    expect(grid.rows).toBe(Math.ceil(100 / grid.columns));
    expect(layoutGrid({ ...base, available: 10 }).columns).toBe(1);
  });

  it('shrinks images for the columns that were asked for', () => {
    const grid = layoutGrid({ ...base, columns: 20, lines: 0 });
    expect(grid.columns).toBe(20);
    expect(grid.columns * grid.stepX).toBeLessThanOrEqual(820);
  });

  it('puts tight images side by side, in whole pixels where there is room', () => {
    const tight = { ...base, count: 225, imageWidth: 8, imageHeight: 8, cellSize: 24, columns: 15, lines: 0 };
    const grid = layoutGrid({ ...tight, tight: true });
    expect([grid.stepX, grid.stepY, grid.rows, grid.total]).toEqual([24, 24, 15, 360]);
    expect(layoutGrid({ ...tight, tight: true, available: 300 }).stepX).toBe(16);
    expect(layoutGrid({ ...tight, tight: true, available: 60 }).stepX).toBe(4);
  });

  it('draws what is in view only', () => {
    const grid = layoutGrid({ ...base, count: 10_000 });
    const [first, last] = visibleCells(grid, 10_000, 20_000, 480);
    expect(first).toBeLessThanOrEqual(Math.floor(20_000 / grid.stepY) * grid.columns);
    expect(last - first).toBeLessThan(100);
    expect(visibleCells(grid, 3, 0, 480)).toEqual([0, 3]);
  });
});

describe('moveSelection', () => {
  const move = (key: string, selected: number): number | null => moveSelection(key, selected, 10, 4, 2);

  it('follows the keys and stays inside', () => {
    expect(['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp'].map((key) => move(key, 5))).toEqual([
      6, 4, 9, 1,
    ]);
    expect([move('ArrowLeft', 0), move('ArrowRight', 9), move('ArrowDown', 7), move('ArrowUp', 2)]).toEqual([
      0, 9, 7, 2,
    ]);
    expect([move('Home', 5), move('End', 5), move('PageDown', 1), move('Escape', 5)]).toEqual([0, 9, 9, -1]);
    expect(move('a', 5)).toBeNull();
  });

  it('begins with the first image', () => {
    expect([move('ArrowDown', -1), move('Enter', -1)]).toEqual([0, 0]);
    expect(moveSelection('Enter', -1, 0, 4, 2)).toBeNull();
  });
});

describe('borderColor', () => {
  it('lets nothing into a style but the words and #rrggbb', () => {
    expect(borderColor('#12Ab9f')).toBe('#12Ab9f');
    expect(borderColor('good')).toMatch(/^var/);
    for (const value of ['none', '', undefined, 'red', 'url(x)', '#123', '#123456;x']) {
      expect(borderColor(value)).toBe('transparent');
    }
  });
});
