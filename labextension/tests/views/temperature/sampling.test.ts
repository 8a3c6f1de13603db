import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { choose, dice, distribution, entropy } from '../../../src/views/temperature/sampling';

const file = new URL('../../../../tests/concepts/cases/temperature.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: {
    logits: number[];
    temperature: number;
    top_k: number;
    top_p: number;
    seed: number;
    probabilities: number[];
    entropy: number;
    drawn: number[];
  }[];
};

// `tests/concepts/test_temperature.py` computes the same cases with `dl.generate` and SciPy.
describe('sampling', () => {
  it.each(cases)('at T = $temperature, top-k $top_k, top-p $top_p is that of Python', (one) => {
    const p = distribution(one.logits, one.temperature, one.top_k, one.top_p);
    expect(p).toHaveLength(one.probabilities.length);
    p.forEach((share, i) => expect(share).toBeCloseTo(one.probabilities[i]!, 10));
    expect(entropy(p)).toBeCloseTo(one.entropy, 10);
    expect(dice(one.drawn.length, one.seed).map((u) => choose(p, u))).toEqual(one.drawn);
  });

  it('never draws what has no probability', () => {
    expect(choose([0, 1, 0], 0)).toBe(1);
    expect(choose([0.5, 0, 0.5], 0.5)).toBe(2);
  });
});
