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
import { FIELDS, type PresetName, PRESETS } from './fields';
import { type Affine, compose, decompose, type Matrix, type Pair, type Parts } from './geometry';

/** Vectors that are added, and a matrix that moves the plane. */
export class VectorsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, picture: { serialize: savedPicture } };

  /** The array of the user's that Python sent; null for none. */
  own!: Picture | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Vectors'), picture: {}, picture_note: '' };
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
    return 'vectors';
  }

  get matrix(): Matrix {
    return this.now.matrix.flat() as unknown as Matrix;
  }

  get affine(): Affine {
    return { matrix: this.matrix, shift: this.pair('shift') };
  }

  pair(name: 'shift' | 'a' | 'b'): Pair {
    return this.now[name] as unknown as Pair;
  }

  get sum(): boolean {
    return this.now.show === 'sum';
  }

  /** What the matrix moves; null for nothing. */
  get image(): Picture | null {
    const { image, digit } = this.now;
    if (image === 'none') return null;
    if (image === 'photo') return photoPicture();
    return image === 'own' ? this.own : digitPicture(digit);
  }

  /** Whether the state asks for an array of the user's that isn't here. */
  get missing(): boolean {
    return this.now.image === 'own' && this.own === null;
  }

  /** The known matrix that this is; null for another one. */
  get preset(): PresetName | null {
    const matrix = this.matrix;
    const names = Object.keys(PRESETS) as PresetName[];
    return names.find((name) => PRESETS[name].every((value, i) => value === matrix[i])) ?? null;
  }

  /** What the sliders show. */
  get parts(): Parts {
    return decompose(this.matrix);
  }

  setMatrix([p, q, r, s]: Matrix): void {
    const inside = (value: number): number => Math.min(9, Math.max(-9, value));
    this.change({
      matrix: [
        [inside(p), inside(q)],
        [inside(r), inside(s)],
      ],
    });
  }

  /** Changes one part of the matrix. */
  setParts(parts: Partial<Parts>): void {
    this.setMatrix(compose({ ...this.parts, ...parts }));
  }
}
