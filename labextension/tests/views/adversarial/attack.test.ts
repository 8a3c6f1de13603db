// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readDense } from '../../../src/shared/concept/dense';
import { digitPicture } from '../../../src/shared/concept/grid';
import { direction, noise } from '../../../src/views/adversarial/attack';
import { LINEAR, NETWORK } from '../../../src/views/adversarial/networks';
import { pageAttack } from '../../../src/views/adversarial/page-attack';

interface Case {
  network: 'network' | 'linear';
  digit: number;
  epsilon: number;
  target: number | null;
  steps: number;
  seed: number;
  label: number;
  rival: number;
  clean: number[];
  attacked: number[];
  noisy: number[];
  signs: number;
  total: number;
  flip: number | null;
  margin: number[];
}

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/adversarial.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[]; noise: number[] };
const networks = { linear: readDense(LINEAR), network: readDense(NETWORK) };

function near(found: readonly number[], wanted: readonly number[], digits = 7): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, digits));
}

describe('attacks', () => {
  it.each(cases.cases)(
    'are those of NumPy: $network, digit $digit, target $target, $steps steps',
    (given) => {
      const layers = networks[given.network];
      const picture = digitPicture(given.digit);
      const attack = pageAttack(layers, picture, given);
      expect(attack.label).toBe(given.label);
      expect(attack.rival).toBe(given.rival);
      near(attack.adversarial[0]!, given.clean);
      const moment = attack.at(given.epsilon);
      near(moment.shares, given.attacked);
      near(moment.noisyShares, given.noisy);
      expect(moment.image.reduce((a, b) => a + b)).toBeCloseTo(given.total, 7);
      const goal = { label: given.label, target: given.target, steps: given.steps };
      expect(direction(layers, picture.data, goal).reduce((a, b) => a + b)).toBe(given.signs);
      if (given.flip === null) expect(attack.flip).toBeNull();
      else expect(attack.flip).toBeCloseTo(given.flip, 8);
      const { clean, norm, slope, noise: dirty } = attack.margin;
      near([clean, norm, slope, dirty], given.margin, 5);
    },
  );

  it('have the random signs of Python', () => {
    expect([...noise(16, 7)]).toEqual(cases.noise);
  });

  it('move the lead of a linear network by w·(x′ − x) exactly', () => {
    const attack = pageAttack(networks.linear, digitPicture(2), { target: null, steps: 0, seed: 0 });
    const moment = attack.at(0.1);
    const lead = Math.log(moment.shares[attack.rival]! / moment.shares[attack.label]!);
    expect(lead).toBeCloseTo(attack.margin.clean + moment.along, 9);
    const noisy = Math.log(moment.noisyShares[attack.rival]! / moment.noisyShares[attack.label]!);
    expect(noisy).toBeCloseTo(attack.margin.clean + moment.noisyAlong, 9);
  });
});
