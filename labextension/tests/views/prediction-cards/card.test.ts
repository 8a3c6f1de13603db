// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { followTheme } from '../../../src/core/theme';
import { imageSize } from '../../../src/shared/draw-pixels';
import { readCards } from '../../../src/views/prediction-cards/model';
import { barColor, Card, percent } from '../../../src/views/prediction-cards/card';
import { cards } from './cards';

afterEach(() => vi.restoreAllMocks());

describe('cards', () => {
  it('draws an image and bars again only where they have changed', () => {
    const [putImageData, fillRect, setTransform] = [vi.fn(), vi.fn(), vi.fn()];
    const context = { putImageData, fillRect, setTransform } as never;
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context);
    vi.stubGlobal('ImageData', vi.fn());
    let theme!: Parameters<Card['show']>[3]['theme'];
    followTheme(document.body, (now) => {
      theme = now;
    })();
    const card = new Card();
    const show = (extra: object): void => {
      const { verdicts, images } = readCards(cards([3], extra));
      card.show(verdicts[0]!, 0, images, { name: String, theme, colormap: 'gray', id: 'c', selected: false });
    };
    show({});
    const bars = fillRect.mock.calls.length;
    expect(putImageData).toHaveBeenCalledTimes(1);
    show({ confidence: [0.76] });
    expect([putImageData.mock.calls.length, fillRect.mock.calls.length]).toEqual([1, bars]);
    show({ bars: [[0.2, 0.65, 0.15]] });
    expect([putImageData.mock.calls.length, fillRect.mock.calls.length]).toEqual([1, 2 * bars]);
    const under = [...card.root.querySelectorAll('.dlw-card-names > span')];
    expect(under.map((name) => name.textContent)).toEqual(['0', '1', '2']);
    const data = new DataView(new Uint8Array([0, 0, 0, 9]).buffer);
    show({ images: { count: 1, height: 2, width: 2, channels: 1, data } });
    expect(putImageData).toHaveBeenCalledTimes(2);
  });

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
