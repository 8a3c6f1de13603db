import { expect, it } from 'vitest';
import { GAP, panelSide } from '../../../src/views/heat-overlay/rows';

it.each([
  [7, 912, 4], // 7 in one row would be too small: 4 and 3, not 5 and 2
  [4, 912, 4],
  [2, 912, 2],
  [6, 390, 2],
  [1, 100, 1],
])('shows %i panels in %i pixels in rows of %i', (count, room, columns) => {
  const side = panelSide(count, room);
  const width = (n: number): number => n * side + (n - 1) * GAP;
  expect(width(columns)).toBeLessThanOrEqual(room);
  expect(side).toBeGreaterThanOrEqual(Math.min(room, 150));
  expect(side).toBeLessThanOrEqual(260);
  // No more than these in a row, unless all are in it.
  if (columns < count) expect(width(columns + 1)).toBeGreaterThan(room);
});
