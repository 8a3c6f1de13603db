// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import type { Theme } from '../../../src/core/theme';
import { layoutMatrix } from '../../../src/views/confusion-plot/layout';
import { readMatrix } from '../../../src/views/confusion-plot/model';
import { cellText, paintMatrix, strength } from '../../../src/views/confusion-plot/painter';

const matrix = (counts: number[]): object => ({
  k: Math.sqrt(counts.length),
  counts: new DataView(Int32Array.from(counts).buffer),
});

const theme: Theme = {
  dark: false,
  text: '#212121',
  muted: '#616161',
  background: '#ffffff',
  grid: '#eeeeee',
  axis: '#aaaaaa',
  font: 'sans-serif',
  palette: [],
  references: ['#8b8f98'],
};

it('writes counts or shares of a row', () => {
  const read = readMatrix(matrix([999, 1, 0, 0]));
  expect([cellText(read, 0, 0, false), cellText(read, 0, 0, true)]).toEqual(['999', '100']);
  expect([cellText(read, 0, 1, true), cellText(read, 1, 0, true)]).toEqual(['<1', '']);
  expect(strength(read, 1, 0, true)).toBe(0);
  expect(strength(read, 0, 1, false)).toBeCloseTo(Math.sqrt(1 / 999));
});

it('names the four cells of a yes-or-no question where they have room', () => {
  const written = (available: number, outcomes: string[]): string[] => {
    const texts: string[] = [];
    const context = new Proxy({} as CanvasRenderingContext2D, {
      get: (_, key) =>
        key === 'measureText'
          ? () => ({ width: 10 })
          : key === 'fillText'
            ? (text: string) => texts.push(text)
            : () => undefined,
      set: () => true,
    });
    paintMatrix(context, layoutMatrix(2, available, 30, 2), theme, {
      matrix: readMatrix(matrix([25, 0, 15, 3])),
      name: String,
      shares: false,
      chosen: null,
      cursor: null,
      outcomes,
    });
    return texts.filter((text) => /[A-Z]{2}/.test(text));
  };
  expect(written(400, ['TN', 'FP', 'FN', 'TP'])).toEqual(['TN', 'FP', 'FN', 'TP']);
  expect(written(150, ['TN', 'FP', 'FN', 'TP'])).toEqual([]);
  expect(written(400, [])).toEqual([]);
});
