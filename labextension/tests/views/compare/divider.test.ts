import { describe, expect, it } from 'vitest';

import { fit, moveDivider, pointerPosition } from '../../../src/views/compare/divider';

describe('moveDivider', () => {
  it.each([
    ['ArrowLeft', 0.5, false, 0.45],
    ['ArrowRight', 0.5, false, 0.55],
    ['ArrowRight', 0.5, true, 0.51],
    ['ArrowRight', 0.98, false, 1],
    ['PageDown', 0.1, false, 0],
    ['Home', 0.7, false, 0],
    ['End', 0.7, false, 1],
    ['a', 0.7, false, null],
    ['toString', 0.7, false, null],
  ])('%s from %d (fine: %s) to %s', (key, from, fine, to) => {
    expect(moveDivider(key, from, fine)).toBe(to);
  });
});

it('finds where the pointer is, and stays within the picture', () => {
  const box = { left: 100, width: 200 };
  expect([50, 100, 150, 300, 999].map((x) => pointerPosition(x, box))).toEqual([0, 0, 0.25, 1, 1]);
  expect(pointerPosition(5, { left: 0, width: 0 })).toBe(0.5);
});

it('fits a picture into the room, enlarged by four at most', () => {
  expect(fit(640, 427, { width: 320, height: 560 })).toEqual({ width: 320, height: 214 });
  expect(fit(100, 400, { width: 800, height: 200 })).toEqual({ width: 50, height: 200 });
  expect(fit(20, 20, { width: 800, height: 560 })).toEqual({ width: 80, height: 80 });
});
