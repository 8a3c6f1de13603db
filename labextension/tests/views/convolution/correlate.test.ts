import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { grid } from '../../../src/shared/concept/grid';
import {
  axisOf,
  convolve,
  correlate,
  flipped,
  type Kernel,
  type Mode,
  patchAt,
  seenBy,
  type Setting,
} from '../../../src/views/convolution/correlate';
import { PRESETS, resized } from '../../../src/views/convolution/kernels';

const file = new URL('../../../../tests/concepts/cases/convolution.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  image: number[][];
  presets: Record<string, [Kernel, Mode]>;
  gradients: { mode: Mode; output: number[] }[];
  convolutions: (Setting & { kernel: Kernel; size: [number, number]; output: number[] })[];
};
const image = grid(cases.image);
const PLAIN: Setting = { stride: 1, padding: 'valid', dilation: 1 };

// `tests/concepts/test_convolution.py` computes the same cases with NumPy, SciPy and Keras.
describe('convolution', () => {
  it('computes what Keras does, for every stride, padding and dilation', () => {
    for (const { kernel, size, output, ...setting } of cases.convolutions) {
      const found = correlate(image, kernel, setting);
      expect([found.height, found.width], JSON.stringify(setting)).toEqual(size);
      expect([...found.data].map((v) => v + 0)).toEqual(output);
      const [rows, columns] = [
        axisOf(image.height, kernel.length, setting),
        axisOf(image.width, kernel[0]!.length, setting),
      ];
      // The products that are written out add up to the same.
      for (let i = 0; i < output.length; i += 5) {
        const place = [Math.floor(i / size[1]), i % size[1]] as const;
        const patch = patchAt(image, [rows, columns], setting, [kernel.length, kernel[0]!.length], place);
        const sum = patch.flatMap((row, y) => row.map((v, x) => v * kernel[y]![x]!)).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(output[i]!, 9);
      }
    }
  });

  it('computes size and direction of a gradient', () => {
    for (const { mode, output } of cases.gradients) {
      const { data } = convolve(image, cases.presets.sobel_x![0], PLAIN, mode).output;
      data.forEach((value, i) => expect(value).toBeCloseTo(output[i]!, 6));
    }
  });

  it('knows the kernels that Python knows', () => {
    const here = Object.fromEntries(PRESETS.map(({ name, kernel, mode }) => [name, [kernel, mode]]));
    expect(here).toEqual(cases.presets);
  });

  it('says which outputs see a pixel: those to whose value it contributes', () => {
    const size = 9;
    for (const setting of [
      PLAIN,
      { stride: 2, padding: 'same', dilation: 1 },
      { ...PLAIN, dilation: 2 },
    ] as Setting[]) {
      const axis = axisOf(size, 3, setting);
      const empty = Array.from({ length: size }, () => new Array<number>(size).fill(0));
      empty[4]![2] = 1;
      const ones = Array.from({ length: 3 }, () => [1, 1, 1]);
      const { data } = correlate(grid(empty), ones, setting);
      const seen = seenBy([axis, axis], setting, [4, 2]).map(([y, x]) => y * axis.output + x);
      expect(seen).toEqual([...data.keys()].filter((i) => data[i] === 1));
    }
  });

  it('turns a kernel, and keeps its middle in another size', () => {
    expect(
      flipped([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      [4, 3],
      [2, 1],
    ]);
    expect(resized([[5]], 3, 3)).toEqual([
      [0, 0, 0],
      [0, 5, 0],
      [0, 0, 0],
    ]);
    expect(resized([[1, 2, 3]], 1, 1)).toEqual([[2]]);
  });
});
