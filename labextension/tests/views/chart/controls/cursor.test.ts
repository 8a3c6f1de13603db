// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';

import { Cursor } from '../../../../src/views/chart/controls/cursor';

const area = {
  left: 50,
  top: 10,
  width: 400,
  height: 200,
  x: [0, 100] as [number, number],
  y: [0, 1] as [number, number],
  log: false,
};
const moment = { step: 25, epoch: 2.5, time: 300 };

describe('Cursor', () => {
  it('lies at the moment, on the axis that is shown', () => {
    const cursor = new Cursor();
    cursor.place(moment, 'step', area);
    expect(cursor.root.hidden).toBe(false);
    expect([cursor.root.style.left, cursor.root.style.height]).toEqual(['150px', '200px']);
    cursor.place(moment, 'epoch', { ...area, x: [0, 5] });
    expect(cursor.root.style.left).toBe('250px');
  });

  it('hides for the present, outside of what is shown, and before there is a plot', () => {
    const cursor = new Cursor();
    for (const [at, axis, where] of [
      [null, 'step', area],
      [moment, 'time', area],
      [moment, 'step', null],
    ] as const) {
      cursor.place(moment, 'step', area);
      cursor.place(at, axis, where);
      expect(cursor.root.hidden).toBe(true);
    }
  });
});
