import { describe, expect, it } from 'vitest';

import { BAD, contrast, DARK_PALETTE, GOOD, LIGHT_PALETTE, luminance } from '../../src/core/theme';

describe('colours', () => {
  it('measures luminance of the notations that browsers compute', () => {
    expect(luminance('#ffffff')).toBeCloseTo(1);
    expect(luminance('rgb(0, 0, 0)')).toBe(0);
    expect(luminance('rgba(255, 255, 255, 0.5)')).toBeCloseTo(1);
    expect(luminance('tomato')).toBeNaN();
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  });

  it.each([...LIGHT_PALETTE, GOOD.light, BAD.light])('%s stands out from white', (color) => {
    expect(contrast(color, '#ffffff')).toBeGreaterThan(3);
  });

  it.each([...DARK_PALETTE, GOOD.dark, BAD.dark])(
    '%s stands out from JupyterLab’s dark background',
    (color) => {
      expect(contrast(color, '#111111')).toBeGreaterThan(3);
      expect(contrast(color, '#212121')).toBeGreaterThan(3);
    },
  );
});
