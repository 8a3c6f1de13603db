import type { Theme } from '../../core/theme';
import { disc, groupColor } from '../../shared/points-painter';
import { coordinate, MARGIN, type Place, type Plane, ticks, toPixel } from './plane';
import type { Codes } from './model';

export interface Scene {
  codes: Codes;
  names: string[];
  selected: number;
  /** Half the side of the square that the grid of images covers; 0 for none. */
  gridReach: number;
  path: Place[];
  /** From the handle on; null for none. */
  arrow: Place | null;
  point: Place;
}

/** Draws what lies under the handle. */
export function paintPlane(
  context: CanvasRenderingContext2D,
  plane: Plane,
  theme: Theme,
  scene: Scene,
): void {
  context.clearRect(0, 0, plane.side, plane.side);
  context.font = `11px ${theme.font}`;
  paintLines(context, plane, theme);
  if (scene.gridReach > 0) paintReach(context, plane, theme, scene.gridReach);
  paintCodes(context, plane, theme, scene);
  paintPath(context, plane, theme, scene.path);
  if (scene.arrow) paintArrow(context, plane, theme, scene.point, scene.arrow);
}

function paintLines(context: CanvasRenderingContext2D, plane: Plane, theme: Theme): void {
  const [low, high] = [MARGIN, plane.side - MARGIN];
  context.lineWidth = 1;
  context.fillStyle = theme.muted;
  for (const value of ticks(plane.radius)) {
    const [x, y] = toPixel(plane, [value, value]).map((v) => Math.round(v) + 0.5) as [number, number];
    context.strokeStyle = value === 0 ? theme.axis : theme.grid;
    line(context, [x, low], [x, high]);
    line(context, [low, y], [high, y]);
    if (value === 0) continue;
    const text = coordinate(value).replace('.00', '');
    context.textAlign = 'center';
    context.textBaseline = 'bottom';
    context.fillText(text, x, high - 2);
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    if (y < high - 12) context.fillText(text, low + 2, y); // not upon the other axis's first number
  }
}

function paintReach(context: CanvasRenderingContext2D, plane: Plane, theme: Theme, reach: number): void {
  const [left, top] = toPixel(plane, [-reach, reach]);
  const [right, bottom] = toPixel(plane, [reach, -reach]);
  context.strokeStyle = theme.muted;
  context.setLineDash([4, 4]);
  context.strokeRect(Math.round(left) + 0.5, Math.round(top) + 0.5, right - left, bottom - top);
  context.setLineDash([]);
}

function paintCodes(context: CanvasRenderingContext2D, plane: Plane, theme: Theme, scene: Scene): void {
  const { places, groups, centres } = scene.codes;
  const size = groups.length > 1000 ? 2 : 3;
  context.globalAlpha = 0.75;
  for (let i = 0; i < groups.length; i += 1) {
    const [x, y] = toPixel(plane, [places[i * 2]!, places[i * 2 + 1]!]);
    context.fillStyle = groupColor(groups[i]!, theme.dark);
    disc(context, [x, y], size);
    context.fill();
  }
  context.globalAlpha = 1;
  if (scene.selected >= 0 && scene.selected < groups.length) {
    const i = scene.selected;
    disc(context, toPixel(plane, [places[i * 2]!, places[i * 2 + 1]!]), 6);
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    context.stroke();
  }
  context.font = `bold 15px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineWidth = 4;
  context.lineJoin = 'round';
  context.strokeStyle = theme.background;
  centres.forEach((centre, group) => {
    if (!centre) return;
    const [x, y] = toPixel(plane, centre);
    const name = (scene.names[group] ?? String(group)).slice(0, 14);
    context.strokeText(name, x, y);
    context.fillStyle = groupColor(group, theme.dark);
    context.fillText(name, x, y);
  });
  context.font = `11px ${theme.font}`;
}

function paintPath(context: CanvasRenderingContext2D, plane: Plane, theme: Theme, path: Place[]): void {
  const [start, end] = path;
  if (!start || !end) return;
  const [a, b] = [toPixel(plane, start), toPixel(plane, end)];
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.setLineDash([2, 4]);
  line(context, a, b);
  context.setLineDash([]);
  for (const [where, letter] of [
    [a, 'A'],
    [b, 'B'],
  ] as const) {
    disc(context, where, 8);
    context.fillStyle = theme.background;
    context.fill();
    context.stroke();
    context.fillStyle = theme.text;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(letter, where[0], where[1] + 0.5);
  }
}

function paintArrow(
  context: CanvasRenderingContext2D,
  plane: Plane,
  theme: Theme,
  from: Place,
  by: Place,
): void {
  const a = toPixel(plane, from);
  const b = toPixel(plane, [from[0] + by[0], from[1] + by[1]]);
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (length < 4) return;
  const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
  context.strokeStyle = theme.text;
  context.fillStyle = theme.text;
  context.lineWidth = 2;
  line(context, a, b);
  context.beginPath();
  context.moveTo(b[0], b[1]);
  for (const turn of [2.6, -2.6]) {
    context.lineTo(b[0] + 9 * Math.cos(angle + turn), b[1] + 9 * Math.sin(angle + turn));
  }
  context.fill();
}

function line(context: CanvasRenderingContext2D, a: Place, b: Place): void {
  context.beginPath();
  context.moveTo(a[0], a[1]);
  context.lineTo(b[0], b[1]);
  context.stroke();
}
