import { describe, expect, it } from 'vitest';
import {
  borderColor,
  imageScale,
  layoutGrid,
  moveSelection,
  visibleCells,
} from '../../src/shared/grid-layout';

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
