/** A colored surface with contours, and the numbers along its edges. */

import type { Theme } from '../../core/theme';
import { levels, type Sampled, sampled, segments, shareOf } from './contours';
import { type Frame, ticks } from './frame';
import { short } from './numbers';

type Rgb = readonly [number, number, number];

const LEVELS = 17;
/** Points of the grid along each side: enough for smooth lines. */
const SIDE = 121;

/** From the lowest loss to the highest. */
const LIGHT: readonly Rgb[] = [
  [137, 180, 206],
  [186, 212, 222],
  [226, 234, 230],
  [246, 237, 216],
  [240, 214, 178],
];
const DARK: readonly Rgb[] = [
  [34, 84, 112],
  [31, 62, 82],
  [33, 44, 56],
  [44, 43, 44],
  [72, 58, 44],
];

export function surfaceColor(share: number, dark: boolean): Rgb {
  const stops = dark ? DARK : LIGHT;
  const place = Math.min(0.9999, Math.max(0, share)) * (stops.length - 1);
  const below = Math.floor(place);
  const part = place - below;
  return stops[below]!.map((value, i) => value + (stops[below + 1]![i]! - value) * part) as unknown as Rgb;
}

/** Draws the values of a function inside of a frame. */
export function drawSurface(
  context: CanvasRenderingContext2D,
  value: (at: readonly number[]) => number,
  frame: Frame,
  theme: Theme,
): void {
  const grid = sampled(value, [frame.x, frame.y], SIDE, SIDE);
  const steps = levels(grid, LEVELS);
  const { left, top, right, bottom } = frame.edges;
  const image = document.createElement('canvas');
  [image.width, image.height] = [SIDE, SIDE];
  const pixels = surfacePixels(grid, steps, theme.dark);
  image.getContext('2d')?.putImageData(new ImageData(pixels, SIDE, SIDE), 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, SIDE, SIDE, left, top, right - left, bottom - top);
  context.strokeStyle = theme.dark ? 'rgba(255, 255, 255, 0.20)' : 'rgba(30, 50, 70, 0.22)';
  context.lineWidth = 1;
  const [across, down] = [(right - left) / (SIDE - 1), (bottom - top) / (SIDE - 1)];
  context.beginPath();
  for (const level of steps) {
    const lines = segments(grid, level);
    for (let i = 0; i + 3 < lines.length; i += 4) {
      context.moveTo(left + lines[i]! * across, top + lines[i + 1]! * down);
      context.lineTo(left + lines[i + 2]! * across, top + lines[i + 3]! * down);
    }
  }
  context.stroke();
}

function surfacePixels(
  { values }: Sampled,
  steps: readonly number[],
  dark: boolean,
): Uint8ClampedArray<ArrayBuffer> {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const pixels = new Uint8ClampedArray(values.length * 4).fill(255);
  values.forEach((value, i) => {
    const color = surfaceColor(shareOf(value, steps, lowest, highest), dark);
    [pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2]] = color as [number, number, number];
  });
  return pixels;
}

/** Draws round numbers inside of the edges, with the names of the axes; no second name, no numbers upward. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  [across, up]: readonly string[],
  frame: Frame,
  theme: Theme,
): void {
  const { left, right, bottom, top } = frame.edges;
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  context.beginPath();
  for (const value of ticks(frame.x, 5)) {
    const x = frame.px(value);
    if (x < left + 14 || x > right - 26) continue;
    context.moveTo(x, bottom);
    context.lineTo(x, bottom - 4);
    context.fillText(short(value), x, bottom - 5);
  }
  context.textAlign = 'right';
  context.fillText(across!, right - 5, bottom - 5);
  if (up !== undefined) {
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    for (const value of ticks(frame.y, 5)) {
      const y = frame.py(value);
      if (y < top + 24 || y > bottom - 24) continue;
      context.moveTo(left, y);
      context.lineTo(left + 4, y);
      context.fillText(short(value), left + 7, y);
    }
    context.textBaseline = 'top';
    context.fillText(up, left + 7, top + 5);
  }
  context.stroke();
}
