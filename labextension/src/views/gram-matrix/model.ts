import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { readFloats } from '../../shared/concept/floats';
import {
  digitPicture,
  type Picture,
  photoPicture,
  readPicture,
  savedPicture,
} from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS } from './fields';
import { contentLoss, features, gram, type Maps, shuffled, sources, styleLoss } from './gram';

/** Values that are shown, from black to white. */
export interface Gray {
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** An image with its feature maps and their Gram matrix. */
export interface Side {
  /** Null where only feature maps are there. */
  readonly image: Gray | null;
  readonly maps: Maps;
  readonly gram: number[][];
}

export interface Comparison {
  readonly left: Side;
  readonly right: Side;
  /** Null where the sizes or the features differ. */
  readonly content: number | null;
  /** Null where the features differ. */
  readonly style: number | null;
}

const STRIPES_SIDE = 48;

function stripes(): Gray {
  const data = Float64Array.from({ length: STRIPES_SIDE ** 2 }, (_, i) => {
    const along = (i % STRIPES_SIDE) + Math.floor(i / STRIPES_SIDE);
    return 0.5 + 0.5 * Math.sin((2 * Math.PI * along) / 8);
  });
  return { height: STRIPES_SIDE, width: STRIPES_SIDE, data };
}

/** A picture as values from 0 to 1: the mean of its colors. */
function unit({ height, width, data, low, high, colors }: Picture): Gray {
  const values = colors ? data.map((sum) => sum / 3) : data;
  return { height, width, data: values.map((value) => (value - low) / (high - low)) };
}

function readMaps(value: unknown): Maps | null {
  if (!isRecord(value) || value.channels === undefined) return null;
  const [channels, height, width] = ['channels', 'height', 'width'].map((name) =>
    wholeNumber(value[name], `maps: ${name}`),
  ) as [number, number, number];
  const data = readFloats(value);
  const size = height * width;
  if (channels < 1 || size < 1 || data?.length !== channels * size) {
    throw new WireError(`maps: ${channels * size} numbers expected`);
  }
  return {
    height,
    width,
    channels: Array.from({ length: channels }, (_, k) =>
      Float64Array.from(data.subarray(k * size, (k + 1) * size)),
    ),
  };
}

/** Feature maps, their Gram matrix, and the same of shuffled pixels or of another image. */
export class GramMatrixModel extends ConceptModel<typeof FIELDS> {
  static override serializers = {
    ...ConceptModel.serializers,
    picture: { serialize: savedPicture },
    maps: { serialize: savedPicture },
  };

  private own!: Picture | null;
  private ownMaps!: Maps | null;
  private made!: Map<string, Side>;
  private last!: { key: string; found: Comparison } | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('GramMatrix'), picture: {}, picture_note: '', maps: {} };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['picture', 'maps'], () => {
      this.own = this.readable(() => readPicture(this.get('picture')), null);
      this.ownMaps = this.readable(() => readMaps(this.get('maps')), null);
      this.made = new Map();
      this.last = null;
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'gram_matrix';
  }

  get hasOwn(): boolean {
    return this.own !== null || this.ownMaps !== null;
  }

  /** Whether the state asks for something of the user's that isn't here. */
  get missing(): boolean {
    return this.now.image === 'own' && !this.hasOwn;
  }

  /** Whether the feature maps are the user's: there is no image to shuffle before. */
  get bare(): boolean {
    return this.now.image === 'own' && this.ownMaps !== null;
  }

  /** Whether both sides have the same features: the six kernels are no channels of the user's layer. */
  get comparable(): boolean {
    return !this.bare || this.now.compare === 'shuffled';
  }

  /** What is shuffled. */
  get shuffle(): 'positions' | 'image' {
    return this.bare ? 'positions' : this.now.shuffle;
  }

  private gray(name: string): Gray {
    if (name === 'stripes') return stripes();
    if (name === 'digit') return unit(digitPicture(this.now.digit));
    return unit((name === 'own' ? this.own : null) ?? photoPicture());
  }

  private side(name: string): Side {
    const key = name === 'digit' ? `digit ${this.now.digit}` : name;
    let found = this.made.get(key);
    if (!found) {
      if (name === 'own' && this.ownMaps) {
        found = { image: null, maps: this.ownMaps, gram: gram(this.ownMaps) };
      } else {
        const image = this.gray(name);
        const maps = features(image.data, image.height, image.width);
        found = { image, maps, gram: gram(maps) };
      }
      this.made.set(key, found);
    }
    return found;
  }

  /** Both sides where such a share of the pixels has moved. */
  comparison(share: number): Comparison {
    const { now } = this;
    const key = JSON.stringify([{ ...now, pair: null, share: null }, this.missing, share]);
    if (this.last?.key === key) return this.last.found;
    const left = this.side(now.image);
    const right = now.compare === 'shuffled' ? this.moved(left, share) : this.side(now.compare);
    const found: Comparison = {
      left,
      right,
      content: this.comparable ? contentLoss(left.maps, right.maps) : null,
      style: this.comparable ? styleLoss(left.gram, right.gram) : null,
    };
    this.last = { key, found };
    return found;
  }

  private moved({ image, maps }: Side, share: number): Side {
    const { tile, seed } = this.now;
    const { height, width } = maps;
    const from = sources(height, width, { share, tile, seed });
    const picture = image && { ...image, data: shuffled(image.data, from) };
    const after =
      this.shuffle === 'image' && picture
        ? features(picture.data, height, width)
        : { height, width, channels: maps.channels.map((channel) => shuffled(channel, from)) };
    return { image: picture, maps: after, gram: gram(after) };
  }
}
