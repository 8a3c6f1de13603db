import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import {
  digitPicture,
  type Picture,
  photoPicture,
  readPicture,
  savedPicture,
} from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { CELLS, FIELDS, LAST } from './fields';
import { letterPicture, readsAs, wordPicture } from './signs';
import { type Throw, throwOf, unlisted } from './throws';

/** Random changes of an image. */
export class AugmentationModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, picture: { serialize: savedPicture } };

  /** The array of the user's that Python sent; null for none. */
  own!: Picture | null;
  /** What was drawn, and the last image of the camera; null for nothing yet. */
  drawn: Picture | null = null;
  photographed: Picture | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Augmentation'), picture: {}, picture_note: '' };
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
    return 'augmentation';
  }

  get image(): Picture {
    const { image, digit } = this.now;
    const other: Partial<Record<string, Picture | null>> = {
      photo: photoPicture(),
      letter: letterPicture(),
      word: wordPicture(),
      drawing: this.drawn,
      webcam: this.photographed,
      own: this.own,
    };
    return other[image] ?? digitPicture(digit);
  }

  /** The sign that the image shows; null where it isn't known to be one. */
  get sign(): string | null {
    const { image, digit } = this.now;
    if (image === 'letter') return 'b';
    if (image === 'word') return 'pod';
    return image === 'digit' || (image === 'own' && !this.own) ? String(digit) : null;
  }

  /** Whether the image isn't there: a digit stands for it. */
  get missing(): boolean {
    return this.now.image === 'own' && !this.own;
  }

  /** The numbers by hand; null where the dice count. */
  get hand(): Throw | null {
    return unlisted(this.now.throw);
  }

  numbers(n: number): Throw {
    return throwOf(this.now, this.now.seed, n);
  }

  /** What a throw reads as; null where the sign is no sign any more, undefined where the image is no sign. */
  reads(thrown: Throw): string | null | undefined {
    const { sign } = this;
    return sign === null ? undefined : readsAs(sign, thrown);
  }

  /** The selected throw and the newest one that the state names; null for none. */
  get place(): { selected: number; newest: number } | null {
    const [selected, newest = Math.max(CELLS - 1, selected ?? 0)] = this.now.at;
    if (selected === undefined) return null;
    const seen = newest >= selected && newest < selected + CELLS && newest >= CELLS - 1 && newest <= LAST;
    return { selected, newest: seen ? newest : Math.max(CELLS - 1, selected) };
  }

  /** Takes what was drawn or photographed. */
  take(kind: 'drawing' | 'webcam', picture: Picture): void {
    if (kind === 'drawing') this.drawn = picture;
    else this.photographed = picture;
    this.trigger('change:image');
  }
}
