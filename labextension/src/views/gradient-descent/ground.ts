/** What descents move on: a colored surface with contours, or a curve. Drawn when it changes, not in each frame. */

import type { Theme } from '../../core/theme';
import { Frame } from '../../shared/concept/frame';
import { drawAxes, drawSurface, surfaceColor } from '../../shared/concept/surface';
import type { Landscape } from './landscape';

/** The range of losses that a curve shows. */
function lossRange(landscape: Landscape): [number, number] {
  const [low, high] = landscape.bounds[0]!;
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i <= 100; i += 1) {
    const loss = landscape.loss([low + ((high - low) * i) / 100]);
    least = Math.min(least, loss);
    most = Math.max(most, loss);
  }
  const room = (most - least) * 0.06 || 1;
  return [least - room * 3, most + room];
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
  else drawSurface(context, (at) => landscape.loss(at), frame, theme);
  drawAxes(context, landscape.axes, frame, theme);
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
  const [low, high] = [surfaceColor(0, theme.dark), surfaceColor(0.5, theme.dark)];
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
