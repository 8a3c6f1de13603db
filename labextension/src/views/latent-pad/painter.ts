import type { Theme } from '../../core/theme';
import { disc, groupColor } from '../../shared/points-painter';
import { coordinate, MARGIN, type Place, type Plane, ticks, toPixel } from './plane';
import type { Codes, Tiles } from './model';

export interface Scene {
  codes: Codes;
  names: string[];
  selected: number;
  /** Whether the points are shown. */
  points: boolean;
  /** Where the points were before. */
  ghost: Codes;
  /** The map, and its opacity from 0 to 1. */
  tiles: Tiles;
  opacity: number;
  path: readonly [Place, Place] | null;
  /** From the handle on; null for none. */
  arrow: Place | null;
  point: Place;
}

/**
 * Draws what lies under the handle.
 *
 * @param mosaic the tiles of the map, side by side
 */
export function paintPlane(
  context: CanvasRenderingContext2D,
  plane: Plane,
  theme: Theme,
  scene: Scene,
  mosaic: CanvasImageSource | null = null,
): void {
  context.clearRect(0, 0, plane.side, plane.side);
  context.font = `11px ${theme.font}`;
  const mapped = scene.opacity > 0 && mosaic !== null && scene.tiles.columns > 0;
  if (mapped) paintTiles(context, plane, scene, mosaic);
  paintLines(context, plane, theme, mapped);
  paintGhost(context, plane, theme, scene);
  if (scene.points) paintCodes(context, plane, theme, scene, mapped);
  if (scene.path) paintPath(context, plane, theme, scene.path);
  if (scene.arrow) paintArrow(context, plane, theme, scene.point, scene.arrow);
}

/** Each tile lies around the place that it was decoded at, with a gap to the next. */
function paintTiles(
  context: CanvasRenderingContext2D,
  plane: Plane,
  { tiles, opacity }: Scene,
  mosaic: CanvasImageSource,
): void {
  const { atlas, columns, region } = tiles;
  const [x, y, radius] = region;
  const [left, top] = toPixel(plane, [x - radius, y + radius]);
  const [right] = toPixel(plane, [x + radius, y]);
  const step = (right - left) / columns;
  const gap = step > 12 ? 1 : 0;
  context.save();
  context.globalAlpha = opacity;
  context.imageSmoothingEnabled = atlas.width > step;
  for (let tile = 0; tile < atlas.count; tile += 1) {
    const [column, row] = [tile % columns, Math.floor(tile / columns)];
    const from = [Math.round(left + column * step), Math.round(top + row * step)] as const;
    const to = [Math.round(left + (column + 1) * step), Math.round(top + (row + 1) * step)] as const;
    if (to[0] < 0 || to[1] < 0 || from[0] > plane.side || from[1] > plane.side) continue;
    const source = [column * atlas.width, row * atlas.height, atlas.width, atlas.height] as const;
    context.drawImage(mosaic, ...source, ...from, to[0] - from[0] - gap, to[1] - from[1] - gap);
  }
  context.restore();
}

function paintLines(context: CanvasRenderingContext2D, plane: Plane, theme: Theme, mapped: boolean): void {
  const [low, high] = [MARGIN, plane.side - MARGIN];
  const [centerX, centerY] = plane.center ?? [0, 0];
  const stroke = (value: number, from: Place, to: Place): void => {
    context.globalAlpha = mapped ? 0.35 : 1;
    context.lineWidth = 1;
    context.strokeStyle = value === 0 ? theme.axis : theme.grid;
    line(context, from, to);
    context.globalAlpha = 1;
  };
  const write = (value: number, x: number, y: number): void => {
    if (value === 0) return;
    const text = coordinate(value).replace('.00', '');
    if (mapped) {
      context.lineWidth = 3;
      context.strokeStyle = theme.background;
      context.strokeText(text, x, y);
    }
    context.fillStyle = mapped ? theme.text : theme.muted;
    context.fillText(text, x, y);
  };
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  for (const value of ticks(plane.radius, centerX)) {
    const x = Math.round(toPixel(plane, [value, 0])[0]) + 0.5;
    stroke(value, [x, low], [x, high]);
    write(value, x, high - 2);
  }
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const value of ticks(plane.radius, centerY)) {
    const y = Math.round(toPixel(plane, [0, value])[1]) + 0.5;
    stroke(value, [low, y], [high, y]);
    if (y < high - 12) write(value, low + 2, y); // not upon the other axis's first number
  }
}

/** A ring where each point was, and a line to where it is. */
function paintGhost(context: CanvasRenderingContext2D, plane: Plane, theme: Theme, scene: Scene): void {
  const { places, groups } = scene.ghost;
  const now = scene.codes.places;
  context.lineWidth = 1;
  for (let i = 0; i < groups.length; i += 1) {
    const before = toPixel(plane, [places[i * 2]!, places[i * 2 + 1]!]);
    context.strokeStyle = groupColor(groups[i]!, theme.dark);
    if (now.length === places.length) {
      context.globalAlpha = 0.3;
      line(context, before, toPixel(plane, [now[i * 2]!, now[i * 2 + 1]!]));
    }
    context.globalAlpha = 0.9;
    disc(context, before, 3);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function paintCodes(
  context: CanvasRenderingContext2D,
  plane: Plane,
  theme: Theme,
  scene: Scene,
  mapped: boolean,
): void {
  const { places, groups, centers } = scene.codes;
  const size = groups.length > 1000 ? 2 : 3;
  context.globalAlpha = mapped ? 1 : 0.75;
  context.lineWidth = 2;
  context.strokeStyle = theme.background;
  for (let i = 0; i < groups.length; i += 1) {
    const [x, y] = toPixel(plane, [places[i * 2]!, places[i * 2 + 1]!]);
    context.fillStyle = groupColor(groups[i]!, theme.dark);
    disc(context, [x, y], size);
    if (mapped) context.stroke(); // the images below may be as dark, or as bright
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
  centers.forEach((center, group) => {
    if (!center) return;
    const [x, y] = toPixel(plane, center);
    const name = (scene.names[group] ?? String(group)).slice(0, 14);
    context.strokeText(name, x, y);
    context.fillStyle = groupColor(group, theme.dark);
    context.fillText(name, x, y);
  });
  context.font = `11px ${theme.font}`;
}

function paintPath(
  context: CanvasRenderingContext2D,
  plane: Plane,
  theme: Theme,
  [start, end]: readonly [Place, Place],
): void {
  const [a, b] = [toPixel(plane, start), toPixel(plane, end)];
  context.strokeStyle = theme.background;
  context.lineWidth = 4;
  line(context, a, b);
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.setLineDash([2, 4]);
  line(context, a, b);
  context.setLineDash([]);
  for (const [where, letter] of [
    [a, 'A'],
    [b, 'B'],
  ] as const) {
    disc(context, where, 9);
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
