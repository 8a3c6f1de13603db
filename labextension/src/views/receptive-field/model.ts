import { identity } from '../../core/model';
import { isRecord } from '../../core/wire';
import { digitPicture, type Picture, photoPicture } from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS } from './fields';
import { type Level, levelsOf } from './geometry';

const DIGIT = 5;
const DIGIT_SIZE = 28;

/** The photograph in another size: the nearest pixels. */
function resized(picture: Picture, size: number): Picture {
  const data = new Float64Array(size * size);
  for (let y = 0; y < size; y += 1) {
    const row = Math.floor(((y + 0.5) * picture.height) / size);
    for (let x = 0; x < size; x += 1) {
      data[y * size + x] =
        picture.data[row * picture.width + Math.floor(((x + 0.5) * picture.width) / size)]!;
    }
  }
  return { ...picture, height: size, width: size, data };
}

/** Layers on top of each other, and what their units see. */
export class ReceptiveFieldModel extends ConceptModel<typeof FIELDS> {
  private levelsKept: { key: string; levels: Level[] } | null = null;
  private imageKept: Picture | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('ReceptiveField'), own: {} };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'receptive_field';
  }

  /** The input and the maps of all layers, as far as they fit. */
  get levels(): Level[] {
    const { layers, size } = this.now;
    const key = `${FIELDS.layers.write(layers)} ${size}`;
    if (this.levelsKept?.key !== key) this.levelsKept = { key, levels: levelsOf(layers, size) };
    return this.levelsKept.levels;
  }

  /** The highest level that has units. */
  get top(): number {
    const { levels } = this;
    return levels.at(-1)!.size > 0 ? levels.length - 1 : levels.length - 2;
  }

  /** The names of the layers in the user's model; none if others are shown. */
  get names(): string[] {
    const own = this.get('own') as unknown;
    if (!isRecord(own) || own.layers !== FIELDS.layers.write(this.now.layers)) return [];
    return Array.isArray(own.names) ? own.names.map(String) : [];
  }

  /** Something to look at, as large as the input. */
  get image(): Picture {
    const { size } = this.now;
    if (size === DIGIT_SIZE) return digitPicture(DIGIT);
    if (this.imageKept?.width !== size) this.imageKept = resized(photoPicture(), size);
    return this.imageKept;
  }
}
