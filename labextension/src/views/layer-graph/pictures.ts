import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { type Atlas, rowPixels } from '../../shared/atlas';
import { putPixels } from '../../shared/draw-pixels';
import { type Fields, readFields, readTerms, type Terms } from '../../shared/units';
import type { Viewport } from '../../shared/viewport';
import type { Box, PlacedNode } from './layout';

/** What a node has room for: the sample; feature maps; time × units; a cell per unit; a bar per class. */
export type Form = 'image' | 'maps' | 'matrix' | 'units' | 'answer';

const FORMS: readonly string[] = ['image', 'maps', 'matrix', 'units', 'answer'] satisfies Form[];

export interface Picture {
  form: Form;
  atlas: Atlas;
}

/** A unit of a feature map. */
export interface Place {
  path: string;
  channel: number;
  row: number;
  column: number;
}

/** What one unit gives, and the terms of it alone. */
export interface PointedUnit {
  place: Place;
  value: number;
  terms: Terms | null;
}

/** Of a layer with feature maps: how many units they have, of which a picture may show means. */
export interface MapUnits {
  rows: number;
  columns: number;
  fields: Fields | null;
}

/** What the layers give for one sample. */
export interface Pictures {
  step: number;
  byPath: Map<string, Picture>;
  /** Of the classes. */
  names: string[];
  /** One of them, -1 for none. */
  predicted: number;
  units: Map<string, MapUnits>;
  /** The unit that was asked for last. */
  pointed: PointedUnit | null;
}

export const NO_PICTURES: Pictures = {
  step: -1,
  byPath: new Map(),
  names: [],
  predicted: -1,
  units: new Map(),
  pointed: null,
};

/** Feature maps that stand side by side. */
export const MOST_MAPS = 6;
const GAP = 3;
/** The sides of what is drawn, in px of the graph. */
const MAP = 34;
const IMAGE = 56;
export const PICTURE_WIDTH = MOST_MAPS * MAP + (MOST_MAPS - 1) * GAP;
const HEIGHTS: Record<Form, number> = { image: IMAGE, maps: MAP, matrix: 44, units: 12, answer: 44 };

export function asForm(value: unknown): Form | '' {
  return typeof value === 'string' && FORMS.includes(value) ? (value as Form) : '';
}

/** How high a picture is drawn. */
export function pictureHeight(form: Form): number {
  return HEIGHTS[form];
}

/**
 * Reads the `pictures` trait.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readPictures(value: unknown): Pictures {
  if (!isRecord(value) || !Array.isArray(value.nodes)) return NO_PICTURES;
  const { data } = value;
  if (!ArrayBuffer.isView(data)) throw new WireError('pictures: data must be binary');
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const byPath = new Map<string, Picture>();
  let at = 0;
  for (const raw of value.nodes as unknown[]) {
    if (!Array.isArray(raw)) throw new WireError('pictures: nodes must be lists');
    const [path, form] = raw as unknown[];
    const [count, height, width, channels] = (raw as unknown[])
      .slice(2)
      .map((number) => wholeNumber(number, 'pictures')) as [number, number, number, number];
    const size = count * height * width * channels;
    if (typeof path !== 'string' || asForm(form) === '' || (channels !== 1 && channels !== 3)) {
      throw new WireError('pictures: expected path, form and sizes');
    }
    if (at + size > bytes.length) throw new WireError('pictures: too few bytes');
    const atlas: Atlas = { bytes: bytes.subarray(at, at + size), count, height, width, channels };
    byPath.set(path, { form: form as Form, atlas });
    at += size;
  }
  const { step, predicted } = value;
  return {
    step: typeof step === 'number' ? step : -1,
    byPath,
    names: Array.isArray(value.names) ? value.names.map(String) : [],
    predicted: typeof predicted === 'number' ? predicted : -1,
    units: readUnits(value.units),
    pointed: readPointed(value.pointed),
  };
}

function readUnits(value: unknown): Map<string, MapUnits> {
  const all = new Map<string, MapUnits>();
  for (const [path, numbers] of Object.entries(isRecord(value) ? value : {})) {
    if (!Array.isArray(numbers)) throw new WireError('pictures: units must be numbers');
    const [rows, columns, ...field] = numbers as unknown[];
    all.set(path, {
      rows: wholeNumber(rows, 'pictures: rows'),
      columns: wholeNumber(columns, 'pictures: columns'),
      fields: field.length > 0 ? readFields(field) : null,
    });
  }
  return all;
}

function readPointed(value: unknown): PointedUnit | null {
  if (!isRecord(value) || !Array.isArray(value.place)) return null;
  const [path, ...numbers] = value.place as unknown[];
  const [channel, row, column] = numbers.map((number) => wholeNumber(number, 'pictures: place'));
  const terms = isRecord(value.terms) && value.terms.kind !== undefined ? readTerms(value.terms) : null;
  return {
    place: { path: String(path), channel: channel!, row: row!, column: column! },
    value: typeof value.value === 'number' ? value.value : NaN,
    terms,
  };
}

/** Where the picture of a node is on the stage. */
export function pictureBox(placed: PlacedNode, { left, top, scale }: Viewport): Box {
  return {
    x: left + scale * (placed.x + placed.pictureAt.x),
    y: top + scale * (placed.y + placed.pictureAt.y),
    width: scale * PICTURE_WIDTH,
    height: scale * (placed.node.room ? pictureHeight(placed.node.room) : 0),
  };
}

/** Where one tile of a picture is: the sample, or a feature map. */
export function tileBox({ form, atlas }: Picture, box: Box, scale: number, tile: number): Box {
  const side = form === 'image' ? box.height : Math.min(box.height, MAP * scale);
  const shrink = side / Math.max(atlas.width, atlas.height);
  const [width, height] = [atlas.width * shrink, atlas.height * shrink];
  return { x: box.x + tile * (side + GAP * scale), y: box.y + (side - height) / 2, width, height };
}

/** The colors of the page. */
export interface Palette {
  accent: string;
  bar: string;
  text: string;
  font: string;
}

/** Draws pictures into the nodes of a layout, on a canvas over the graph. */
export class PicturePainter {
  /** By node: its tiles side by side. */
  private readonly rows = new Map<string, { canvas: HTMLCanvasElement; shows: Picture }>();
  private pictures = NO_PICTURES;

  /** Takes other pictures. */
  show(pictures: Pictures): void {
    this.pictures = pictures;
    for (const path of this.rows.keys()) if (!pictures.byPath.has(path)) this.rows.delete(path);
  }

  draw(
    context: CanvasRenderingContext2D,
    nodes: readonly PlacedNode[],
    port: Viewport,
    room: { width: number; height: number },
    palette: Palette,
  ): void {
    const { scale } = port;
    for (const placed of nodes) {
      const picture = this.pictures.byPath.get(placed.node.path);
      if (!placed.node.room || !picture || picture.atlas.bytes.length === 0) continue;
      const box = pictureBox(placed, port);
      const seen =
        box.x < room.width && box.y < room.height && box.x + box.width > 0 && box.y + box.height > 0;
      if (!seen) continue;
      if (picture.form === 'answer') drawBars(context, picture.atlas, this.pictures, box, scale, palette);
      else drawTiles(context, picture, this.row(placed.node.path, picture), box, scale);
    }
  }

  /** The pixels of a picture: made when it is first seen, and kept however often the graph is moved. */
  private row(path: string, picture: Picture): HTMLCanvasElement {
    const known = this.rows.get(path);
    if (known?.shows === picture) return known.canvas;
    const { form, atlas } = picture;
    const canvas = known?.canvas ?? document.createElement('canvas');
    const pixels = rowPixels(atlas, 0, atlas.count, form === 'image' ? 'gray' : 'viridis');
    putPixels(canvas, pixels, { width: atlas.count * atlas.width, height: atlas.height });
    this.rows.set(path, { canvas, shows: picture });
    return canvas;
  }
}

function drawTiles(
  context: CanvasRenderingContext2D,
  picture: Picture,
  row: HTMLCanvasElement,
  box: Box,
  scale: number,
): void {
  const { form, atlas } = picture;
  context.imageSmoothingEnabled = false;
  if (form === 'matrix' || form === 'units') {
    const height = form === 'units' ? Math.min(box.height, 12 * scale) : box.height;
    context.drawImage(row, 0, 0, atlas.width, atlas.height, box.x, box.y, box.width, height);
    return;
  }
  for (let i = 0; i < atlas.count; i += 1) {
    const { x, y, width, height } = tileBox(picture, box, scale, i);
    context.imageSmoothingEnabled = width * window.devicePixelRatio < atlas.width;
    context.drawImage(row, i * atlas.width, 0, atlas.width, atlas.height, x, y, width, height);
  }
}

/** Bars of the classes with their names below, as far as these can be read. */
function drawBars(
  context: CanvasRenderingContext2D,
  { bytes }: Atlas,
  { names, predicted }: Pictures,
  box: Box,
  scale: number,
  { accent, bar, text, font }: Palette,
): void {
  const each = box.width / bytes.length;
  const size = 10 * scale;
  // Many classes share bars.
  const chosen = Math.floor((predicted * bytes.length) / Math.max(1, names.length));
  const named = names.length === bytes.length && each >= 9 * scale && scale > 0.5;
  const base = box.y + box.height - (named ? size + 3 * scale : 0);
  context.font = `${size}px ${font}`;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  bytes.forEach((share, i) => {
    const height = Math.max(scale, (share / 255) * (base - box.y));
    context.fillStyle = i === chosen ? accent : bar;
    context.fillRect(box.x + i * each + 0.1 * each, base - height, 0.8 * each, height);
    if (!named) return;
    context.fillStyle = i === chosen ? accent : text;
    context.fillText(fitted(context, names[i] ?? '', each), box.x + (i + 0.5) * each, box.y + box.height);
  });
}

function fitted(context: CanvasRenderingContext2D, name: string, width: number): string {
  let shown = name;
  while (shown.length > 1 && context.measureText(shown).width > width) shown = shown.slice(0, -1);
  return shown;
}
