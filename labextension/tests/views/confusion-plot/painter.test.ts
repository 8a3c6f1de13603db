// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import { readMatrix } from '../../../src/views/confusion-plot/model';
import { cellText, strength } from '../../../src/views/confusion-plot/painter';

const matrix = (counts: number[]): object => ({
  k: Math.sqrt(counts.length),
  counts: new DataView(Int32Array.from(counts).buffer),
});

it('writes counts or shares of a row', () => {
  const read = readMatrix(matrix([999, 1, 0, 0]));
  expect([cellText(read, 0, 0, false), cellText(read, 0, 0, true)]).toEqual(['999', '100']);
  expect([cellText(read, 0, 1, true), cellText(read, 1, 0, true)]).toEqual(['<1', '']);
  expect(strength(read, 1, 0, true)).toBe(0);
  expect(strength(read, 0, 1, false)).toBeCloseTo(Math.sqrt(1 / 999));
});
