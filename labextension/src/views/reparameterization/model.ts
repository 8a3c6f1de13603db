import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { type Dense, readDense } from '../../shared/concept/dense';
import { DIGIT_SIDE, digitPicture, type Picture, readPicture, savedPicture } from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { CODES, DECODER } from './decoder';
import { FIELDS, START } from './fields';
import type { Pair } from './latent';
import { type OwnDecoder, readDecoder } from './own-decoder';

/** An image that is to be reconstructed. */
export interface Target {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array;
}

function pair(values: readonly number[]): Pair | null {
  return values.length === 2 ? [values[0]!, values[1]!] : null;
}

/** A cloud in the latent plane of a variational autoencoder. */
export class ReparameterizationModel extends ConceptModel<typeof FIELDS> {
  static override serializers = {
    ...ConceptModel.serializers,
    picture: { serialize: savedPicture },
    decoder: { serialize: savedPicture },
  };

  /** What Python sent of the user's: an image, and a decoder. */
  own!: Target | null;
  ownDecoder!: OwnDecoder | null;
  private drawn: Picture | null = null;
  private shipped: readonly Dense[] | null = null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Reparameterization'),
      picture: {},
      decoder: {},
      encoded: [],
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['picture', 'decoder'], () => {
      this.own = this.readable(() => targetOf(readPicture(this.get('picture'))), null);
      this.ownDecoder = this.readable(() => readDecoder(this.get('decoder')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'reparameterization';
  }

  get decoder(): readonly Dense[] {
    return this.ownDecoder?.layers ?? (this.shipped ??= readDense(DECODER));
  }

  /** Height, width and channels of decoded images. */
  get shape(): readonly [number, number, number] {
    const own = this.ownDecoder;
    return own ? [own.height, own.width, own.channels] : [DIGIT_SIDE, DIGIT_SIDE, 1];
  }

  private fits(target: Target | null): boolean {
    const [height, width, channels] = this.shape;
    return target?.height === height && target.width === width && target.channels === channels;
  }

  /** Whether images of 28×28 can be reconstructed. */
  get takesDigits(): boolean {
    return this.shape.join() === `${DIGIT_SIDE},${DIGIT_SIDE},1`;
  }

  /** Whether the state asks for an image that isn't here, or that the decoder doesn't make. */
  get missing(): boolean {
    return this.now.image === 'own' ? !this.fits(this.own) : !this.takesDigits;
  }

  /** The image that is to be reconstructed. */
  get target(): Target {
    const { image, digit } = this.now;
    const other = image === 'own' ? this.own : image === 'drawing' ? this.drawn && gray(this.drawn) : null;
    if (this.fits(other)) return other!;
    if (this.takesDigits) return gray(digitPicture(digit));
    if (this.fits(this.own)) return this.own!;
    const [height, width, channels] = this.shape;
    return { height, width, channels, data: new Float64Array(height * width * channels) };
  }

  /** Mean and standard deviation that the encoder gives for the image; null where it isn't known. */
  get code(): { mean: Pair; deviation: Pair } | null {
    const { image, digit } = this.now;
    const own = this.list('encoded').map(Number);
    const found = image === 'own' ? own : image === 'digit' && !this.ownDecoder ? CODES[digit]! : [];
    if (found.length !== 4 || !found.every(Number.isFinite)) return null;
    return { mean: [found[0]!, found[1]!], deviation: [found[2]!, found[3]!] };
  }

  /** Where the cloud begins. */
  get start(): { mean: Pair; deviation: Pair } {
    const { mean, deviation } = this.now;
    return { mean: pair(mean) ?? START.mean, deviation: pair(deviation) ?? START.deviation };
  }

  /** The ε of the state; null for one that is drawn. */
  get epsilon(): Pair | null {
    return pair(this.now.epsilon);
  }

  draw(picture: Picture): void {
    this.drawn = picture;
    this.trigger('change:drawing');
  }
}

const grays = new WeakMap<Picture, Target>();

function gray(picture: Picture): Target {
  let found = grays.get(picture);
  if (!found) {
    const { height, width, data } = picture;
    grays.set(picture, (found = { height, width, channels: 1, data }));
  }
  return found;
}

/** An image of the user's: Python has made its values go from 0 to 1. */
function targetOf(picture: Picture | null): Target | null {
  if (!picture) return null;
  const { height, width, data, colors } = picture;
  return { height, width, channels: colors ? 3 : 1, data: colors ?? data };
}
