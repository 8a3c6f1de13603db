import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { FIELDS } from '../../../src/views/receptive-field/fields';
import { levelsOf, pathsOf, seersOf, spanOf } from '../../../src/views/receptive-field/geometry';

const file = new URL('../../../../tests/concepts/cases/receptive-field.json', import.meta.url);
const { texts, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  texts: { given: string[]; written: string[]; bad: string[] };
  cases: {
    layers: string;
    size: number;
    levels: [number, number, number, number][];
    units: [number, number, number[]][];
    seen: [number, number[][]][];
  }[];
};

// `tests/concepts/test_receptive_field.py` computes the same cases with TensorFlow.
describe('receptive fields', () => {
  it('grow as the layers of Keras do, and count the ways', () => {
    for (const { layers: text, size, levels, units, seen } of cases) {
      const layers = FIELDS.layers.read(text)!;
      const found = levelsOf(layers, size);
      expect(found.map((one) => [one.size, one.sees, one.step, one.first])).toEqual(levels);
      for (const [level, unit, ways] of units) {
        expect([...pathsOf(layers, found, level, unit)[0]!], `${text} ${level} ${unit}`).toEqual(ways);
      }
      for (const [pixel, seers] of seen) {
        const marked = seersOf(layers, found, pixel).slice(1, seers.length + 1);
        const numbers = marked.map((one) => [...one.keys()].filter((i) => one[i]));
        expect(numbers).toEqual(seers);
      }
    }
  });

  it('are written as Python writes them', () => {
    expect(texts.given.map((text) => FIELDS.layers.write(FIELDS.layers.read(text)!))).toEqual(texts.written);
    expect(texts.bad.map((text) => FIELDS.layers.read(text))).toEqual(texts.bad.map(() => null));
  });

  it('reach from the first to the last of what counts', () => {
    expect(spanOf([0, 2, 0, 1, 0])).toEqual([1, 3]);
    expect(spanOf([0, 0])).toBeNull();
  });
});
