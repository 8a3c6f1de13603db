import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  countsOf,
  KINDS,
  type Kind,
  linesOf,
  miniature,
  placesOf,
  product,
} from '../../../src/views/connections/layers';
import type { Setting } from '../../../src/views/connections/layers';

interface Case extends Omit<Setting, 'same'> {
  padding: string;
  counts: Record<Kind, [number, number, number, number]>;
  weights?: Record<Kind, number[][]>;
}

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/connections.json');
const { cases, large } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[]; large: Case[] };
const setting = (given: Case): Setting => ({ ...given, same: given.padding === 'same' });

describe('layers', () => {
  it.each(cases)('have the lines of Python: $shape, $kernel, $padding', (given) => {
    for (const kind of KINDS) {
      const weights = given.weights![kind].map((row) => row.map(() => 0));
      for (const { input, output, weight } of linesOf(setting(given), kind)) {
        weights[input]![output] = weight + 1;
      }
      expect(weights, kind).toEqual(given.weights![kind]);
    }
  });

  it.each([...cases, ...large])('have the counts of Python: $shape, $kernel, $padding', (given) => {
    for (const kind of KINDS) {
      const { outputs, lines, weights, biases } = countsOf(setting(given), kind);
      expect([outputs, lines, weights, biases], kind).toEqual(given.counts[kind]);
    }
  });

  it.each([...cases, ...large])('are drawn small, and fit where they fit: $shape', (given) => {
    const small = miniature(setting(given));
    const lines = KINDS.map((kind) => linesOf(small, kind).length);
    expect(Math.max(...lines)).toBeLessThan(3000);
    expect(product(placesOf(small)) > 0).toBe(product(placesOf(setting(given))) > 0);
    expect(small.shape.at(-1)).toBe(1);
  });
});
