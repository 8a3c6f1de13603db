import type { Size, Viewport } from '../../shared/viewport';
import type { Theme } from '../../core/theme';
import { disc, groupColor } from '../../shared/points-painter';
import { NO_CLASS, type Points } from './model';
import { toPixel } from './plane';

export interface VectorScene {
  points: Points;
  /** The class to bring out, -1 for all. */
  only: number;
  /** Row numbers. */
  selected: number;
  hovered: number;
  xLabel: string;
  yLabel: string;
  /** What lies under the points, over the square that reaches so far from the origin; null for nothing. */
  surface: CanvasImageSource | null;
  extent: number;
}

/** How opaque the surface is, so that the points stand out from it. */
const SURFACE_OPACITY = 0.45;

/** Draws all points; those that were predicted wrong have a ring, and lie above the others. */
export function paintVectors(
  context: CanvasRenderingContext2D,
  view: Viewport,
  size: Size,
  theme: Theme,
  scene: VectorScene,
): void {
  const { points } = scene;
  context.clearRect(0, 0, size.width, size.height);
  if (scene.surface) paintSurface(context, view, scene.surface, scene.extent);
  const radius = points.rows.length > 1500 ? 2.4 : points.rows.length > 400 ? 3.2 : 4.2;
  for (const ringed of [0, 1]) {
    for (let i = 0; i < points.rows.length; i += 1) {
      if (points.wrong[i] !== ringed) continue;
      const which = points.classes[i]!;
      const [x, y] = toPixel(view, points.places[i * 2]!, points.places[i * 2 + 1]!);
      if (x < -9 || y < -9 || x > size.width + 9 || y > size.height + 9) continue;
      const shown = scene.only < 0 || which === scene.only;
      context.globalAlpha = shown ? 0.8 : 0.1;
      context.fillStyle = which === NO_CLASS ? theme.palette[0]! : groupColor(which, theme.dark);
      disc(context, [x, y], radius);
      context.fill();
      if (scene.surface) {
        context.strokeStyle = theme.background;
        context.lineWidth = 0.8;
        context.stroke();
      }
      if (ringed === 0) continue;
      context.globalAlpha = shown ? 1 : 0.15;
      context.strokeStyle = theme.text;
      context.lineWidth = 1.4;
      disc(context, [x, y], radius + 2);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
  for (const [row, width] of [
    [scene.hovered, 1.5],
    [scene.selected, 3],
  ] as const) {
    const i = points.rows.indexOf(row);
    if (row < 0 || i < 0) continue;
    const [x, y] = toPixel(view, points.places[i * 2]!, points.places[i * 2 + 1]!);
    context.strokeStyle = theme.text;
    context.lineWidth = width;
    disc(context, [x, y], radius + 5);
    context.stroke();
  }
  paintAxes(context, size, theme, scene);
}

function paintSurface(
  context: CanvasRenderingContext2D,
  view: Viewport,
  surface: CanvasImageSource,
  extent: number,
): void {
  const [left, top] = toPixel(view, -extent, extent);
  const side = 2 * extent * view.scale;
  context.globalAlpha = SURFACE_OPACITY;
  context.imageSmoothingEnabled = true;
  context.drawImage(surface, left, top, side, side);
  context.globalAlpha = 1;
}

function paintAxes(context: CanvasRenderingContext2D, size: Size, theme: Theme, scene: VectorScene): void {
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.textBaseline = 'bottom';
  if (scene.xLabel) context.fillText(`${scene.xLabel} →`, size.width - 6, size.height - 4);
  if (!scene.yLabel) return;
  context.save();
  context.translate(4, 6);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'top';
  context.fillText(`${scene.yLabel} →`, 0, 0);
  context.restore();
}
