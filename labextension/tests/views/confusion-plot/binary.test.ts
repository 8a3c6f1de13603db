import { describe, expect, it } from 'vitest';

import {
  histogram,
  judge,
  nearestStop,
  readSamples,
  stopsOf,
} from '../../../src/views/confusion-plot/binary';

const samples = (probabilities: number[], truth: number[]) => ({
  probabilities: Float32Array.from(probabilities),
  truth: Uint8Array.from(truth),
});
const FIVE = samples([0.1, 0.4, 0.4, 0.7, 0.9], [0, 0, 1, 0, 1]);

describe('two classes at a threshold', () => {
  it('counts and scores as by hand', () => {
    const { counts, scores, point } = judge(FIVE, 0.5);
    expect([...counts]).toEqual([2, 1, 1, 1]);
    expect(scores).toEqual({
      precision: [2 / 3, 1 / 2],
      recall: [2 / 3, 1 / 2],
      f1: [2 / 3, 1 / 2],
      support: [3, 2],
      macro: new Array<number>(3).fill((2 / 3 + 1 / 2) / 2),
      accuracy: 3 / 5,
    });
    expect(point).toEqual([1 / 3, 1 / 2, 1 / 2]);
  });

  it('predicts class 1 at the threshold itself, in the precision of the probabilities', () => {
    expect([...judge(FIVE, 0.4).counts]).toEqual([1, 2, 0, 2]);
    expect([...judge(FIVE, 0.4000001).counts]).toEqual([2, 1, 1, 1]);
  });

  it('leaves 0/0 undefined, and counts an output that is not a number as missed', () => {
    const { counts, scores, point } = judge(samples([0.2, NaN], [0, 1]), 0.9);
    expect([...counts]).toEqual([1, 0, 0, 0]);
    expect(scores.precision).toEqual([1, NaN]);
    expect(scores.recall).toEqual([1, 0]);
    expect([scores.accuracy, scores.macro[0]]).toEqual([0.5, 1]);
    expect(point).toEqual([0, NaN, NaN]);
  });

  it('knows every threshold at which something changes', () => {
    expect(stopsOf(FIVE).map(({ falsePositiveRate, recall }) => [falsePositiveRate, recall])).toEqual([
      [0, 0.5],
      [1 / 3, 0.5],
      [2 / 3, 1],
      [1, 1],
    ]);
  });

  it('finds the threshold behind a place on either curve', () => {
    const stops = stopsOf(FIVE);
    expect(nearestStop(stops, 'roc', [0, 0.6])).toBeCloseTo(0.9);
    expect(nearestStop(stops, 'roc', [0.7, 0.9])).toBeCloseTo(0.4);
    expect(nearestStop(stops, 'pr', [0.5, 0.95])).toBeCloseTo(0.9);
    expect(nearestStop([], 'pr', [0, 0])).toBeNull();
  });

  it('counts probabilities by class', () => {
    expect(histogram(samples([0, 0.49, 0.5, 1, NaN], [0, 1, 0, 1, 1]), 2)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('refuses bytes that do not fit', () => {
    const bytes = (length: number): DataView => new DataView(new ArrayBuffer(length));
    expect(readSamples({}).truth).toHaveLength(0);
    expect(() => readSamples({ count: 3, probabilities: bytes(12), truth: bytes(2) })).toThrow(
      'Received: 12 and 2',
    );
    expect(() => readSamples({ count: 3, probabilities: 1, truth: bytes(3) })).toThrow('must be binary');
  });
});
