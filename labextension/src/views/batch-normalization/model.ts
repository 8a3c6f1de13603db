import { identity, type Model } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { readFloats, savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { made } from '../../shared/concept/points';
import { FIELDS, MOST_UNITS } from './fields';
import { NetworkTraining, OwnTraining, type Training } from './training';

const SAMPLES = 128;
const NOISE = 0.08;

const NETWORK_RUN = [
  ...(['data', 'layers', 'units', 'activation', 'scale', 'learning_rate'] as const),
  ...(['batch_size', 'momentum', 'epsilon', 'seed'] as const),
];
const OWN_RUN = ['batch_size', 'momentum', 'epsilon', 'gamma', 'beta', 'seed'] as const;

function readRows(value: unknown): number[][] | null {
  const all = readFloats(value);
  if (all === null || !isRecord(value)) return null;
  const { units } = value;
  if (typeof units !== 'number' || !Number.isInteger(units) || units < 1 || units > MOST_UNITS) {
    throw new WireError('batch: units must be a number of columns');
  }
  if (all.length % units !== 0) throw new WireError('batch: rows must be whole');
  return Array.from({ length: all.length / units }, (_, row) => [
    ...all.subarray(row * units, (row + 1) * units),
  ]);
}

/** A small network with batch normalization and without, or batches of the user's own. */
export class BatchNormalizationModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, batch: { serialize: savedFloats } };

  /** The user's samples: rows of units. */
  own!: number[][] | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('BatchNormalization'), batch: {}, batch_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['batch'], () => {
      this.own = this.readable(() => readRows(this.get('batch')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'batch_normalization';
  }

  /** Whether the state asks for samples of the user's that aren't here. */
  get missing(): boolean {
    return this.now.data === 'own' && this.own === null;
  }

  /** Whether the user's own samples are shown. */
  get isOwn(): boolean {
    return this.now.data === 'own' && this.own !== null;
  }

  /** What begins training anew when it changes. */
  get run(): string {
    const { now, isOwn } = this;
    const names = isOwn ? OWN_RUN : NETWORK_RUN;
    return JSON.stringify([isOwn, ...names.map((name) => now[name])]);
  }

  training(): Training {
    const { now, own } = this;
    if (this.isOwn && own) return new OwnTraining(now, own);
    const data = now.data === 'own' ? FIELDS.data.value : now.data;
    return new NetworkTraining(now, made({ data, samples: SAMPLES, noise: NOISE, test: 0, seed: now.seed }));
  }
}
