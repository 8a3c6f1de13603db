/** Signs that a flip may change, and what they read as. */

import { type Picture, unitPicture } from '../../shared/concept/grid';
import type { Throw } from './throws';

const MIRRORED: Readonly<Record<string, string>> = { b: 'd', 0: '0', 1: '1', 8: '8' };
const TURNED_OVER: Readonly<Record<string, string>> = { b: 'p', 0: '0', 1: '1', 3: '3', 8: '8' };
const HALF_A_TURN: Readonly<Record<string, string>> = {
  ...{ b: 'q', pod: 'pod', 6: '9', 9: '6' },
  ...{ 0: '0', 1: '1', 2: '2', 5: '5', 8: '8' },
};

/** What a sign reads as after a throw; null where it is no sign any more. More than 90° count as half a turn. */
export function readsAs(sign: string, { angle, flipX, flipY }: Throw): string | null {
  const half = Math.abs(angle) > 90;
  const [mirrored, over] = [(flipX === 1) !== half, (flipY === 1) !== half];
  if (mirrored && over) return HALF_A_TURN[sign] ?? null;
  if (mirrored) return MIRRORED[sign] ?? null;
  return over ? (TURNED_OVER[sign] ?? null) : sign;
}

interface Letter {
  /** Where the middle of its ring is, from the left, and from where to where its stem goes, in parts of the side. */
  readonly ring: number;
  readonly stem: { readonly at: number; readonly from: number; readonly to: number } | null;
}

/** Draws letters that consist of rings and stems, such as b, d, p, q and o. */
function letters(side: number, radius: number, thick: number, all: readonly Letter[]): Picture {
  const soft = 1 / side;
  const ink = (distance: number): number => Math.min(1, Math.max(0, (thick / 2 - distance) / soft + 0.5));
  const pixels = new Uint8Array(side * side);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
      let most = 0;
      for (const { ring, stem } of all) {
        most = Math.max(most, ink(Math.abs(Math.hypot(x - ring, y - 0.5) - radius)));
        if (stem) {
          const nearest = Math.min(stem.to, Math.max(stem.from, y));
          most = Math.max(most, ink(Math.hypot(x - stem.at, y - nearest)));
        }
      }
      pixels[row * side + column] = Math.round(255 * most);
    }
  }
  return unitPicture(pixels, side, side);
}

const made = new Map<string, Picture>();

function remembered(name: string, make: () => Picture): Picture {
  const picture = made.get(name) ?? make();
  made.set(name, picture);
  return picture;
}

/** A lowercase b. */
export function letterPicture(): Picture {
  return remembered('b', () =>
    letters(32, 0.17, 0.09, [{ ring: 0.52, stem: { at: 0.35, from: 0.16, to: 0.67 } }]),
  );
}

/** The word pod, which is the same after half a turn. */
export function wordPicture(): Picture {
  const radius = 0.105;
  return remembered('pod', () =>
    letters(64, radius, 0.05, [
      { ring: 0.2, stem: { at: 0.2 - radius, from: 0.395, to: 0.72 } },
      { ring: 0.5, stem: null },
      { ring: 0.8, stem: { at: 0.8 + radius, from: 0.28, to: 0.605 } },
    ]),
  );
}
