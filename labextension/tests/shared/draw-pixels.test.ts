// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { sizedCanvas } from '../../src/shared/draw-pixels';

describe('sizedCanvas', () => {
  afterEach(() => vi.restoreAllMocks());

  it('sets both sides, whichever of them a canvas has already', () => {
    for (const [width, height] of [
      [300, 300],
      [150, 150],
      [300, 150],
      [40, 72],
    ] as const) {
      const canvas = document.createElement('canvas');
      sizedCanvas(canvas, width, height);
      expect([canvas.width, canvas.height]).toEqual([width, height]);
    }
  });

  it('has the pixels of a dense screen', () => {
    vi.spyOn(window, 'devicePixelRatio', 'get').mockReturnValue(2);
    const setTransform = vi.fn();
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ setTransform } as never);
    const canvas = document.createElement('canvas');
    sizedCanvas(canvas, 100, 60);
    expect([canvas.width, canvas.height]).toEqual([200, 120]);
    expect(setTransform).toHaveBeenCalledWith(2, 0, 0, 2, 0, 0);
  });
});
