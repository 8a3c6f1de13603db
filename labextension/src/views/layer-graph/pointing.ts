import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { formatValue } from '../../shared/format';
import { fieldBox, UnitPanel } from '../../shared/units';
import type { Size, Viewport } from '../../shared/viewport';
import type { PlacedNode } from './layout';
import type { LayerGraphModel } from './model';
import { type Pictures, pictureBox, type Place, tileBox } from './pictures';

/** The unit of a feature map under a point of the stage; null where there is none. */
export function unitAt(
  nodes: readonly PlacedNode[],
  pictures: Pictures,
  port: Viewport,
  [x, y]: readonly [number, number],
): Place | null {
  for (const placed of nodes) {
    const { path } = placed.node;
    const picture = pictures.byPath.get(path);
    const units = pictures.units.get(path);
    if (!placed.node.room || picture?.form !== 'maps' || !units) continue;
    const around = pictureBox(placed, port);
    for (let channel = 0; channel < picture.atlas.count; channel += 1) {
      const box = tileBox(picture, around, port.scale, channel);
      const across = (x - box.x) / box.width;
      const down = (y - box.y) / box.height;
      if (across < 0 || down < 0 || across >= 1 || down >= 1) continue;
      const { rows, columns } = units;
      return { path, channel, row: Math.floor(down * rows), column: Math.floor(across * columns) };
    }
  }
  return null;
}

/** Marks a unit in its feature map, and its receptive field in the sample. */
export function markUnit(
  context: CanvasRenderingContext2D,
  nodes: readonly PlacedNode[],
  pictures: Pictures,
  port: Viewport,
  { path, channel, row, column }: Place,
): void {
  const own = nodes.find(({ node }) => node.path === path);
  const picture = pictures.byPath.get(path);
  const units = pictures.units.get(path);
  if (!own || !picture || !units) return;
  const map = tileBox(picture, pictureBox(own, port), port.scale, channel);
  const width = map.width / units.columns;
  const height = map.height / units.rows;
  const unit = { x: map.x + column * width, y: map.y + row * height, width, height };
  outline(context, unit, '#fff', [], 3);
  const input = nodes.find(({ node }) => pictures.byPath.get(node.path)?.form === 'image');
  if (!input || !units.fields) return;
  const sample = pictures.byPath.get(input.node.path)!;
  const image = tileBox(sample, pictureBox(input, port), port.scale, 0);
  const { left, top, ...size } = fieldBox(units.fields, { row, column });
  const field = {
    x: image.x + left * image.width,
    y: image.y + top * image.height,
    width: size.width * image.width,
    height: size.height * image.height,
  };
  outline(context, field, '#ff9a4d', [3, 2], 4);
}

/** A line around a box, with a dark one around it: it is seen on every color. */
function outline(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  color: string,
  dash: number[],
  least: number,
): void {
  const [wide, high] = [Math.max(least, width), Math.max(least, height)];
  const [left, top] = [x - (wide - width) / 2, y - (high - height) / 2];
  context.save();
  context.lineWidth = 1;
  context.strokeStyle = '#000';
  context.strokeRect(left - 1.5, top - 1.5, wide + 3, high + 3);
  context.strokeStyle = color;
  context.setLineDash(dash);
  context.strokeRect(left - 0.5, top - 0.5, wide + 1, high + 1);
  context.restore();
}

/** So long, in ms, the pointer rests on a unit before Python is asked: it asks the network for each. */
const REST_MS = 80;

/** Tells of the unit under the pointer: what it gives, and what it has computed that from. */
export class UnitPointer {
  readonly root: HTMLElement;
  private readonly name = el('div', 'dlw-mg-unit-name');
  private readonly panel = new UnitPanel();
  private place: Place | null = null;
  private at: readonly [number, number] = [0, 0];
  private resting: ReturnType<typeof setTimeout> | null = null;

  /** @param moved is called when something else is to be drawn */
  constructor(
    private readonly model: LayerGraphModel,
    private readonly moved: () => void,
  ) {
    this.root = el('div', 'dlw-tip dlw-mg-unit', { hidden: true }, this.name, this.panel.root);
  }

  /**
   * Takes another unit. Python is asked for its terms, which come with the pictures, once the pointer rests.
   *
   * @param at from the left and the top of the stage
   */
  move(place: Place | null, at: readonly [number, number] = [0, 0]): void {
    const before = this.place;
    if (!place && !before) return;
    this.place = place;
    this.at = at;
    this.moved();
    if (place && before && samePlace(place, before)) return;
    if (this.resting !== null) clearTimeout(this.resting);
    this.resting = setTimeout(() => this.ask(), place ? REST_MS : 0);
  }

  /** Hides what is told of the unit, where its map isn't drawn. */
  hide(): void {
    this.root.hidden = true;
  }

  dispose(): void {
    if (this.resting !== null) clearTimeout(this.resting);
    this.resting = null;
  }

  private ask(): void {
    const { place } = this;
    this.resting = null;
    this.model.set('pointed', place ? [place.path, place.channel, place.row, place.column] : []);
    this.model.save_changes();
  }

  draw(context: CanvasRenderingContext2D, nodes: readonly PlacedNode[], port: Viewport, room: Size): void {
    const { place } = this;
    const { shown } = this.model;
    this.root.hidden = !place || !shown.units.has(place.path);
    if (!place || this.root.hidden) return;
    markUnit(context, nodes, shown, port, place);
    this.tell(shown, place);
    // Below the pointer: above it are the sample and the way to it.
    const left = Math.max(0, Math.min(this.at[0] - 20, room.width - this.root.offsetWidth));
    this.root.style.transform = `translate(${left}px, ${this.at[1] + 18}px)`;
  }

  private tell({ pointed, units }: Pictures, place: Place): void {
    const told = pointed && samePlace(pointed.place, place) ? pointed : null;
    const { path: layer, channel, row, column } = place;
    const where = t('{layer}, channel {channel}, row {row}, column {column}', {
      layer,
      channel,
      row,
      column,
    });
    setText(this.name, told ? `${where}: ${formatValue(told.value)}` : where);
    const fields = units.get(layer)?.fields ?? null;
    const value = { numbers: Float32Array.of(told?.value ?? NaN), height: 1, width: 1 };
    this.panel.show({ fields, terms: told?.terms ?? null }, value, { row: 0, column: 0 });
  }
}

function samePlace(a: Place, b: Place): boolean {
  return a.path === b.path && a.channel === b.channel && a.row === b.row && a.column === b.column;
}
