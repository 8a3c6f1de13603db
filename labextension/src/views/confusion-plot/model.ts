import { messageTextOr } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { binaryBytes, MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { judge, NO_SAMPLES, readSamples, type Samples, type Stop, stopsOf } from './binary';
import { countsAt, type History, readHistory, scoresOf } from './history';

/** How often which class was taken for which: row = true class, column = predicted class. */
export interface Matrix {
  k: number;
  counts: Int32Array;
  /** Samples per true class that have an answer. */
  rows: Float64Array;
  columns: Float64Array;
  largest: number;
}

export const NO_MATRIX: Matrix = {
  k: 0,
  counts: new Int32Array(0),
  rows: new Float64Array(0),
  columns: new Float64Array(0),
  largest: 0,
};

/**
 * Checks the `matrix` trait. An empty object gives none.
 *
 * @throws WireError when its bytes are not k * k counts
 */
export function readMatrix(value: unknown): Matrix {
  if (!isRecord(value) || value.k === undefined) return NO_MATRIX;
  const k = wholeNumber(value.k, 'matrix: k');
  const { counts: data } = value;
  if (!ArrayBuffer.isView(data)) throw new WireError('matrix: counts must be binary');
  if (data.byteLength !== k * k * 4) {
    throw new WireError(`matrix: ${k} classes need ${k * k * 4} bytes. Received: ${data.byteLength}`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return matrixOf(
    k,
    Int32Array.from({ length: k * k }, (_, i) => view.getInt32(i * 4, true)),
  );
}

function matrixOf(k: number, counts: Int32Array): Matrix {
  const rows = new Float64Array(k);
  const columns = new Float64Array(k);
  let largest = 0;
  counts.forEach((count, i) => {
    rows[Math.floor(i / k)]! += count;
    columns[i % k]! += count;
    largest = Math.max(largest, count);
  });
  return { k, counts, rows, columns, largest };
}

/** Numbers of the `scores` and `curves` traits; NaN stands for what is not defined. */
export function column(record: unknown, name: string): number[] {
  const list = isRecord(record) ? record[name] : undefined;
  return Array.isArray(list) ? list.map((value) => (typeof value === 'number' ? value : NaN)) : [];
}

/** A single number of a trait, NaN where it is not defined. */
export function single(record: unknown, name: string): number {
  const value = isRecord(record) ? record[name] : undefined;
  return typeof value === 'number' ? value : NaN;
}

function savedMatrix(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES / 2 ? value : {};
}

/** The confusion matrix, now or at a recorded step, its scores, and for two classes the curves of a threshold. */
export class ConfusionPlotModel extends Model {
  static override serializers = {
    ...Model.serializers,
    matrix: { serialize: savedMatrix },
    samples: { serialize: savedMatrix },
  };

  /** What is shown: as the kernel says, or, for two classes, at the threshold that the user moved to. */
  matrix!: Matrix;
  scores!: unknown;
  /** False positive rate, recall and precision at the threshold. */
  point!: number[];
  samples!: Samples;
  stops!: readonly Stop[];
  /** Which recorded matrix is to be shown, also while they are on their way; null for the current one. */
  wanted!: number | null;
  /** The threshold of the user that the kernel has not judged at yet. */
  private moved!: number | null;
  /** The matrices recorded until they were asked for; null before that. */
  private history!: History | null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('ConfusionPlot'),
      matrix: {},
      scores: {},
      curves: {},
      samples: {},
      recorded: [],
      class_names: [],
      cell: [],
      shares: false,
      sort: 'class',
      threshold: 0.5,
      answered: 0,
      summary: '',
      notice: '',
      title: '',
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.moved = null;
    this.history = null;
    this.wanted = null;
    this.listenTo(this, 'msg:custom', (content: unknown, buffers: DataView[]) =>
      this.receive(content, buffers),
    );
    this.listenTo(this, 'comm_live_update', () => this.onKernel());
    this.follow(['samples'], () => {
      this.samples = this.readable(() => readSamples(this.get('samples')), NO_SAMPLES);
      this.stops = stopsOf(this.samples);
    });
    this.follow(['matrix', 'scores', 'curves', 'threshold', 'samples', 'recorded'], () => this.judge());
  }

  /** The threshold that is shown. */
  get threshold(): number {
    return this.moved ?? this.number('threshold', 0.5);
  }

  /** Judges the samples at another threshold, before the kernel does. */
  moveThreshold(threshold: number): void {
    this.moved = threshold;
    this.replay(null);
  }

  /** The steps of the recorded matrices. */
  get steps(): readonly number[] {
    const { replayed, history } = this;
    if (replayed !== null && history) return history.steps;
    return this.list('recorded').filter((step) => typeof step === 'number');
  }

  /** Which recorded matrix is shown; null for the current one. */
  get replayed(): number | null {
    return this.history ? this.wanted : null;
  }

  /** Whether there are recorded matrices, here or in a kernel that can send them. */
  get replayable(): boolean {
    return this.steps.length > 0 && (this.comm_live || this.replayed !== null);
  }

  /** Shows a recorded matrix, as soon as it is there; null shows the current one again. */
  replay(at: number | null): void {
    const waiting = this.wanted !== null && !this.history;
    this.wanted = at;
    if (at === null) this.history = null;
    else if (this.history) this.wanted = Math.max(0, Math.min(this.history.steps.length - 1, at));
    else if (!this.replayable) this.wanted = null;
    else if (!waiting) this.tell({ type: 'history' });
    this.judge();
    this.trigger('moved');
  }

  private receive(content: unknown, buffers: DataView[]): void {
    if (!isRecord(content) || content.type !== 'history' || this.wanted === null) return;
    this.history = this.readable(() => readHistory(content, buffers), null);
    this.replay(this.history?.steps.length ? this.wanted : null);
  }

  /** What was asked of a kernel that is gone doesn't come. */
  private onKernel(): void {
    if (!this.comm_live && !this.history) this.wanted = null;
    this.trigger('moved');
  }

  private judge(): void {
    // What the kernel has judged at an older threshold comes while the user moves on.
    if (this.moved !== null && Math.abs(this.number('threshold', 0.5) - this.moved) < 1e-9) this.moved = null;
    this.matrix = this.readable(() => readMatrix(this.get('matrix')), NO_MATRIX);
    this.scores = this.get('scores');
    this.point = column(this.get('curves'), 'point');
    const { history } = this;
    const recorded = this.list('recorded');
    // Of another run, or of another question.
    const other = history && (history.k !== this.matrix.k || history.steps[0] !== recorded[0]);
    if (other || recorded.length === 0) [this.history, this.wanted] = [null, null];
    if (this.history && this.wanted !== null) {
      this.matrix = matrixOf(history!.k, countsAt(history!, this.wanted));
      this.scores = scoresOf(this.matrix.counts, column(this.scores, 'support'));
      return;
    }
    if (this.moved === null || this.samples.truth.length === 0 || this.matrix.k !== 2) return;
    const judged = judge(this.samples, this.moved);
    this.matrix = matrixOf(2, judged.counts);
    this.scores = judged.scores;
    this.point = judged.point;
  }

  /** Whether the matrix is that of a yes-or-no question, with a threshold. */
  get isQuestion(): boolean {
    return this.matrix.k === 2 && column(this.get('curves'), 'recall').length > 0;
  }

  className(which: number): string {
    const name = this.list('class_names')[which];
    return messageTextOr(name, String(which));
  }

  override figures(): string[] {
    return [this.localized('summary')].filter((line) => line);
  }

  /** True and predicted class of the chosen cell, -1 for all; null for none. */
  get cell(): [number, number] | null {
    const [row, column] = this.list('cell');
    return typeof row === 'number' && typeof column === 'number' ? [row, column] : null;
  }
}
