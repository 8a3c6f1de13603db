import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { MILD, mismatches, type Setup } from '../../../src/views/workflow/advice';
import { activated, gradients, lossAfter } from '../../../src/views/workflow/example';
import type { Activation, Loss } from '../../../src/views/workflow/fields';

const file = new URL('../../../../tests/concepts/cases/workflow.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  examples: {
    logits: number[];
    targets: number[];
    activation: Activation;
    loss: Loss;
    outputs: number[];
    value: number;
    gradients: number[];
  }[];
  findings: { setup: unknown[]; found: string[] }[];
};

describe('the example', () => {
  it.each(cases.examples)('is what Keras computes: $activation, $loss, $logits', (given) => {
    const { activation, loss } = given;
    const outputs = activated(given.logits, activation);
    outputs.forEach((p, i) => expect(p).toBeCloseTo(given.outputs[i]!, 8));
    expect(lossAfter(given.logits, given.targets, activation, loss)).toBeCloseTo(given.value, 8);
    const found = gradients(given.logits, given.targets, activation, loss);
    found.forEach((gradient, i) => expect(gradient).toBeCloseTo(given.gradients[i]!, 5));
  });
});

describe('what does not fit', () => {
  it.each(cases.findings)('is what Python says: $setup', ({ setup, found }) => {
    const [problem, wanted, labels, largest, units, activation, loss, metric] = setup;
    const given = { problem, wanted, labels, largest, units, activation, loss, metric } as Setup;
    expect(mismatches(given)).toEqual(found);
  });

  it('is mild where Keras mends it', () => {
    expect(MILD.has('activation_twice')).toBe(true);
    expect(MILD.has('labels')).toBe(false);
  });
});
