import { expect, it } from 'vitest';

import type { Theme } from '../../../src/core/theme';
import type { Codes } from '../../../src/views/latent-pad/model';
import { paintPlane } from '../../../src/views/latent-pad/painter';

const none: Codes = { places: new Float32Array(), groups: new Uint8Array(), centres: [] };
const theme = { font: 'sans-serif', muted: '#777', axis: '#333', grid: '#ddd' } as Theme;

/** The texts that are drawn on a plane of this side, and where. */
function texts(side: number): { text: string; x: number; y: number }[] {
  const drawn: { text: string; x: number; y: number }[] = [];
  const context = new Proxy({} as CanvasRenderingContext2D, {
    get: (target, name) => {
      if (name === 'fillText') return (text: string, x: number, y: number) => drawn.push({ text, x, y });
      return name in target ? (Reflect.get(target, name) as unknown) : () => undefined;
    },
  });
  paintPlane(context, { side, radius: 3 }, theme, {
    codes: none,
    names: [],
    selected: -1,
    gridReach: 0,
    path: [],
    arrow: null,
    point: [0, 0],
  });
  return drawn;
}

it.each([260, 420])('the numbers of both axes keep apart in the corner, %s px', (side) => {
  const drawn = texts(side);
  expect(drawn.length).toBeGreaterThan(6);
  for (const [i, a] of drawn.entries()) {
    for (const b of drawn.slice(i + 1)) {
      const [dx, dy] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
      expect(dx > 14 || dy > 12, `${a.text} and ${b.text}`).toBe(true);
    }
  }
});
