/** What descents move on: a colored surface with contours, or a curve. Drawn when it changes, not in each frame. */

import type { Theme } from '../../core/theme';
import { levels, type Sampled, sampled, segments, shareOf } from './contours';
import { Frame, lossRange, ticks } from './frame';
import type { Landscape } from './landscape';
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

function colorAt(share: number, dark: boolean): Rgb {
  const stops = dark ? DARK : LIGHT;
  const place = Math.min(0.9999, Math.max(0, share)) * (stops.length - 1);
  const below = Math.floor(place);
  const part = place - below;
  return stops[below]!.map((value, i) => value + (stops[below + 1]![i]! - value) * part) as unknown as Rgb;
}

/** The frame of a landscape in a canvas of this size. */
export function frameOf(landscape: Landscape, width: number, height: number): Frame {
  const edges = { left: 1, top: 1, right: width - 1, bottom: height - 1 };
  const [x, y] = landscape.bounds;
  return new Frame(width, height, x!, y ?? lossRange(landscape), edges);
}

export function drawGround(
  context: CanvasRenderingContext2D,
  landscape: Landscape,
  frame: Frame,
  theme: Theme,
): void {
  if (landscape.axes.length === 1) drawCurve(context, landscape, frame, theme);
  else drawSurface(context, landscape, frame, theme);
  drawTicks(context, landscape, frame, theme);
}

function drawSurface(
  context: CanvasRenderingContext2D,
  landscape: Landscape,
  frame: Frame,
  theme: Theme,
): void {
  const grid = sampled(landscape, SIDE, SIDE);
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
    const color = colorAt(shareOf(value, steps, lowest, highest), dark);
    [pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2]] = color as [number, number, number];
  });
  return pixels;
}

function drawCurve(
  context: CanvasRenderingContext2D,
  landscape: Landscape,
  frame: Frame,
  theme: Theme,
): void {
  const { left, right, bottom } = frame.edges;
  const points: [number, number][] = [];
  for (let x = left; x <= right; x += 2) {
    const [w] = frame.at(x, 0);
    points.push([x, frame.py(landscape.loss([w]))]);
  }
  const [low, high] = [colorAt(0, theme.dark), colorAt(0.5, theme.dark)];
  const fill = context.createLinearGradient(0, 0, 0, frame.height);
  fill.addColorStop(0, `rgb(${high.map(Math.round).join()})`);
  fill.addColorStop(1, `rgb(${low.map(Math.round).join()})`);
  context.beginPath();
  context.moveTo(left, bottom);
  for (const [x, y] of points) context.lineTo(x, y);
  context.lineTo(right, bottom);
  context.closePath();
  context.globalAlpha = 0.55;
  context.fillStyle = fill;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.5;
  context.stroke();
}

function drawTicks(
  context: CanvasRenderingContext2D,
  landscape: Landscape,
  frame: Frame,
  theme: Theme,
): void {
  const { left, right, bottom, top } = frame.edges;
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  const [across, up = null] = landscape.axes;
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
  if (up !== null) {
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
