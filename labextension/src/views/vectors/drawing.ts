/** What is drawn on the plane. */

import type { Theme } from '../../core/theme';
import { type Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { type Affine, apply, type Pair } from './geometry';
import { halfOf } from './warp';

export interface Arrow {
  readonly name: string;
  readonly from: Pair;
  readonly to: Pair;
  readonly color: string;
  readonly dashed?: boolean;
  /** Whether its tip can be dragged. */
  readonly handle?: boolean;
}

function line(context: CanvasRenderingContext2D, frame: Frame, a: Pair, b: Pair): void {
  context.moveTo(frame.px(a[0]), frame.py(a[1]));
  context.lineTo(frame.px(b[0]), frame.py(b[1]));
}

/** The grid as it was, with the numbers of its axes. */
export function drawGrid(context: CanvasRenderingContext2D, frame: Frame, theme: Theme, reach: number): void {
  const values = ticks([-reach, reach], reach <= 5 ? 2 * reach : 8);
  context.lineWidth = 1;
  context.strokeStyle = theme.grid;
  context.beginPath();
  for (const value of values) {
    line(context, frame, [value, -reach], [value, reach]);
    line(context, frame, [-reach, value], [reach, value]);
  }
  context.stroke();
  context.strokeStyle = theme.axis;
  context.beginPath();
  line(context, frame, [0, -reach], [0, reach]);
  line(context, frame, [-reach, 0], [reach, 0]);
  context.stroke();
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const value of values) {
    if (value !== 0 && Math.abs(value) < reach)
      context.fillText(short(value), frame.px(value), frame.py(0) + 4);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const value of values) {
    if (value !== 0 && Math.abs(value) < reach)
      context.fillText(short(value), frame.px(0) - 5, frame.py(value));
  }
}

/** The lines of the grid where the matrix has moved them. */
export function drawMovedGrid(
  context: CanvasRenderingContext2D,
  frame: Frame,
  color: string,
  reach: number,
  by: Affine,
): void {
  const far = reach <= 10 ? Math.max(4, 2 * reach) : 10;
  context.strokeStyle = color;
  context.lineWidth = 1;
  for (const axis of [false, true]) {
    context.globalAlpha = axis ? 0.9 : 0.4;
    context.beginPath();
    for (let k = -far; k <= far; k += 1) {
      if ((k === 0) !== axis) continue;
      line(context, frame, apply(by, [k, -far]), apply(by, [k, far]));
      line(context, frame, apply(by, [-far, k]), apply(by, [far, k]));
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** An image whose longer side reaches from −1 to 1, where the matrix has moved it. */
export function drawImageAt(
  context: CanvasRenderingContext2D,
  frame: Frame,
  stamp: HTMLCanvasElement,
  by: Affine,
  alpha: number,
): void {
  const half = halfOf(stamp);
  const unit = (frame.px(1) - frame.px(0)) / half;
  const [p, q, r, s] = by.matrix;
  const [x, y] = apply(by, [-stamp.width / 2 / half, stamp.height / 2 / half]);
  context.save();
  context.globalAlpha = alpha;
  context.imageSmoothingEnabled = false;
  context.transform(p * unit, -r * unit, -q * unit, s * unit, frame.px(x), frame.py(y));
  context.drawImage(stamp, 0, 0);
  context.restore();
}

/** The square from (0, 0) to (1, 1) where the matrix has moved it. */
export function drawSquare(context: CanvasRenderingContext2D, frame: Frame, color: string, by: Affine): void {
  context.beginPath();
  for (const corner of [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const) {
    const [x, y] = apply(by, corner);
    context.lineTo(frame.px(x), frame.py(y));
  }
  context.closePath();
  context.fillStyle = context.strokeStyle = color;
  context.globalAlpha = 0.16;
  context.fill();
  context.globalAlpha = 0.7;
  context.lineWidth = 1.2;
  context.stroke();
  context.globalAlpha = 1;
}

/** Arrows, with their names beside the tips. */
export function drawArrows(
  context: CanvasRenderingContext2D,
  frame: Frame,
  theme: Theme,
  arrows: readonly Arrow[],
): void {
  const rim = theme.dark ? 'rgba(13, 15, 19, 0.85)' : 'rgba(255, 255, 255, 0.85)';
  for (const { from, to, color, dashed, handle } of arrows) {
    const [x0, y0, x1, y1] = [frame.px(from[0]), frame.py(from[1]), frame.px(to[0]), frame.py(to[1])];
    const length = Math.hypot(x1 - x0, y1 - y0);
    context.strokeStyle = context.fillStyle = color;
    context.lineCap = 'round';
    if (length > 1) {
      const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
      const head = Math.min(11, length);
      context.lineWidth = dashed ? 1.8 : 2.6;
      context.setLineDash(dashed ? [5, 5] : []);
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1 - ux * head * 0.8, y1 - uy * head * 0.8);
      context.stroke();
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x1 - ux * head - uy * head * 0.45, y1 - uy * head + ux * head * 0.45);
      context.lineTo(x1 - ux * head + uy * head * 0.45, y1 - uy * head - ux * head * 0.45);
      context.fill();
    }
    if (handle) {
      context.lineWidth = 1.8;
      context.beginPath();
      context.arc(x1, y1, 7, 0, 2 * Math.PI);
      context.globalAlpha = 0.18;
      context.fill();
      context.globalAlpha = 1;
      context.stroke();
    }
  }
  context.font = `600 13px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineWidth = 3.5;
  context.lineJoin = 'round';
  context.strokeStyle = rim;
  const taken: Pair[] = [];
  for (const { name, from, to, color } of arrows) {
    if (name === '') continue;
    const [x, y] = labelSpot(frame, from, to, context.measureText(name).width / 2, taken);
    taken.push([x, y]);
    context.strokeText(name, x, y);
    context.fillStyle = color;
    context.fillText(name, x, y);
  }
}

/** Beyond the tip of an arrow, inside of the picture, and not on another name. */
function labelSpot(frame: Frame, from: Pair, to: Pair, half: number, taken: readonly Pair[]): Pair {
  const [x, y] = [frame.px(to[0]), frame.py(to[1])];
  const [dx, dy] = [x - frame.px(from[0]), y - frame.py(from[1])];
  const length = Math.hypot(dx, dy) || 1;
  const away = 17 + (half - 5) * Math.abs(dx / length);
  const within = (place: number, size: number, edge: number): number =>
    Math.min(size - edge, Math.max(edge, place));
  const at = (turn: number): Pair => {
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    return [
      within(x + ((dx * cos - dy * sin) / length) * away, frame.width, half + 4),
      within(y + ((dx * sin + dy * cos) / length) * away, frame.height, 11),
    ];
  };
  const free = ([left, top]: Pair): boolean =>
    taken.every(([a, b]) => Math.abs(a - left) > 2 * half + 2 || Math.abs(b - top) > 16);
  return [0, 0.9, -0.9, 1.6, -1.6, 2.4, -2.4].map(at).find(free) ?? at(0);
}
