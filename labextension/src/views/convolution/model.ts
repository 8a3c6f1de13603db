import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import {
  digitPicture,
  grid,
  type Picture,
  photoPicture,
  plainPicture,
  readPicture,
  savedPicture,
} from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { type Axis, axisOf, convolve, flipped, type Kernel, type Result, type Setting } from './correlate';
import { FIELDS } from './fields';

/** The image of the exercise of a book: the first window of the diagonal kernel gives 3. */
export const DIAGONAL = [
  [1, 1, 1, 0, 0],
  [0, 1, 1, 1, 0],
  [0, 1, 1, 1, 1],
  [0, 0, 1, 1, 0],
  [0, 1, 1, 0, 1],
];

/** An exercise with numbers of our own: the first two windows of the horizontal kernel give 2.8 and 0.3. */
export const SUMS = [
  [0.9, 0.6, 0.2, -0.2],
  [-0.5, 0.3, 0.7, -0.1],
  [-0.8, -0.4, 0.1, 0.6],
  [-0.6, 0.1, -0.3, 0.2],
];

/** A kernel that slides over an image. */
export class ConvolutionModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, picture: { serialize: savedPicture } };

  /** The array of the user's that Python sent; null for none. */
  own!: Picture | null;
  /** What was drawn, and the last image of the camera; null for nothing yet. */
  drawn: Picture | null = null;
  photographed: Picture | null = null;
  private last: { image: Picture; result: Result; key: string } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Convolution'), picture: {}, picture_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['picture'], () => {
      this.own = this.readable(() => readPicture(this.get('picture')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'convolution';
  }

  /** What the kernel slides over. */
  get image(): Picture {
    const { image, digit } = this.now;
    const other: Partial<Record<string, Picture | null>> = {
      drawing: this.drawn,
      webcam: this.photographed,
      own: this.own,
    };
    if (image === 'photo') return photoPicture();
    if (image === 'diagonal') return plainPicture(grid(DIAGONAL));
    if (image === 'sums') return plainPicture(grid(SUMS));
    return other[image] ?? digitPicture(digit);
  }

  get setting(): Setting {
    const { stride, padding, dilation } = this.now;
    return { stride, padding, dilation };
  }

  /** The kernel as it is used: turned where the state says so. */
  get used(): Kernel {
    return this.now.flip ? flipped(this.now.kernel) : this.now.kernel;
  }

  /** A gradient needs a square kernel: any other is used alone. */
  get mode(): 'kernel' | 'magnitude' | 'phase' {
    const { kernel, mode } = this.now;
    return kernel.length === kernel[0]!.length ? mode : 'kernel';
  }

  get axes(): [Axis, Axis] {
    const { height, width } = this.image;
    const kernel = this.used;
    return [axisOf(height, kernel.length, this.setting), axisOf(width, kernel[0]!.length, this.setting)];
  }

  /** What comes out; computed when the image or the state has changed. */
  get result(): Result {
    const { image } = this;
    // Where the window is changes nothing.
    const key = JSON.stringify({ ...this.now, at: null });
    if (this.last?.image !== image || this.last.key !== key) {
      this.last = { image, key, result: convolve(image, this.used, this.setting, this.mode) };
    }
    return this.last.result;
  }

  /** Takes what was drawn or photographed. */
  take(kind: 'drawing' | 'webcam', picture: Picture): void {
    if (kind === 'drawing') this.drawn = picture;
    else this.photographed = picture;
    this.trigger('change:image');
  }
}
