import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { turned } from '../../../src/views/clock/dial';
import {
  coordinatesOf,
  inputsOf,
  minutesOff,
  pixelsOf,
  read,
  sampleTimes,
  targetsOf,
  turnsOf,
} from '../../../src/views/clock/face';
import { type Answer, type Representation, SIZES } from '../../../src/views/clock/fields';
import { Class, each, STEPS, Study } from '../../../src/views/clock/study';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/clock.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  faces: Record<'coordinates' | 'turns' | 'pixels' | Answer, number[]> & { time: number }[];
  read: { answer: Answer; outputs: number[]; time: number }[];
  times: { seed: number; first: number[] };
  training: {
    representation: Representation;
    answer: Answer;
    samples: number;
    units: number;
    seed: number;
    steps: number;
    times: number[];
    outputs: number[][];
  }[];
};

function close(found: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  expect(found.length).toBe(expected.length);
  Array.from(expected).forEach((value, i) => expect(found[i]).toBeCloseTo(value, digits));
}

describe('a clock', () => {
  it('has the numbers of Python', () => {
    for (const face of cases.faces as unknown as (Record<string, number[]> & { time: number })[]) {
      close(coordinatesOf(face.time), face.coordinates!, 8);
      close(turnsOf(face.time), face.turns!, 8);
      close(pixelsOf(face.time), face.pixels!, 5);
      close(targetsOf(face.time, 'number'), face.number!, 8);
      close(targetsOf(face.time, 'circle'), face.circle!, 8);
    }
    close(sampleTimes(cases.times.seed, 5), cases.times.first, 8);
  });

  it('is read as Python reads it, around the clock', () => {
    for (const { outputs, answer, time } of cases.read) expect(read(outputs, answer)).toBeCloseTo(time, 6);
    expect(minutesOff(719, 1)).toBe(2);
    expect(minutesOff(0, 360)).toBe(360);
  });

  it('goes on over the 12 when a hand is turned', () => {
    expect(turned(187.5, 0, 0.5)).toBe(210);
    expect(turned(235, 0, 2 / 60)).toBe(242);
    expect(turned(1, 0, 58 / 60)).toBe(718);
    expect(turned(187.5, 1, 0.75)).toBe(540);
  });
});

describe('the networks', () => {
  it.each(cases.training)('learn as Keras does: $representation, $answer', (given) => {
    const tests = each((name) => [inputsOf(1.5, name)]);
    const networks = new Class(given.samples, given, tests);
    networks.advance(given.steps);
    given.times.forEach((time, i) => {
      const outputs = networks.outputs(given.representation, inputsOf(time, given.representation));
      close(outputs, given.outputs[i]!, 3);
    });
  });

  it('learn the number of samples first that is asked for, then all others', () => {
    const study = new Study({ answer: 'number', units: 1, seed: 0 }, 16);
    const goOn = (): void => {
      const { samples } = study.learning;
      while (study.learning.samples === samples && study.advance());
    };
    goOn();
    expect(study.learning.samples).toBe(SIZES[0]);
    study.prefer(32);
    goOn();
    expect(study.learning.samples).toBe(32);
    expect(study.classes.get(16)!.step).toBe(STEPS);
    expect(study.finished).toBe(false);
  });

  it('need no more than four clocks for angles, and many for pixels', () => {
    const study = new Study({ answer: 'number', units: 16, seed: 0 }, 4);
    while (study.learning.step < STEPS) study.advance();
    const { pixels, coordinates, angles } = study.learning.errors;
    expect(angles).toBeLessThan(3);
    expect(Math.min(pixels, coordinates)).toBeGreaterThan(60);
  });

  it('reads well from coordinates only, with 4 units and sine and cosine, as the lesson says', () => {
    const study = new Study({ answer: 'circle', units: 4, seed: 0 }, 16);
    study.learning.advance(STEPS);
    const { pixels, coordinates, angles } = study.learning.errors;
    expect(coordinates).toBeLessThan(1);
    expect(Math.min(pixels, angles)).toBeGreaterThan(20);
  });
});
