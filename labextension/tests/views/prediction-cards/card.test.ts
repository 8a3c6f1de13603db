// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';

import { imageSize } from '../../../src/shared/draw-pixels';
import { readCards } from '../../../src/views/prediction-cards/model';
import { barColor, percent } from '../../../src/views/prediction-cards/card';
import { cards } from './cards';

describe('cards', () => {
  it('colours the true class blue and a wrong prediction red', () => {
    const [wrong, right] = readCards(cards([3, 4])).verdicts;
    expect([0, 1, 2].map((c) => barColor(c, wrong!, false))).toEqual(['#c9302c', '#1f6fd6', '#777777']);
    expect([0, 1, 2].map((c) => barColor(c, right!, false))).toEqual(['#777777', '#1f6fd6', '#777777']);
  });

  it('enlarges small images by whole multiples and shrinks large ones', () => {
    expect(imageSize(8, 8)).toEqual([72, 72]);
    expect(imageSize(28, 28)).toEqual([56, 56]);
    expect(imageSize(224, 112)).toEqual([72, 36]);
    expect(percent(NaN)).toBe('NaN');
  });
});
