// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { bag, collisionProbability, oneHot, outputOf } from '../../../src/views/text-to-vectors/encode';
import { kerasHash, pythonHash } from '../../../src/views/text-to-vectors/hashes';
import { TextToVectorsModel } from '../../../src/views/text-to-vectors/model';
import { shapeOf } from '../../../src/views/text-to-vectors/texts';
import { TextToVectorsView } from '../../../src/views/text-to-vectors/view';
import { display } from '../../harness';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/text-to-vectors.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  hashes: { text: string; keras: string; python: [string, string, string] }[];
  vectors: {
    state: string;
    tokens: string[][];
    numbers: number[][];
    vocabulary: string[];
    width: number;
    sequences: number[][];
    shape: number[];
    /** Where the result isn't 0: index and value. */
    ones: number[][] | null;
    total: number;
  }[];
  chances: [number, number, number][];
};

describe('hashes', () => {
  it.each(cases.hashes)('are those of Keras and Python: $text', ({ text, keras, python }) => {
    expect(String(kerasHash(text))).toBe(keras);
    expect([0, 7, 999].map((seed) => String(pythonHash(text, seed)))).toEqual(python);
  });

  it.each(cases.chances)('collide with the probability of Python: %i in %i', (tokens, bins, chance) => {
    expect(collisionProbability(tokens, bins)).toBeCloseTo(chance, 12);
  });
});

/** The cells of the result that aren't 0, with their values. */
function cells(model: TextToVectorsModel): number[][] {
  const { encoded, used } = model;
  const output = outputOf(used);
  return encoded.tokens.flatMap((_, i) => {
    if (output === 'int') {
      return encoded.sequences[i]!.flatMap((number, k) => (number === 0 ? [] : [[i, k, number]]));
    }
    if (output === 'one_hot') {
      return oneHot(encoded, i, used.encoder).flatMap((one, k) => {
        if (one === null) return [];
        if (one === 'all') return Array.from({ length: encoded.width }, (__, column) => [i, k, column, 1]);
        return [[i, k, one, 1]];
      });
    }
    return bag(encoded, i, used).flatMap((count, k) => (count === 0 ? [] : [[i, k, count]]));
  });
}

describe('vectors', () => {
  it.each(cases.vectors)('are those of Python: "$state"', (given) => {
    const { model } = display(TextToVectorsModel, TextToVectorsView, { state: given.state });
    expect(model.problems).toEqual([]);
    const { encoded } = model;
    expect(encoded.tokens).toEqual(given.tokens);
    expect(encoded.numbers).toEqual(given.numbers);
    expect(encoded.vocabulary).toEqual(given.vocabulary);
    expect(encoded.width).toBe(given.width);
    expect(encoded.sequences).toEqual(given.sequences);
    expect(shapeOf(model)).toEqual(given.shape);
    const found = cells(model);
    if (given.ones) expect(found).toEqual(given.ones);
    expect(found.reduce((sum, cell) => sum + cell.at(-1)!, 0)).toBe(given.total);
  });
});
