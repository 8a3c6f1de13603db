import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { readFloats, savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { plainSamples, type Samples, samplesOf } from './data';
import { baseline, type Measured, measure, Measuring } from './evaluate';
import { modelsOf } from './plan';
import { FIELDS, type Protocol, PROTOCOLS, SEEDS, type SplitsValues } from './fields';

/** Up to so many comparisons are made at once; more of them in several frames. */
const AT_ONCE = 4e6;

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
  /** What is measured in several frames: for the shown seed, and for the seeds side by side. */
  private begun: Record<'shown' | 'swing', { key: string; measuring: Measuring } | null> = {
    shown: null,
    swing: null,
  };

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
      this.begun = { shown: null, swing: null };
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
    const key = this.keyOf(careless, seed);
    const found = this.lastMeasured.get(key) ?? measure(this.samples, this.now, careless, seed);
    this.keep(key, found);
    return found;
  }

  private keyOf(careless: boolean, seed: number): string {
    return `${this.key()}|${careless}|${seed}`;
  }

  /** Those that were asked for last stay. */
  private keep(key: string, found: Measured): void {
    const { lastMeasured } = this;
    lastMeasured.delete(key);
    if (lastMeasured.size > 3) lastMeasured.delete([...lastMeasured.keys()][0]!);
    lastMeasured.set(key, found);
  }

  /** Whether all that is shown of a seed is measured. */
  isReady(seed: number): boolean {
    return this.ways.every((careless) => this.lastMeasured.has(this.keyOf(careless, seed)));
  }

  /** Measures what is shown of a seed, where it is much only for so long; returns whether all is measured. */
  prepare(seed: number, ms: number): boolean {
    const until = performance.now() + ms;
    for (const careless of this.ways) {
      const key = this.keyOf(careless, seed);
      let found = this.lastMeasured.get(key) ?? null;
      while (!found) {
        found = this.goOn('shown', key, () => new Measuring(this.samples, this.now, careless, seed));
        const much = (this.begun.shown?.measuring.work ?? 0) > AT_ONCE;
        if (!found && much && performance.now() > until) return false;
      }
      this.keep(key, found);
    }
    return true;
  }

  private get ways(): readonly boolean[] {
    return this.trapped ? [true, false] : [false];
  }

  /** The next model of what is begun, which begins where it is something else. */
  private goOn(place: 'shown' | 'swing', key: string, begin: () => Measuring): Measured | null {
    let begun = this.begun[place];
    if (begun?.key !== key) begun = this.begun[place] = { key, measuring: begin() };
    const found = begun.measuring.step();
    if (found) this.begun[place] = null;
    return found;
  }

  /** How many models there are, at most, with the state's seed. */
  get rows(): number {
    return Math.max(...this.ways.map((careless) => modelsOf(this.samples, this.now, careless)));
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
        const key = `${this.lastSwings!.key}|${protocol}|${careless}|${seed}`;
        const begin = (): Measuring => new Measuring(samples, { ...now, protocol }, careless, seed);
        for (let found: Measured | null = null; !found;) {
          found = this.goOn('swing', key, begin);
          if (found) scores.push(found.mean);
          if (performance.now() > until) return false;
        }
      }
    }
    return true;
  }
}
