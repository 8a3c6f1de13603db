import { identity, Model } from '../../core/model';
import { savedAtlas, MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';
import type { Place, Square } from './plane';

/** The codes of many images on the plane. */
export interface Codes {
  /** x and y in turn. */
  places: Float32Array;
  groups: Uint8Array;
  /** Where each class's name is written; null for a class without codes. */
  centers: (Place | null)[];
}

export const NO_CODES: Codes = { places: new Float32Array(0), groups: new Uint8Array(0), centers: [] };

/** What the decoder makes of the plane: tiles that divide a square of it evenly. */
export interface Tiles {
  atlas: Atlas;
  columns: number;
  region: Square;
}

export const NO_TILES: Tiles = { atlas: NO_IMAGES, columns: 0, region: [0, 0, 1] };

/**
 * Checks the `tiles` trait. An empty object gives none.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readTiles(value: unknown): Tiles {
  const atlas = readAtlas(value);
  if (!isRecord(value) || atlas.count === 0) return NO_TILES;
  const columns = wholeNumber(value.columns, 'tiles: columns');
  const region = square(value.region);
  if (columns * columns !== atlas.count || region === null) {
    throw new WireError(`tiles: ${atlas.count} tiles do not divide a square into ${columns} columns`);
  }
  return { atlas, columns, region };
}

/** Three finite numbers, the last above 0; or null. */
export function square(value: unknown): Square | null {
  if (!Array.isArray(value) || value.length !== 3) return null;
  const [x, y, radius] = value as unknown[];
  const numbers = typeof x === 'number' && typeof y === 'number' && typeof radius === 'number';
  return numbers && Number.isFinite(x + y + radius) && radius > 0 ? [x, y, radius] : null;
}

/**
 * Checks the `codes` trait. An empty object gives none.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readCodes(value: unknown): Codes {
  if (!isRecord(value) || value.count === undefined || value.count === 0) return NO_CODES;
  const count = wholeNumber(value.count, 'codes: count');
  const places = new Float32Array(aligned(value.places, 'places', count * 8));
  const groups = new Uint8Array(aligned(value.groups, 'groups', count));
  const centers = Array.isArray(value.centers) ? value.centers.map(place) : [];
  return { places, groups, centers };
}

function aligned(data: unknown, name: string, wanted: number): ArrayBuffer {
  if (!ArrayBuffer.isView(data)) throw new WireError(`codes: ${name} must be binary`);
  if (data.byteLength !== wanted) {
    throw new WireError(`codes: ${name} need ${wanted} bytes. Received: ${data.byteLength}`);
  }
  return (data.buffer as ArrayBuffer).slice(data.byteOffset, data.byteOffset + data.byteLength);
}

/** Two finite numbers, or null. */
export function place(value: unknown): Place | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [x, y] = value as unknown[];
  return typeof x === 'number' && typeof y === 'number' && Number.isFinite(x + y) ? [x, y] : null;
}

/** The `codes` trait as it is saved with a notebook: whole, or not at all. */
function savedCodes(value: unknown): unknown {
  return isRecord(value) && typeof value.count === 'number' && value.count * 9 <= MAX_SAVED_BYTES / 2
    ? value
    : {};
}

/** A latent plane with codes, a handle, and the image at the handle. */
export class LatentPadModel extends Model {
  static override serializers = {
    ...Model.serializers,
    codes: { serialize: savedCodes },
    ghost: { serialize: (): object => ({}) },
    tiles: { serialize: savedAtlas },
    image: { serialize: savedAtlas },
    original: { serialize: savedAtlas },
  };

  codes!: Codes;
  /** Where the points were before. */
  ghost!: Codes;
  tiles!: Tiles;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('LatentPad'),
      point: [0, 0],
      codes: {},
      class_names: [],
      selected: -1,
      radius: 3,
      region: [],
      tiles: {},
      ghost: {},
      path: [],
      arrow: [],
      x_label: 'z1',
      y_label: 'z2',
      image: {},
      original: {},
      original_label: '',
      colormap: 'gray',
      title: '',
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['codes'], () => {
      this.codes = this.readable(() => readCodes(this.get('codes')), NO_CODES);
    });
    this.follow(['ghost'], () => {
      this.ghost = this.readable(() => readCodes(this.get('ghost')), NO_CODES);
    });
    this.follow(['tiles'], () => {
      this.tiles = this.readable(() => readTiles(this.get('tiles')), NO_TILES);
    });
  }

  get point(): Place {
    return place(this.get('point')) ?? [0, 0];
  }

  /** The ends of the path; null for none. */
  get path(): readonly [Place, Place] | null {
    const [start, end] = this.list('path').map(place);
    return start && end ? [start, end] : null;
  }

  /** The image of a trait; none when it cannot be read. */
  atlas(name: 'image' | 'original'): Atlas {
    return this.readable(() => readAtlas(this.get(name)), NO_IMAGES);
  }

  /** Number of the place that the image answers. */
  get answered(): number {
    const image: unknown = this.get('image');
    return isRecord(image) && typeof image.asked === 'number' ? image.asked : -1;
  }
}
