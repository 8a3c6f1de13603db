import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { savedPicture } from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { areasOf, type Level, levelsOf, type Samples, toy } from './evaluate';
import { FIELDS } from './fields';

/** All that follows from the samples. */
export interface Evaluated {
  samples: Samples;
  levels: Level[];
  areas: ReturnType<typeof areasOf>;
  /** Lowest and highest score that is shown. */
  range: [number, number];
}

/** Reads `{count, data}`: labels and scores as float32. Null for none. */
function readSamples(value: unknown): Samples | null {
  if (!isRecord(value) || value.count === undefined) return null;
  const count = wholeNumber(value.count, 'samples: count');
  const { data } = value;
  if (!ArrayBuffer.isView(data) || count < 1 || data.byteLength !== count * 8) {
    throw new WireError(`samples: ${count} samples need ${count * 8} bytes`);
  }
  const copy = (data.buffer as ArrayBuffer).slice(data.byteOffset, data.byteOffset + count * 8);
  const both = new Float32Array(copy);
  return {
    labels: Uint8Array.from(both.subarray(0, count)),
    scores: Float64Array.from(both.subarray(count)),
  };
}

/** A threshold over the scores of a classifier, and an outlier of a regression. */
export class MetricsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, samples: { serialize: savedPicture } };

  /** The samples that Python sent; null for none. */
  own!: Samples | null;
  private last: { key: string; own: Samples | null; found: Evaluated } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Metrics'), samples: {}, samples_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['samples'], () => {
      this.own = this.readable(() => readSamples(this.get('samples')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'metrics';
  }

  get regression(): boolean {
    return this.now.task === 'regression';
  }

  /** Whether the samples are made up. */
  get isToy(): boolean {
    return this.now.data !== 'own' || !this.own;
  }

  /** Computed when the samples have changed. */
  get evaluated(): Evaluated {
    const { positives, separation, seed } = this.now;
    const own = this.isToy ? null : this.own;
    const key = own ? '' : JSON.stringify([positives, separation, seed]);
    if (this.last?.key !== key || this.last.own !== own) {
      const samples = own ?? toy(positives, separation, seed);
      const levels = levelsOf(samples);
      const low = Math.min(0, levels.at(-1)!.threshold);
      const high = Math.max(1, levels[1]!.threshold);
      const found = { samples, levels, areas: areasOf(levels), range: [low, high] as [number, number] };
      this.last = { key, own, found };
    }
    return this.last.found;
  }
}
