import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { grid } from '../../../src/shared/concept/grid';
import { EXERCISE, type Kind } from '../../../src/views/pooling/fields';
import { network } from '../../../src/views/pooling/network';
import { axisOf, change, kept, pool, type Setting, shifted, windowAt } from '../../../src/views/pooling/pool';

const file = new URL('../../../../tests/concepts/cases/pooling.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  image: number[][];
  exercise: number[][];
  pools: (Setting & { kind: Kind; size: [number, number]; output: number[] })[];
  shifts: { right: number; down: number; first: number[]; last: number[]; change: number }[];
  networks: (Setting & {
    units: number;
    pooling: boolean;
    rows: [string, number, number, number, number][];
  })[];
};
const image = grid(cases.image);

// `tests/concepts/test_pooling.py` computes the same cases with NumPy and Keras.
describe('pooling', () => {
  it('computes what Keras does, for every window, stride and padding', () => {
    for (const { kind, size, output, ...setting } of cases.pools) {
      const found = pool(image, kind, setting);
      expect([found.height, found.width], JSON.stringify(setting)).toEqual(size);
      found.data.forEach((value, i) => expect(value).toBeCloseTo(output[i]!, 5));
      // The window that is written out gives the same.
      const axes = [axisOf(image.height, setting), axisOf(image.width, setting)] as const;
      for (let i = 0; i < output.length; i += 4) {
        const place = [Math.floor(i / size[1]), i % size[1]] as const;
        const values = windowAt(image, axes, setting, place).flat();
        expect(kept(values, kind)).toBeCloseTo(output[i]!, 5);
      }
    }
    expect(pool(image, 'max', { window: 8, stride: 1, padding: 'valid' }).data).toHaveLength(0);
  });

  it('repeats the edge of a shifted image, and measures the change', () => {
    for (const { right, down, first, last, change: share } of cases.shifts) {
      const moved = shifted(image, right, down);
      expect([...moved.data.slice(0, image.width)]).toEqual(first);
      expect([...moved.data.slice(-image.width)]).toEqual(last);
      expect(change(image, moved)).toBeCloseTo(share, 6);
    }
  });

  it('counts what Keras counts, as far as the layers fit', () => {
    for (const { units, pooling, rows, ...setting } of cases.networks) {
      const found = network(setting, units, pooling);
      expect(found.map((row) => [row.layer, row.side, row.channels, row.weights, row.sees])).toEqual(rows);
    }
    expect(EXERCISE).toEqual(cases.exercise);
  });
});
