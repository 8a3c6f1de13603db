import { messageTextOr } from '../../core/i18n';
import { identity, Model, reportError } from '../../core/model';
import { binaryBytes, MAX_SAVED_BYTES, savedAtlas } from '../../shared/notebook-state';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';

/** The class of a point that has none. */
export const NO_CLASS = 65535;

export interface Points {
  /** x and y in turn. */
  places: Float32Array;
  /** Row number of each point's vector. */
  rows: Uint32Array;
  classes: Uint16Array;
  /** 1 where it was predicted wrong. */
  wrong: Uint8Array;
}

export const NO_POINTS: Points = {
  places: new Float32Array(0),
  rows: new Uint32Array(0),
  classes: new Uint16Array(0),
  wrong: new Uint8Array(0),
};

/**
 * Checks the `points` trait. An empty object gives none.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readPoints(value: unknown): Points {
  if (!isRecord(value) || value.count === undefined || value.count === 0) return NO_POINTS;
  const count = wholeNumber(value.count, 'points: count');
  const bytes = (name: string, each: number): ArrayBuffer => {
    const data = value[name];
    if (!ArrayBuffer.isView(data)) throw new WireError(`points: ${name} must be binary`);
    if (data.byteLength !== count * each) {
      throw new WireError(`points: ${name} need ${count * each} bytes. Received: ${data.byteLength}`);
    }
    return (data.buffer as ArrayBuffer).slice(data.byteOffset, data.byteOffset + data.byteLength);
  };
  return {
    places: new Float32Array(bytes('places', 8)),
    rows: new Uint32Array(bytes('rows', 4)),
    classes: new Uint16Array(bytes('classes', 2)),
    wrong: new Uint8Array(bytes('wrong', 1)),
  };
}

/** What is under the pointer. */
export interface About {
  asked: number;
  row: number;
  text: string;
  image: Atlas;
}

function savedPoints(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES / 2 ? value : {};
}

/** Vectors as points of a plane. */
export class VectorPlaneModel extends Model {
  static override serializers = {
    ...Model.serializers,
    points: { serialize: savedPoints },
    hovered: { serialize: (): object => ({}) },
    surface: { serialize: savedAtlas },
  };

  points!: Points;
  /** What lies under the points, one image. */
  surface!: Atlas;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('VectorPlane'),
      points: {},
      surface: {},
      extent: 0,
      class_names: [],
      selected: -1,
      hovered: {},
      x_label: '',
      y_label: '',
      summary: '',
      notice: '',
      title: '',
      progress: 1,
      colormap: 'gray',
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['points'], () => {
      this.points = this.readable(() => readPoints(this.get('points')), NO_POINTS);
    });
    this.follow(['surface'], () => {
      this.surface = this.readable(() => readAtlas(this.get('surface')), NO_IMAGES);
    });
  }

  /** Image and text of the point that was asked about last. */
  get about(): About {
    const value: unknown = this.get('hovered');
    const nothing = { asked: -1, row: -1, text: '', image: NO_IMAGES };
    if (!isRecord(value) || typeof value.asked !== 'number' || typeof value.row !== 'number') return nothing;
    try {
      const text = messageTextOr(value.text, '');
      return { asked: value.asked, row: value.row, text, image: readAtlas(value.image) };
    } catch (error) {
      reportError('VectorPlane', error);
      return nothing;
    }
  }
}
