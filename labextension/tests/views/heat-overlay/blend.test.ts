import { describe, expect, it } from 'vitest';
import { blend, cover, strength, ZERO } from '../../../src/views/heat-overlay/blend';

describe('blend', () => {
  const gray = new Uint8ClampedArray([100, 100, 100, 255, 100, 100, 100, 255]);

  it('leaves the picture alone at no opacity, and covers it whole at full', () => {
    const values = new Uint8Array([0, 255]);
    const options = { signed: false, colormap: 'gray' };
    expect([...blend(gray, values, { ...options, opacity: 0 })]).toEqual([...gray]);
    expect([...blend(gray, values, { ...options, opacity: 1 })]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  });

  it('covers what is hot more than what is cold', () => {
    expect(cover(0.6, 1)).toBeCloseTo(0.6);
    expect(cover(0.6, 0)).toBeCloseTo(0.078);
    for (const opacity of [0, 1]) expect(cover(opacity, 0.3)).toBeCloseTo(opacity);
  });

  it('draws heat in the rainbow of the books', () => {
    const options = { signed: false, colormap: 'jet', opacity: 1 };
    const [, , cold, , red, green, blue] = blend(gray, new Uint8Array([0, 223]), options);
    expect(cold).toBe(128);
    expect([red, green, blue]).toEqual([255, 0, 0]);
  });

  it('shows both sides of a signed map in colors of its own', () => {
    expect(strength(ZERO, true)).toBe(0);
    expect(strength(0, true)).toBe(1);
    const [against, , blue, , ours] = blend(gray, new Uint8Array([0, 255]), {
      signed: true,
      colormap: 'gray',
      opacity: 1,
    });
    expect(blue).toBeGreaterThan(against!);
    expect(ours).toBeGreaterThan(150);
  });
});
