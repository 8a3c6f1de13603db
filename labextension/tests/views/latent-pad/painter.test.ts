import { expect, it } from 'vitest';

import type { Theme } from '../../../src/core/theme';
import type { Codes, Tiles } from '../../../src/views/latent-pad/model';
import { paintPlane } from '../../../src/views/latent-pad/painter';
import { type Plane, tileCenter, toPixel } from '../../../src/views/latent-pad/plane';

const none: Codes = { places: new Float32Array(), groups: new Uint8Array(), centers: [] };
const unmapped: Tiles = {
  atlas: { bytes: new Uint8Array(), count: 0, height: 0, width: 0, channels: 1 },
  columns: 0,
  region: [0, 0, 1],
};
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
    points: true,
    ghost: none,
    tiles: unmapped,
    opacity: 1,
    path: null,
    arrow: null,
    point: [0, 0],
  });
  return drawn;
}

it('lays each tile around the place that it was decoded at', () => {
  const drawn: number[][] = [];
  const context = new Proxy({} as CanvasRenderingContext2D, {
    get: (target, name) => {
      if (name === 'drawImage') return (_image: unknown, ...numbers: number[]) => drawn.push(numbers);
      return name in target ? (Reflect.get(target, name) as unknown) : () => undefined;
    },
  });
  const atlas = { bytes: new Uint8Array(4 * 64), count: 4, height: 8, width: 8, channels: 1 } as const;
  const tiles: Tiles = { atlas, columns: 2, region: [1, 0, 2] };
  const plane: Plane = { side: 420, radius: 4, center: [0, 1] };
  const scene = { codes: none, names: [], selected: -1, points: true, ghost: none, path: null };
  paintPlane(
    context,
    plane,
    theme,
    { ...scene, tiles, opacity: 0.5, arrow: null, point: [0, 0] },
    {} as HTMLCanvasElement,
  );
  expect(drawn).toHaveLength(4);
  drawn.forEach(([sx, sy, , , left, top, width, height], tile) => {
    expect([sx! / 8, sy! / 8]).toEqual([tile % 2, Math.floor(tile / 2)]);
    const [x, y] = toPixel(plane, tileCenter(tiles.region, 2, tile));
    expect(Math.abs(left! + width! / 2 - x)).toBeLessThanOrEqual(1);
    expect(Math.abs(top! + height! / 2 - y)).toBeLessThanOrEqual(1);
  });
});

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
