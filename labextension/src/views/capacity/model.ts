import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { readFloats, savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS, MOST_DEGREE, WIDTHS } from './fields';
import { isDrawn, type OwnPoints, type Points, pointsOf, truthOf, type TRUTHS } from './points';
import { fit, valueAt } from './polynomial';
import { meanSquared, Trainer } from './trainer';

/** The errors of training and validation points. */
export type Errors = readonly [number, number];

/** What a polynomial of a degree is. */
export interface Fitted {
  readonly coefficients: readonly number[];
  readonly errors: Errors;
}

function readOwn(value: unknown): OwnPoints | null {
  const table = readFloats(value);
  if (!table || !isRecord(value)) return null;
  const { scale } = value;
  const good = Array.isArray(scale) && scale.length === 4 && scale.every((one) => Number.isFinite(one));
  if (!good || table.length % 2 !== 0) throw new WireError('own: expected pairs of numbers and a scale');
  const all = Array.from(table);
  return {
    x: all.filter((_, i) => i % 2 === 0),
    y: all.filter((_, i) => i % 2 === 1),
    scale: scale as [number, number, number, number],
  };
}

/** A polynomial or a network of growing size, and the points that it is fitted to. */
export class CapacityModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, own: { serialize: savedFloats } };

  own!: OwnPoints | null;
  private lastPoints!: { key: string; points: Points } | null;
  private fits!: { key: string; found: Map<number, Fitted> } | null;
  private trainers!: { key: string; found: Map<number, Trainer> } | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Capacity'), own: {}, own_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['own'], () => {
      this.own = this.readable(() => readOwn(this.get('own')), null);
      this.lastPoints = this.fits = this.trainers = null;
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'capacity';
  }

  get usesOwn(): boolean {
    return this.now.data === 'own' && this.own !== null;
  }

  get drawn(): boolean {
    return isDrawn(this.now);
  }

  get truth(): keyof typeof TRUTHS | null {
    return truthOf(this.now, this.own);
  }

  get network(): boolean {
    return this.now.model === 'network';
  }

  private get pointsKey(): string {
    const { data, size, noise, seed, x, y, vx, vy } = this.now;
    if (this.drawn) return [x, y, vx, vy].map((all) => all.join()).join('/');
    return [this.usesOwn || data, size, this.usesOwn || noise, seed].join();
  }

  get points(): Points {
    const key = this.pointsKey;
    if (this.lastPoints?.key !== key) this.lastPoints = { key, points: pointsOf(this.now, this.own) };
    return this.lastPoints.points;
  }

  /** The capacities that are compared. */
  get capacities(): readonly number[] {
    return this.network ? WIDTHS : Array.from({ length: MOST_DEGREE + 1 }, (_, degree) => degree);
  }

  /** The capacity that the state has. */
  get capacity(): number {
    return this.network ? this.now.units : this.now.degree;
  }

  private get knobs(): string {
    const { penalty, strength } = this.now;
    return `${this.pointsKey}|${penalty}|${penalty === 'none' || strength}`;
  }

  polynomial(degree: number): Fitted {
    const key = this.knobs;
    if (this.fits?.key !== key) this.fits = { key, found: new Map() };
    let found = this.fits.found.get(degree);
    if (!found) {
      const { x, y, vx, vy } = this.points;
      const coefficients = fit(x, y, degree, this.now.penalty, this.now.strength);
      const predict = (at: number): number => valueAt(coefficients, at);
      found = { coefficients, errors: [meanSquared(x, y, predict), meanSquared(vx, vy, predict)] };
      this.fits.found.set(degree, found);
    }
    return found;
  }

  trainer(units: number): Trainer {
    const { dropout, stopping, patience, epochs, seed } = this.now;
    const key = [this.knobs, dropout, stopping && patience, epochs, seed].join();
    if (this.trainers?.key !== key) this.trainers = { key, found: new Map() };
    let found = this.trainers.found.get(units);
    if (!found) this.trainers.found.set(units, (found = new Trainer(this.points, this.now, units)));
    return found;
  }

  /** Trains it anew. */
  retrain(units: number): void {
    this.trainer(units);
    this.trainers?.found.delete(units);
  }

  /** The errors of a capacity; null as long as they aren't known. */
  errorsAt(capacity: number): Errors | null {
    if (!this.network)
      return this.fits?.key === this.knobs ? (this.fits.found.get(capacity)?.errors ?? null) : null;
    const trainer = this.trainer(capacity);
    return trainer.done ? trainer.errors : null;
  }

  /** Computes more capacities for so long; returns whether all are known. */
  fill(ms: number, but: number | null): boolean {
    const until = performance.now() + ms;
    for (const capacity of this.capacities) {
      if (!this.network) {
        this.polynomial(capacity);
      } else if (capacity !== but) {
        const trainer = this.trainer(capacity);
        while (!trainer.done && performance.now() < until) for (let i = 0; i < 5; i += 1) trainer.advance();
        if (!trainer.done) return false;
      }
      if (performance.now() > until) return false;
    }
    return true;
  }

  // -- in the units of the user's ---------------------------------------------------------------

  private get scale(): readonly [number, number, number, number] {
    return this.usesOwn ? this.own!.scale : [0, 1, 0, 1];
  }

  shownX(x: number): number {
    const [middle, half] = this.scale;
    return middle + half * x;
  }

  shownY(y: number): number {
    const [, , mean, spread] = this.scale;
    return mean + spread * y;
  }

  /** A mean squared error. */
  shownError(error: number): number {
    return error * this.scale[3] ** 2;
  }
}
