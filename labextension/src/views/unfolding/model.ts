import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import { ConceptModel } from '../../shared/concept/model';
import { made, type Points, split } from '../../shared/concept/points';
import { binaryBytes, MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { FIELDS } from './fields';
import { SAMPLES } from './flow';

type Row = readonly [number, number, number];

function saved(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES ? value : {};
}

function readOwn(value: unknown): Row[] | null {
  if (!isRecord(value) || !('data' in value)) return null;
  const { data } = value;
  if (!(data instanceof DataView) || data.byteLength === 0 || data.byteLength % 12 !== 0) {
    throw new Error('Expected three numbers for each point.');
  }
  const at = (i: number): number => data.getFloat32(i * 4, true);
  return Array.from({ length: data.byteLength / 12 }, (_, i) => [at(3 * i), at(3 * i + 1), at(3 * i + 2)]);
}

/** Points of two classes, which a network unfolds. */
export class UnfoldingModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, points: { serialize: saved } };

  /** The user's points: x, y and label. */
  own!: Row[] | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Unfolding'), points: {}, points_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['points'], () => {
      this.own = this.readable(() => readOwn(this.get('points')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'unfolding';
  }

  /** Whether the state asks for points of the user's that aren't here. */
  get missing(): boolean {
    return this.now.data === 'own' && this.own === null;
  }

  makePoints(): Points {
    const { data, noise, seed } = this.now;
    if (data === 'own' && this.own) return split(this.own, 0, seed);
    const name = data === 'own' ? 'spirals' : data;
    return made({ data: name, samples: SAMPLES, noise, test: 0, seed });
  }
}
