import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS } from './fields';
import { epochOrder, type Plan, planOf } from './plan';

/** Classes of the example, whose samples are sorted by class. */
const CLASSES = 3;

function readClasses(value: unknown): Uint8Array | null {
  if (!isRecord(value) || !('data' in value)) return null;
  const { data } = value;
  if (!(data instanceof DataView)) throw new WireError('classes: data must be binary');
  return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer);
}

/** Where an iteration is. */
export interface Place {
  /** From 0. */
  readonly epoch: number;
  /** Iterations of this epoch that are finished, at most all of them. */
  readonly done: number;
  /** The first sample of the batch in the epoch's order, and the one after its last. */
  readonly from: number;
  readonly to: number;
}

/** Samples that are used batch by batch. */
export class BatchesModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, classes: { serialize: savedFloats } };

  /** The user's classes of the samples; null for none. */
  own!: Uint8Array | null;
  private last: { key: string; order: Uint32Array } | null = null;
  private toy = new Uint8Array(0);

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Batches'), classes: {} };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['classes'], () => {
      this.own = this.readable(() => readClasses(this.get('classes')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'batches';
  }

  get plan(): Plan {
    const { samples, batch_size, epochs, drop_remainder } = this.now;
    return planOf(samples, batch_size, epochs, drop_remainder);
  }

  /** Whether the classes are the user's. */
  get labeled(): boolean {
    return this.own?.length === this.now.samples;
  }

  /** The class of each sample. */
  get sorts(): Uint8Array {
    const { samples } = this.now;
    if (this.own && this.labeled) return this.own;
    if (this.toy.length !== samples) {
      this.toy = Uint8Array.from({ length: samples }, (_, i) => Math.floor((i * CLASSES) / samples));
    }
    return this.toy;
  }

  /** Whether the samples of each class come one after the other, and there are several classes. */
  get sorted(): boolean {
    const { sorts } = this;
    const over = new Set<number>();
    for (let i = 1; i < sorts.length; i += 1) {
      if (sorts[i] === sorts[i - 1]) continue;
      over.add(sorts[i - 1]!);
      if (over.has(sorts[i]!)) return false;
    }
    return over.size > 0;
  }

  /** The order of an epoch, from 0. */
  order(epoch: number): Uint32Array {
    const { samples, seed, shuffle } = this.now;
    const key = [samples, seed, shuffle, epoch].join();
    if (this.last?.key !== key) this.last = { key, order: epochOrder(samples, epoch, seed, shuffle) };
    return this.last.order;
  }

  /** Where so many finished iterations lead: the batch is the one that was used last. */
  place(finished: number): Place {
    const { batch_size, samples, epochs } = this.now;
    const { iterations, updates } = this.plan;
    const at = Math.min(finished, updates);
    if (iterations === 0 || at === 0) return { epoch: 0, done: 0, from: 0, to: 0 };
    const epoch = Math.min(epochs - 1, Math.floor((at - 1) / iterations));
    const done = at - epoch * iterations;
    const from = (done - 1) * batch_size;
    return { epoch, done, from, to: Math.min(samples, from + batch_size) };
  }

  /** How many samples of each class are in a batch. */
  counts({ epoch, from, to }: Place): Map<number, number> {
    const { sorts } = this;
    const order = this.order(epoch);
    const found = new Map<number, number>();
    for (let i = from; i < to; i += 1) {
      const of = sorts[order[i]!]!;
      found.set(of, (found.get(of) ?? 0) + 1);
    }
    return new Map([...found].sort(([a], [b]) => a - b));
  }
}
