import { describe, expect, it } from 'vitest';
import { cellAt, layoutMatrix, moveCell } from '../../../src/views/confusion-plot/layout';

describe('the layout', () => {
  it('has room for numbers with ten classes, and for all cells with 200', () => {
    const ten = layoutMatrix(10, 600, 20, 3);
    expect(ten.numbers).toBe(true);
    expect(ten.width).toBeLessThanOrEqual(600);
    const many = layoutMatrix(200, 600, 90, 3);
    expect(many.numbers).toBe(false);
    expect(many.width).toBeLessThanOrEqual(602);
    expect(many.every * many.cell).toBeGreaterThanOrEqual(13);
  });

  it('finds the cell, the row and the column under the pointer', () => {
    const ten = layoutMatrix(10, 600, 20, 3);
    const at = (x: number, y: number): unknown => cellAt(ten, 10, x, y);
    expect(at(ten.left + 2.5 * ten.cell, ten.top + 0.5 * ten.cell)).toEqual([0, 2]);
    expect(at(ten.left - 3, ten.top + 3.5 * ten.cell)).toEqual([3, -1]);
    expect(at(ten.left + 9.5 * ten.cell, ten.top - 3)).toEqual([-1, 9]);
    expect(at(2, 2)).toBeNull();
    expect(at(ten.left + 10.1 * ten.cell, ten.top + 5)).toBeNull();
  });

  it('keeps the cursor inside', () => {
    expect(moveCell('ArrowUp', [0, 3], 5)).toEqual([0, 3]);
    expect(moveCell('End', [0, 0], 5)).toEqual([4, 4]);
    expect(moveCell('a', [0, 0], 5)).toBeNull();
  });
});
