import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { remedy } from '../../../src/views/tensors/broadcast-room';
import { parsed } from '../../../src/views/tensors/shape-field';
import {
  type Axis,
  brackets,
  broadcast,
  dot,
  flatOf,
  paired,
  placeOf,
  rangeOf,
  reshaped,
  type Shape,
  sizeOf,
  slicedShape,
  sourceOf,
  tuple,
} from '../../../src/views/tensors/shapes';
import { binary, decimal } from '../../../src/views/tensors/sizes-room';

const file = new URL('../../../../tests/concepts/cases/tensors.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  slices: { axes: Axis[]; shape: number[] | null; ranges: (number[] | null)[] }[];
  broadcasts: { a: Shape; b: Shape; result: number[] | null }[];
  reshapes: { size: number; to: Shape; result: number[] | null }[];
  transposes: { shape: Shape; order: number[] }[];
  dots: { left: number[][]; right: number[][]; product: number[][] | null }[];
};
const DIGITS = [10, 28, 28];

// `tests/concepts/test_tensors.py` computes the same cases with NumPy.
describe('shapes', () => {
  it('slices as NumPy does, with negative and wrong indices', () => {
    for (const { axes, shape, ranges } of cases.slices) {
      expect(slicedShape(DIGITS, axes), JSON.stringify(axes)).toEqual(shape);
      axes.forEach((axis, i) => {
        const [range, taken] = [rangeOf(axis, DIGITS[i]!), ranges[i] ?? null];
        if (taken?.length === 0) expect(range![1] - range![0]).toBe(0);
        else expect(range).toEqual(taken);
      });
    }
  });

  it('broadcasts and reshapes as NumPy does', () => {
    for (const { a, b, result } of cases.broadcasts) expect(broadcast(a, b)).toEqual(result);
    for (const { size, to, result } of cases.reshapes) expect(reshaped(size, to)).toEqual(result);
    expect(paired([3, 4], [3])).toEqual([
      { a: 3, b: null, result: 3 },
      { a: 4, b: 3, result: null },
    ]);
    expect(remedy([3, 4], [3])).toEqual([3, 1]);
    expect(remedy([3, 4], [5])).toBeNull();
    expect(sourceOf([4, 1], [2, 1])).toEqual([2, 0]);
    expect(sourceOf([3], [2, 1])).toEqual([1]);
  });

  it('knows where each number is in the memory', () => {
    for (const { shape, order } of cases.transposes) {
      const to = [...shape].reverse();
      const found = new Array<number>(sizeOf(shape));
      for (let flat = 0; flat < sizeOf(shape); flat += 1) {
        found[flatOf(to, placeOf(shape, flat).reverse())] = flat;
      }
      expect(found).toEqual(order);
    }
  });

  it('multiplies as NumPy does', () => {
    for (const { left, right, product } of cases.dots) expect(dot(left, right)).toEqual(product);
  });

  it('writes and reads shapes as NumPy writes them', () => {
    expect([tuple([]), tuple([3]), tuple([3, 4])]).toEqual(['()', '(3,)', '(3, 4)']);
    const texts = ['(3, 4)', '3 4', ' [3,4] ', '3×4', '(3,)', '', '()', '−1, 2', '(3, a)', '3.5', '9999999'];
    expect(texts.map(parsed)).toEqual([
      [3, 4],
      [3, 4],
      [3, 4],
      [3, 4],
      [3],
      [],
      [],
      [-1, 2],
      null,
      null,
      null,
    ]);
    expect(brackets(DIGITS, [[], [14, 28], [-14, 28]])).toBe('[:, 14:, -14:]');
    expect(brackets(DIGITS, [[4], [], []])).toBe('[4]');
    expect(brackets(DIGITS, [[], [], []])).toBe('[:]');
  });

  it('tells the book’s MB from a million bytes', () => {
    const bytes = sizeOf([4, 240, 144, 256, 3]) * 4;
    expect([decimal(bytes), binary(bytes)]).toEqual(['425\u00a0MB', '405\u00a0MiB']);
    expect([decimal(999), decimal(1000), binary(1536)]).toEqual([
      '999\u00a0B',
      '1.0\u00a0kB',
      '1.5\u00a0KiB',
    ]);
  });
});
