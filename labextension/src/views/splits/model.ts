import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { readFloats, savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { plainSamples, type Samples, samplesOf } from './data';
import { baseline, type Measured, measure } from './evaluate';
import { FIELDS, type Protocol, PROTOCOLS, SEEDS, type SplitsValues } from './fields';

/** The scores of many seeds, one way of splitting. */
export interface Swing {
  readonly protocol: Protocol;
  readonly careless: boolean;
  /** By seed, as far as they are known. */
  readonly scores: number[];
}

interface Own {
  readonly samples: Samples;
  readonly names: readonly string[];
}

/** Reads `{features, names, data}`: a table of features and labels as float32. Null for none. */
function readOwn(value: unknown): Own | null {
  const table = readFloats(value);
  if (!table || !isRecord(value)) return null;
  const width = wholeNumber(value.features, 'own: features') + 1;
  const { names } = value;
  if (!Array.isArray(names) || width < 2 || table.length % width !== 0) {
    throw new WireError('own: expected names of classes and whole rows');
  }
  const count = table.length / width;
  const y = Float64Array.from({ length: count }, (_, i) => table[i * width + width - 1]!);
  if (names.length > 0 && y.some((label) => !Number.isInteger(label) || label < 0 || label >= names.length)) {
    throw new WireError('own: expected a name for each label');
  }
  const x = Float64Array.from(table.filter((_, i) => i % width !== width - 1));
  return { samples: plainSamples(x, y, names.length), names: names.map(String) };
}

/** Splits of samples into training and validation, and the scores that come of them. */
export class SplitsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, own: { serialize: savedFloats } };

  /** What Python sent; null for none. */
  own!: Own | null;
  private lastSamples!: { key: string; samples: Samples; baseline: number } | null;
  private lastMeasured!: Map<string, Measured>;
  private lastSwings!: { key: string; swings: Swing[] } | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Splits'), own: {}, own_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['own'], () => {
      this.own = this.readable(() => readOwn(this.get('own')), null);
      this.lastSamples = this.lastSwings = null;
      this.lastMeasured = new Map();
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'splits';
  }

  get usesOwn(): boolean {
    return this.now.data === 'own' && this.own !== null;
  }

  /** All that scores depend on, but for the seed. */
  private key(values: SplitsValues = this.now): string {
    const { trap, protocol, folds, repeats, share, copies, neighbors, features } = values;
    const mine = this.usesOwn;
    return [
      mine,
      trap,
      protocol,
      protocol === 'holdout' ? share : folds,
      protocol === 'iterated' && repeats,
      trap === 'duplicates' && copies,
      neighbors,
      mine || features,
    ].join();
  }

  private get held(): { samples: Samples; baseline: number } {
    const { trap, copies, features } = this.now;
    const key = [this.usesOwn, trap, copies, features].join();
    if (this.lastSamples?.key !== key) {
      const samples = samplesOf(this.now, this.usesOwn ? this.own!.samples : null);
      this.lastSamples = { key, samples, baseline: baseline(samples) };
    }
    return this.lastSamples;
  }

  get samples(): Samples {
    return this.held.samples;
  }

  get baseline(): number {
    return this.held.baseline;
  }

  get regression(): boolean {
    return this.samples.classes === 0;
  }

  get trapped(): boolean {
    return this.now.trap !== 'none';
  }

  /** All models of the protocol with a seed. */
  measured(careless: boolean, seed: number): Measured {
    const key = `${this.key()}|${careless}|${seed}`;
    let found = this.lastMeasured.get(key);
    if (!found) {
      found = measure(this.samples, this.now, careless, seed);
      if (this.lastMeasured.size > 3) this.lastMeasured.delete([...this.lastMeasured.keys()][0]!);
      this.lastMeasured.set(key, found);
    }
    return found;
  }

  /** The scores of many seeds: of each protocol, or careless and right where there is a trap. */
  get swings(): readonly Swing[] {
    // The protocol of each row may be another, so all their settings count.
    const key = this.trapped
      ? this.key()
      : PROTOCOLS.map((protocol) => this.key({ ...this.now, protocol })).join('/');
    if (this.lastSwings?.key !== key) {
      const { protocol } = this.now;
      const swings: Swing[] = this.trapped
        ? [true, false].map((careless) => ({ protocol, careless, scores: [] }))
        : PROTOCOLS.map((one) => ({ protocol: one, careless: false, scores: [] }));
      this.lastSwings = { key, swings };
    }
    return this.lastSwings.swings;
  }

  /** Measures more seeds for so long; returns whether all are known. */
  fill(ms: number): boolean {
    const { swings, samples, now } = this;
    const until = performance.now() + ms;
    for (let seed = 0; seed < SEEDS; seed += 1) {
      for (const { protocol, careless, scores } of swings) {
        if (scores.length > seed) continue;
        scores.push(measure(samples, { ...now, protocol }, careless, seed).mean);
        if (performance.now() > until) return false;
      }
    }
    return true;
  }
}
