import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import { ConceptModel } from '../../shared/concept/model';
import { binaryBytes, MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { type BesideName, BESIDE, FIELDS } from './fields';
import { countOf, initialWeights } from '../../shared/concept/dense-network';
import { drawnPoints, made, type Points, split } from '../../shared/concept/points';

/** Regions of a model of scikit-learn, as the kernel computed them. */
export interface Region {
  readonly name: BesideName;
  /** Accuracy on the points for training and for testing; null without points. */
  readonly training: number | null;
  readonly test: number | null;
  /** How far each place is on the side of class 1, 0 to 255; the first row is at the top. */
  readonly values: Uint8Array;
  readonly side: number;
}

/** What weights belong to; `_STRUCTURE` in `playground.py` names the same. */
const STRUCTURE = ['data', 'features', 'layers', 'activation', 'seed', 'weights'] as const;

/** What Keras has trained. */
export interface Trained {
  /** The structure that it was trained with. */
  readonly key: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly running: boolean;
  readonly weights: Float32Array;
}

type Row = readonly [number, number, number];

function saved(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES ? value : {};
}

function bytes(value: unknown): DataView {
  if (!(value instanceof DataView)) throw new Error('Expected bytes.');
  return value;
}

function floats(value: unknown): Float32Array {
  const data = bytes(value);
  return Float32Array.from({ length: data.byteLength / 4 }, (_, i) => data.getFloat32(i * 4, true));
}

function readOwn(value: unknown): Row[] | null {
  if (!isRecord(value) || !('data' in value)) return null;
  const all = floats(value.data);
  if (all.length === 0 || all.length % 3 !== 0) throw new Error('Expected three numbers for each point.');
  return Array.from({ length: all.length / 3 }, (_, i) => [all[i * 3]!, all[i * 3 + 1]!, all[i * 3 + 2]!]);
}

function readTrained(value: unknown): Trained | null {
  if (!isRecord(value) || !('weights' in value)) return null;
  const { epoch, epochs, running, key } = value;
  if (typeof epoch !== 'number' || typeof epochs !== 'number') throw new Error('Expected numbers of epochs.');
  return {
    key: typeof key === 'string' ? key : '',
    epoch,
    epochs,
    running: running === true,
    weights: floats(value.weights),
  };
}

function readRegions(value: unknown): { key: string; maps: Region[] } {
  if (!isRecord(value) || !Array.isArray(value.maps)) return { key: '', maps: [] };
  const maps = value.maps.filter(isRecord).map((one): Region => {
    const name = BESIDE.find((known) => known === one.name);
    const data = bytes(one.data);
    const side = Math.round(Math.sqrt(data.byteLength));
    if (!name || side < 2 || side * side !== data.byteLength) throw new Error('Expected a square of values.');
    const share = (part: unknown): number | null => (typeof part === 'number' ? part : null);
    const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { name, training: share(one.training), test: share(one.test), values, side };
  });
  return { key: typeof value.key === 'string' ? value.key : '', maps };
}

/** Points of two classes, and a network that learns to tell them apart. */
export class PlaygroundModel extends ConceptModel<typeof FIELDS> {
  static override serializers = {
    ...ConceptModel.serializers,
    points: { serialize: saved },
    trained: { serialize: saved },
    regions: { serialize: saved },
  };

  /** The user's points: x, y and label. */
  own!: Row[] | null;
  /** Of this structure or of an earlier one. */
  trained!: Trained | null;
  regions!: { key: string; maps: Region[] };
  private lastPoints!: { key: string; points: Points } | null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Playground'),
      points: {},
      points_note: '',
      trained: {},
      regions: {},
      note: '',
      keras_note: '',
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['points'], () => {
      this.own = this.readable(() => readOwn(this.get('points')), null);
      this.lastPoints = null;
    });
    this.follow(['trained'], () => {
      this.trained = this.readable(() => readTrained(this.get('trained')), null);
    });
    this.follow(['regions'], () => {
      this.regions = this.readable(() => readRegions(this.get('regions')), { key: '', maps: [] });
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'playground';
  }

  /** Whether the state asks for points of the user's that aren't here. */
  get missing(): boolean {
    return this.now.data === 'own' && this.own === null;
  }

  /** What the points follow from. */
  get pointsKey(): string {
    const { data, noise, samples, test, seed, first, second } = this.now;
    if (data === 'drawn') return JSON.stringify([data, test, seed, first, second]);
    return JSON.stringify(data === 'own' ? [data, test, seed] : [data, noise, samples, test, seed]);
  }

  get pointsNow(): Points {
    const key = this.pointsKey;
    if (this.lastPoints?.key !== key) this.lastPoints = { key, points: this.make() };
    return this.lastPoints.points;
  }

  private make(): Points {
    const { now, own } = this;
    if (now.data === 'drawn') return drawnPoints(now.first, now.second, now.test, now.seed);
    if (now.data === 'own' && own) return split(own, now.test, now.seed);
    return made(now);
  }

  /** Inputs, units of each hidden layer, 1. */
  get sizes(): number[] {
    return [this.features.length, ...this.now.layers, 1];
  }

  /** What the network gets; both coordinates where the state names nothing. */
  get features(): (typeof FIELDS.features)['value'] {
    return this.now.features.length > 0 ? this.now.features : FIELDS.features.value;
  }

  /** The weights that training begins with. */
  get start(): readonly number[] {
    const { weights, seed } = this.now;
    return weights.length === countOf(this.sizes) ? weights : initialWeights(this.sizes, seed);
  }

  /** What weights belong to. */
  get structureKey(): string {
    return STRUCTURE.map((name) => FIELDS[name].write(this.now[name] as never)).join(';');
  }

  /** What Keras has trained of the network that is shown. */
  get trainedHere(): Trained | null {
    const { trained, sizes } = this;
    if (trained?.key !== this.structureKey) return null;
    return trained.weights.length === countOf(sizes) ? trained : null;
  }

  /** Whether the kernel trains the network that is shown at this moment. */
  get trainsElsewhere(): boolean {
    return this.comm_live && this.trainedHere?.running === true;
  }

  /** The unit whose numbers are written out: layer from 1, index from 0. */
  get unit(): readonly [number, number] {
    const { sizes } = this;
    const [layer, index] = this.now.unit;
    const known = layer !== undefined && index !== undefined && layer >= 1 && index < (sizes[layer] ?? 0);
    return known ? [layer, index] : [sizes.length - 1, 0];
  }
}
