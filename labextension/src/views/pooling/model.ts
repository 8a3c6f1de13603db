import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import {
  digitPicture,
  type Grid,
  grid,
  type Picture,
  photoPicture,
  plainPicture,
  readPicture,
  savedPicture,
} from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { EXERCISE, FIELDS, type Kind, KINDS } from './fields';
import { type Axis, axisOf, change, pool, type Setting, shifted } from './pool';

/** All that is computed from an image and the state. */
export interface Result {
  moved: Picture;
  output: Grid;
  movedOutput: Grid;
  /** How much of the input changes, and of what each kind of pooling keeps. */
  changes: { input: number } & Record<Kind, number>;
}

/** A window that keeps one value of many. */
export class PoolingModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, picture: { serialize: savedPicture } };

  /** The array of the user's that Python sent; null for none. */
  own!: Picture | null;
  /** Whether it is the mean of three channels. */
  averaged!: boolean;
  /** What was drawn; null for nothing yet. */
  drawn: Picture | null = null;
  private last: { image: Picture; key: string; result: Result } | null = null;
  private plain: Picture | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Pooling'), picture: {}, picture_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['picture'], () => {
      const given = this.readable(() => readPicture(this.get('picture')), null);
      this.averaged = given !== null && given.colors !== null;
      // Pooling treats each channel alone: one picture shows them best by their mean.
      this.own =
        this.averaged && given ? { ...given, data: given.data.map((sum) => sum / 3), colors: null } : given;
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'pooling';
  }

  get image(): Picture {
    const { image, digit } = this.now;
    if (image === 'photo') return photoPicture();
    if (image === 'exercise') {
      this.plain ??= plainPicture(grid(EXERCISE));
      return this.plain;
    }
    const other = image === 'drawing' ? this.drawn : image === 'own' ? this.own : null;
    return other ?? digitPicture(digit);
  }

  get setting(): Setting {
    const { window, stride, padding } = this.now;
    return { window, stride, padding };
  }

  get axes(): [Axis, Axis] {
    const { height, width } = this.image;
    return [axisOf(height, this.setting), axisOf(width, this.setting)];
  }

  /** Computed when the image or the state has changed. */
  get result(): Result {
    const { image, setting } = this;
    const { shift, kind } = this.now;
    const key = JSON.stringify([setting, shift, kind]);
    if (this.last?.image !== image || this.last.key !== key) {
      const moved = shifted(image, shift[0]!, shift[1]!);
      const outputs = KINDS.map((one) => [pool(image, one, setting), pool(moved, one, setting)] as const);
      const changes = Object.fromEntries(outputs.map(([a, b], i) => [KINDS[i]!, change(a, b)]));
      const [output, movedOutput] = outputs[KINDS.indexOf(kind)]!;
      this.last = {
        image,
        key,
        result: {
          moved,
          output,
          movedOutput,
          changes: { ...(changes as Record<Kind, number>), input: change(image, moved) },
        },
      };
    }
    return this.last.result;
  }

  /** Takes what was drawn. */
  take(picture: Picture): void {
    this.drawn = picture;
    this.trigger('change:image');
  }
}
