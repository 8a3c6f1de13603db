// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readCards, savedCards } from '../../../src/views/prediction-cards/model';
import { binary, cards } from './cards';

describe('readCards', () => {
  it('takes an empty trait for no cards', () => {
    expect(readCards({}).verdicts).toEqual([]);
    expect(readCards(null).verdicts).toEqual([]);
  });

  it('refuses lists and images of another number', () => {
    expect(() => readCards(cards([1, 2], { loss: [1] }))).toThrow('loss must be a list of 2');
    const images = { count: 1, height: 2, width: 2, channels: 1, data: binary(4) };
    expect(() => readCards(cards([1, 2], { images }))).toThrow('2 samples need as many images');
  });

  it('takes what is not a number for unknown', () => {
    const [verdict] = readCards(cards([1], { confidence: [null], bars: [[null, 'x', 0.5, 9]] })).verdicts;
    expect(verdict!.confidence).toBeNaN();
    expect(verdict!.bars.slice(0, 2)).toEqual([NaN, NaN]);
    expect(verdict!.bars).toHaveLength(3);
  });
});

describe('savedCards', () => {
  it('keeps as many as fit, with their images', () => {
    const rows = Array.from({ length: 96 }, (_, i) => i);
    const images = { count: 96, height: 32, width: 32, channels: 3, data: binary(96 * 3072) };
    const saved = savedCards(cards(rows, { images })) as { index: number[]; images: { count: number } };
    expect(saved.index.length).toBeGreaterThan(0);
    expect(saved.images.count).toBe(saved.index.length);
    expect(saved.index.length * 3072).toBeLessThanOrEqual(18_000);
    expect(savedCards({})).toEqual({});
  });
});
