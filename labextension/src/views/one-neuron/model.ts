import { identity } from '../../core/model';
import { batches } from '../../shared/concept/batches';
import { ConceptModel } from '../../shared/concept/model';
import { DIGITS, FIELDS, LARGEST, MOST_POINTS, STEPS } from './fields';
import { bestOf, learn, type Learning, lossOf, type Shape, shapeOf, spread, type Weights } from './fit';

type Values = readonly number[];

/** Less than this share of the loss at the beginning is as good as nothing. */
const CLOSE = 1e-4;

/** A line that is fitted to points; all follows from the state. */
export class OneNeuronModel extends ConceptModel<typeof FIELDS> {
  private last: { key: string; learning: Learning } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('OneNeuron'), points_note: '' };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'one_neuron';
  }

  /** Whether a link has more x than y, or fewer. */
  get unfit(): boolean {
    return this.now.x.length !== this.now.y.length;
  }

  get points(): { x: Values; y: Values } {
    return this.unfit ? { x: FIELDS.x.value, y: FIELDS.y.value } : this.now;
  }

  get start(): Weights {
    return [this.now.w, this.now.b];
  }

  get shape(): Shape {
    return shapeOf(this.points.x);
  }

  get best(): Weights {
    return bestOf(this.points.x, this.points.y);
  }

  /** From the lowest to the highest w and b that are shown; the start has no part in it, or all would move with it. */
  get bounds(): [[number, number], [number, number]] {
    const { x, y } = this.points;
    const [w, b] = this.best;
    const [sx, sy] = [spread(x), spread(y)];
    const wide = Math.max(1.5 * Math.abs(w), sx > 0 ? sy / sx : 0, 0.5);
    const high = Math.max(1.5 * Math.abs(b), 1.2 * sy, 0.5);
    return [
      [w - wide, w + wide],
      [b - high, b + high],
    ];
  }

  /** The points of a batch; 0 where all are taken. */
  get batchSize(): number {
    const { batch_size } = this.now;
    return batch_size < this.points.x.length ? batch_size : 0;
  }

  /** All steps; computed when something that counts has changed. */
  get learning(): Learning {
    const { w, b, learning_rate, batch_size, seed, x, y } = this.now;
    const key = JSON.stringify([w, b, learning_rate, batch_size, seed, x, y]);
    if (this.last?.key !== key) this.last = { key, learning: this.learn() };
    return this.last.learning;
  }

  private learn(): Learning {
    const { points, batchSize, now } = this;
    const { x, y } = points;
    const all = x.map((_, i) => i);
    const chosen =
      batchSize > 0 ? batches(x.length, batchSize, STEPS, now.seed) : new Array<Values>(STEPS).fill(all);
    return learn(x, y, this.start, now.learning_rate, chosen);
  }

  /** The step from which on the loss stays next to the lowest one; null if there is none. */
  get arrival(): number | null {
    const { losses } = this.learning;
    const { x, y } = this.points;
    const lowest = lossOf(x, y, this.best);
    const close = Math.max(1e-9, CLOSE * (losses[0]! - lowest));
    let step = losses.length;
    while (step > 0 && losses[step - 1]! - lowest <= close) step -= 1;
    return step < losses.length ? step : null;
  }

  /** The user moves the line. */
  setWeights([w, b]: Weights): void {
    const within = (value: number): number =>
      Math.min(LARGEST, Math.max(-LARGEST, Number(value.toFixed(DIGITS))));
    this.change({ w: within(w), b: within(b), at: [] });
  }

  setPoints(x: Values, y: Values): void {
    if (x.length < 1 || x.length > MOST_POINTS) return;
    const { points } = this;
    // What the user gave keeps all its digits.
    const known = new Set([...points.x, ...points.y]);
    const within = (value: number): number =>
      known.has(value) ? value : Math.min(LARGEST, Math.max(-LARGEST, Number(value.toFixed(2))));
    this.change({ x: x.map(within), y: y.map(within) });
  }
}
