import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { ConceptModel } from '../../shared/concept/model';
import { binaryBytes, MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { isRecord } from '../../core/wire';
import { batches } from '../../shared/concept/batches';
import { descend, type Path, STEPS } from './descend';
import { FIELDS } from './fields';
import { LANDSCAPES, type Landscape, type Point } from './landscape';
import { leastSquares, type LeastSquares, type Points, POINTS, standardized } from './least-squares';
import { type Table, tableLandscape } from './own-function';
import { type OptimizerName, OPTIMIZERS } from './optimizers';
import { type Verdict, verdictOf } from './verdict';

/** A descent with what is to be said of its end. */
export interface Descent extends Path {
  readonly verdict: Verdict;
}

function saved(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES ? value : {};
}

/** A table of numbers as Python sends it; an error for anything else. */
function readTable(value: unknown): Table | null {
  if (!isRecord(value) || !('data' in value)) return null;
  const { rows, columns, data } = value;
  if (typeof rows !== 'number' || typeof columns !== 'number' || !(data instanceof DataView)) {
    throw new Error('Expected a table of numbers.');
  }
  if (rows < 1 || columns < 2 || data.byteLength !== rows * columns * 4) {
    throw new Error('Expected as many numbers as the table has.');
  }
  const numbers = Float32Array.from({ length: rows * columns }, (_, i) => data.getFloat32(i * 4, true));
  return { rows, columns, data: numbers };
}

/** Optimizers that descend one landscape from one start. */
export class GradientDescentModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, table: { serialize: saved } };

  /** What the user gave: the values of a function, or x and y of points; null for none. */
  table!: Table | null;
  private landscapes!: Map<string, Landscape>;
  private last!: { key: string; descents: Descent[] } | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('GradientDescent'), table: {}, table_note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['table'], () => {
      this.table = this.readable(() => readTable(this.get('table')), null);
      this.landscapes = new Map();
      this.last = null;
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'gradient_descent';
  }

  /** Whether the table is points, not a function. */
  get ownPoints(): boolean {
    return this.now.function === 'points' && this.table?.rows === 2;
  }

  /** Whether the state asks for a function of the user's that isn't here. */
  get missing(): boolean {
    return this.now.function === 'own' && (this.table === null || this.table.rows === 2);
  }

  get landscape(): Landscape {
    const { function: name, scaled } = this.now;
    const key = `${name} ${name === 'points' && scaled}`;
    let found = this.landscapes.get(key);
    if (!found) this.landscapes.set(key, (found = this.make()));
    return found;
  }

  private make(): Landscape {
    const { function: name, scaled } = this.now;
    if (name === 'points') {
      const points = this.ownPoints ? pointsOf(this.table!) : POINTS;
      return leastSquares(scaled ? standardized(points) : points);
    }
    if (name === 'own' && this.table && !this.missing) return tableLandscape(this.table);
    return LANDSCAPES.get(name) ?? LANDSCAPES.get('valley')!;
  }

  /** The points that a line is fitted to; null for other functions. */
  get samples(): LeastSquares | null {
    const { landscape } = this;
    return 'points' in landscape ? (landscape as LeastSquares) : null;
  }

  get start(): Point {
    const { landscape, now } = this;
    return now.start.length === landscape.axes.length ? now.start : landscape.start;
  }

  /** The samples of a batch; 0 where all are taken. */
  get batchSize(): number {
    const { samples, now } = this;
    return samples && now.batch_size < samples.points.x.length ? now.batch_size : 0;
  }

  /** The optimizers that are shown, with their ways; computed when the state has changed. */
  get descents(): Descent[] {
    // Where the animation is changes nothing.
    const key = JSON.stringify({ ...this.now, at: null, focus: null });
    if (this.last?.key !== key) {
      const { landscape } = this;
      const gradient = this.gradient(landscape);
      const descents = OPTIMIZERS.filter((name) => this.now.optimizers.includes(name)).map((name) => {
        const path = descend(landscape, this.start, name, this.now, gradient);
        return { ...path, verdict: verdictOf(landscape, path) };
      });
      this.last = { key, descents };
    }
    return this.last.descents;
  }

  private gradient(landscape: Landscape): (at: Point, step: number) => number[] {
    const { samples, batchSize } = this;
    if (!samples || batchSize === 0) return (at) => landscape.gradient(at);
    const chosen = batches(samples.points.x.length, batchSize, STEPS, this.now.seed);
    return (at, step) => samples.batchGradient(at, chosen[step]!);
  }

  /** The optimizer whose numbers are written out; null where none is shown. */
  get focus(): OptimizerName | null {
    const { focus, optimizers } = this.now;
    return optimizers.includes(focus)
      ? focus
      : (OPTIMIZERS.find((name) => optimizers.includes(name)) ?? null);
  }
}

function pointsOf({ columns, data }: Table): Points {
  const row = (i: number): number[] => Array.from({ length: columns }, (_, j) => data[i * columns + j]!);
  return { x: row(0), y: row(1) };
}
