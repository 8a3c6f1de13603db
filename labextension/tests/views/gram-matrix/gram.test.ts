import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  contentLoss,
  features,
  gram,
  KERNELS,
  type Shuffle,
  shuffled,
  sources,
  styleLoss,
} from '../../../src/views/gram-matrix/gram';

const file = new URL('../../../../tests/concepts/cases/gram-matrix.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  image: number[][];
  kernels: Record<string, number[]>;
  maps: number[][];
  gram: number[][];
  shuffles: (Shuffle & { sources: number[]; content: number; style: number })[];
};
const [height, width] = [cases.image.length, cases.image[0]!.length];
const image = Float64Array.from(cases.image.flat());

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 7));
}

// `tests/concepts/test_gram_matrix.py` computes the same cases with NumPy and SciPy.
describe('the Gram matrix', () => {
  const maps = features(image, height, width);

  it('is that of NumPy, of feature maps as SciPy computes them', () => {
    expect(KERNELS).toEqual(cases.kernels);
    maps.channels.forEach((channel, k) => expectClose([...channel], cases.maps[k]!));
    gram(maps).forEach((row, i) => expectClose(row, cases.gram[i]!));
  });

  it('stays when all maps are shuffled alike, and changes when the image is', () => {
    for (const { sources: places, content, style, ...shuffle } of cases.shuffles) {
      const from = sources(height, width, shuffle);
      expect([...from], JSON.stringify(shuffle)).toEqual(places);
      const channels = maps.channels.map((channel) => shuffled(channel, from));
      expect(styleLoss(gram(maps), gram({ height, width, channels }))).toBeCloseTo(0, 12);
      const before = features(shuffled(image, from), height, width);
      expect(contentLoss(maps, before)).toBeCloseTo(content, 6);
      expect(styleLoss(gram(maps), gram(before))).toBeCloseTo(style, 7);
    }
  });

  it('compares images of one size, and layers of as many channels', () => {
    const other = features(new Float64Array(12), 3, 4);
    expect(contentLoss(maps, other)).toBeNull();
    expect(styleLoss(gram(maps), gram(other))).toBeGreaterThan(0);
    expect(styleLoss(gram(maps), [[1]])).toBeNull();
  });
});
