// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { FillMode } from '../../../src/views/augmentation/fields';
import { valueAt } from '../../../src/views/augmentation/sampling';
import { letterPicture, readsAs, wordPicture } from '../../../src/views/augmentation/signs';
import {
  affineOf,
  apply,
  filled,
  inverse,
  listed,
  type Ranges,
  throwOf,
  UNCHANGED,
  unlisted,
} from '../../../src/views/augmentation/throws';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/augmentation.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  image: number[][];
  samples: { throw: number[]; fill_mode: FillMode; matrix: number[]; pixels: number[]; filled: number }[];
  throws: { values: Ranges; seed: number; number: number; throw: number[] }[];
  signs: [string, number, number, number, string | null][];
};
const plane = {
  height: cases.image.length,
  width: cases.image[0]!.length,
  data: Float64Array.from(cases.image.flat()),
  outside: 0,
};

describe('throws', () => {
  it.each(cases.throws)('are those of Python: throw $number of seed $seed', (given) => {
    listed(throwOf(given.values, given.seed, given.number)).forEach((value, i) =>
      expect(value).toBeCloseTo(given.throw[i]!, 9),
    );
  });

  it.each(cases.samples)('move pixels as Keras does: $throw, $fill_mode', (given) => {
    const by = affineOf(unlisted(given.throw)!, plane);
    by.forEach((value, i) => expect(value).toBeCloseTo(given.matrix[i]!, 9));
    given.pixels.forEach((expected, i) => {
      const [x, y] = apply(by, [i % plane.width, Math.floor(i / plane.width)]);
      expect(valueAt(plane, x, y, given.fill_mode)).toBeCloseTo(expected, 8);
    });
    expect(filled(by, plane)).toBeCloseTo(given.filled, 9);
    const back = apply(inverse(by), apply(by, [2, 3]));
    back.forEach((value, i) => expect(value).toBeCloseTo([2, 3][i]!, 9));
  });

  it.each(cases.signs)('read %s after %s°, %s, %s as Python does', (sign, angle, flipX, flipY, reads) => {
    expect(readsAs(sign, { ...UNCHANGED, angle, flipX, flipY })).toBe(reads);
  });

  it('draws a word that half a turn leaves as it is, and a letter that a flip changes', () => {
    const { data } = wordPicture();
    data.forEach((value, i) => expect(value).toBeCloseTo(data[data.length - 1 - i]!, 1));
    const letter = letterPicture();
    const mirrored = letter.data.map((_, i) => {
      const column = i % letter.width;
      return letter.data[i - column + letter.width - 1 - column]!;
    });
    expect(Math.max(...letter.data.map((value, i) => Math.abs(value - mirrored[i]!)))).toBe(1);
  });
});
