import { describe, expect, it } from 'vitest';

import { keptRows, matching, moveRow, readColumns, readRows } from '../../../src/views/choice-table/rows';

const ROWS = [
  ['conv2d', 'Conv2D', '320'],
  ['pool', 'MaxPooling2D', '0'],
  ['dense', 'Dense', '650'],
];

describe('moveRow', () => {
  it.each([
    ['ArrowDown', -1, 0],
    ['ArrowDown', 0, 2],
    ['ArrowDown', 2, 2],
    ['ArrowUp', 2, 0],
    ['ArrowUp', -1, 2],
    ['PageDown', 0, 2],
    ['Home', 2, 0],
    ['End', -1, 2],
    ['x', 0, null],
    ['constructor', 0, null],
  ])('%s from row %d to %s, over what is hidden', (key, from, to) => {
    expect(moveRow(key, from, [0, 2], 5)).toBe(to);
  });

  it('leads nowhere without rows', () => expect(moveRow('End', -1, [], 5)).toBeNull());
});

it('finds rows by words in any cell and any case', () => {
  expect(matching(ROWS, '')).toEqual([0, 1, 2]);
  expect(matching(ROWS, 'DENSE')).toEqual([2]);
  expect(matching(ROWS, ' 2d conv ')).toEqual([0]);
  expect(matching(ROWS, '<b>')).toEqual([]);
});

it('reads whatever was sent', () => {
  expect(readColumns([null, { name: 'a', numeric: 1 }, 'x'])).toEqual([
    { name: '', numeric: false, hint: '' },
    { name: 'a', numeric: false, hint: '' },
    { name: '', numeric: false, hint: '' },
  ]);
  expect(readRows([['a', 3, null], 'x'])).toEqual([['a', '', ''], []]);
  expect([readColumns(7), readRows({})]).toEqual([[], []]);
});

it('saves as many rows as fit', () => {
  expect(keptRows(ROWS)).toEqual(ROWS);
  const many = Array.from({ length: 3000 }, (_, i) => [`layer_${i}`, 'x'.repeat(40)]);
  const kept = keptRows(many);
  expect(kept.length).toBeGreaterThan(500);
  expect(JSON.stringify(kept).length).toBeLessThan(41_000);
});
