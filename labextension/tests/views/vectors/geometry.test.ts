import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { grid, plainPicture } from '../../../src/shared/concept/grid';
import { PRESETS } from '../../../src/views/vectors/fields';
import {
  type Affine,
  apply,
  compose,
  decompose,
  determinant,
  inverse,
  isFlat,
  type Matrix,
  type Pair,
  partway,
  stagesOf,
} from '../../../src/views/vectors/geometry';
import { sourceOf, warp } from '../../../src/views/vectors/warp';

const file = new URL('../../../../tests/concepts/cases/vectors.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  image: number[][];
  a: Pair;
  presets: Record<string, number[]>;
  matrices: {
    matrix: number[][];
    shift: Pair;
    parts: number[];
    moved: number[];
    determinant: number;
    warped: number[];
  }[];
};
const affines = cases.matrices.map((one): [Affine, (typeof cases.matrices)[0]] => [
  { matrix: one.matrix.flat() as unknown as Matrix, shift: one.shift },
  one,
]);

function expectClose(found: readonly number[], expected: readonly number[], digits = 5): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
}

// `tests/concepts/test_vectors.py` computes the same cases with NumPy and SciPy.
describe('a matrix', () => {
  it('moves vectors as NumPy does', () => {
    for (const [affine, { moved, determinant: by }] of affines) {
      expectClose(apply(affine, cases.a), moved, 8);
      expect(determinant(affine.matrix)).toBeCloseTo(by, 8);
    }
  });

  it('is a shear, a scaling and a rotation', () => {
    for (const [{ matrix }, { parts }] of affines) {
      const { angle, x, y, shear } = decompose(matrix);
      expectClose([angle, x, y, shear], parts);
      expectClose(compose(decompose(matrix)), matrix, 8);
    }
  });

  it('is undone by its inverse, if it has one', () => {
    for (const [affine] of affines) {
      const back = inverse(affine);
      expect(back === null).toBe(Math.abs(determinant(affine.matrix)) < 1e-9);
      if (back) expectClose(apply(back, apply(affine, [0.3, -2])), [0.3, -2], 8);
    }
  });

  it('is flat where only rounding to the 4 decimals of the state says otherwise', () => {
    for (const angle of [0.3, 1, 2.2, -0.7]) {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const round = (value: number): number => Number(value.toFixed(4));
      const onto: Matrix = [round(cos * cos), round(cos * sin), round(cos * sin), round(sin * sin)];
      expect(determinant(onto)).not.toBe(0);
      expect(isFlat(onto)).toBe(true);
      expect(inverse({ matrix: onto, shift: [0, 0] })).toBeNull();
    }
    expect(isFlat([0, 0, 0, 0])).toBe(true);
    expect(isFlat([0.01, 0, 0, 0.01])).toBe(false);
    expect(isFlat([1, 0, 0, 0.001])).toBe(false);
  });

  it('moves an image as SciPy does, in colors as well', () => {
    const picture = plainPicture(grid(cases.image));
    const colors = Float64Array.from([...picture.data].flatMap((v) => [v, 2 * v, 0]));
    for (const [affine, { warped }] of affines) {
      expectClose([...warp(picture, affine).data], warped);
      const colored = warp({ ...picture, colors }, affine).colors!;
      expectClose(
        [...colored].filter((_, i) => i % 3 === 1),
        warped.map((v) => 2 * v),
      );
    }
    const shear: Affine = { matrix: [1, 0.5, 0, 1], shift: [0, 0] };
    expectClose(sourceOf(picture, shear, 0, 1)!, [0, 0]);
  });

  it('acts in stages that end with the whole', () => {
    const affine: Affine = { matrix: [0, -2, 1, 0.5], shift: [1, 0] };
    const stages = stagesOf(affine);
    expect(stages).toEqual(['shear', 'scale', 'rotate', 'shift']);
    expect(partway(affine, stages, 0)).toEqual({ matrix: [1, 0, 0, 1], shift: [0, 0] });
    expectClose(partway(affine, stages, 3.999999).matrix, affine.matrix);
    expect(partway(affine, stages, 4)).toBe(affine);
    // A rotation turns and doesn't shrink on its way.
    const turn: Affine = { matrix: [-1, 0, 0, -1], shift: [0, 0] };
    expect(determinant(partway(turn, stagesOf(turn), 0.5).matrix)).toBeCloseTo(1, 8);
    expect(stagesOf({ matrix: [1, 0, 0, 1], shift: [0, 0] })).toEqual([]);
  });

  it('has the names that Python knows', () => {
    expect(PRESETS).toEqual(cases.presets);
  });
});
