import { marked } from '../../core/i18n';
import { translated } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { LatestSender } from '../../shared/latest-sender';
import { copyKeepingBinary } from '../../shared/notebook-state';
import { nearest } from '../../shared/ascending';
import { labelOf, LIVE, type RunEvent, type Snapshots } from './track';

const NONE: Snapshots = { steps: new Uint32Array(0), epochs: new Float32Array(0), times: null };

/** What goes where the thumb is before Python says so. */
interface Led {
  lead(moment: { step: number; epoch: number; time: number } | null | undefined): void;
}

const isLed = (model: object): model is Led => 'lead' in model && typeof model.lead === 'function';

/** The snapshots of a run, and which of them is shown; any number of views read it. */
export class TimelineModel extends Model {
  static override serializers = {
    ...Model.serializers,
    snapshots: { serialize: copyKeepingBinary },
    epoch_ends: { serialize: copyKeepingBinary },
  };

  snapshots!: Snapshots;
  epochEnds!: Uint32Array;
  /** What the user asked for, until Python has it shown; null for nothing. */
  private wanted!: number | null;
  private sender!: LatestSender;
  /** The charts of the same run; null before they are looked for. */
  private led!: readonly Led[] | null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Timeline'),
      position: LIVE,
      last_step: 0,
      snapshots: {},
      epoch_ends: {},
      events: [],
      lives: false,
      speed: 5,
      films: [],
      film_ids: [],
      charts: [],
      film_busy: false,
      film_progress: [],
      film_note: '',
      empty_text: marked('Snapshots appear here during training.'),
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.wanted = null;
    this.led = null;
    this.listenTo(this, 'change:charts', () => (this.led = null));
    // A step has no second number.
    this.sender = new LatestSender(([step], asked) => this.tell({ type: 'seek', step, asked }));
    this.follow(['snapshots', 'epoch_ends'], () => {
      this.snapshots = this.readable(() => readSnapshots(this.get('snapshots')), NONE);
      this.epochEnds = this.readable(() => readSteps(this.get('epoch_ends'), 'epoch_ends'), NONE.steps);
    });
    this.listenTo(this, 'msg:custom', (content: unknown) => {
      if (isRecord(content) && content.type === 'answered') this.heard(content.asked);
    });
  }

  get count(): number {
    return this.snapshots.steps.length;
  }

  get last(): number {
    return Math.max(this.number('last_step'), this.count > 0 ? this.snapshots.steps[this.count - 1]! : 0);
  }

  /** The step that is shown or asked for; `LIVE` for the newest weights. */
  get position(): number {
    return this.wanted ?? this.number('position', LIVE);
  }

  /** Which snapshot is shown; -1 for the newest weights. */
  get index(): number {
    return this.position < 0 ? -1 : nearest(this.snapshots.steps, this.position);
  }

  get lives(): boolean {
    return this.flag('lives') && this.comm_live;
  }

  /** Whether everything that was asked for is shown. */
  get settled(): boolean {
    return this.wanted === null;
  }

  get speed(): number {
    return Math.max(0.1, this.number('speed', 5));
  }

  get events(): RunEvent[] {
    return this.list('events')
      .filter(isRecord)
      .map((event) => ({
        step: typeof event.step === 'number' ? event.step : NaN,
        kind: typeof event.kind === 'string' ? event.kind : '',
        text: translated(event.text),
      }))
      .filter(({ step }) => Number.isFinite(step));
  }

  /** What is shown, in words. */
  get label(): string {
    return labelOf(this.snapshots, this.index, this.last, this.lives);
  }

  override figures(): string[] {
    return this.count > 0 ? [this.label] : [];
  }

  /** Shows a snapshot, or with -1 the newest weights. */
  seek(index: number): void {
    if (this.count === 0) return;
    const step = index < 0 ? LIVE : this.snapshots.steps[Math.min(index, this.count - 1)]!;
    if (step === this.position) return;
    // Without a kernel nothing would follow.
    if (!this.comm_live) return;
    this.wanted = step;
    this.lead(index);
    this.sender.offer([step, 0]);
    this.trigger('change');
  }

  private findCharts(): void {
    this.led = [];
    const ids = this.list('charts').filter((id) => typeof id === 'string');
    const found = ids.map((id) => this.widget_manager.get_model(id));
    Promise.all(found).then(
      (models: object[]) => (this.led = models.filter(isLed)),
      // Without them, their cursors follow once Python has answered.
      () => undefined,
    );
  }

  /** Puts the cursors of charts at a snapshot, at once; -1 for the newest weights, which have none. */
  private lead(index: number): void {
    const { steps, epochs, times } = this.snapshots;
    if (!times) return;
    if (this.led === null) this.findCharts(); // only now: they may be made after this
    const moment = index < 0 ? null : { step: steps[index]!, epoch: epochs[index]!, time: times[index]! };
    for (const chart of this.led ?? []) chart.lead(moment);
  }

  private heard(asked: unknown): void {
    if (typeof asked !== 'number') return;
    this.sender.answered(asked);
    if (asked < this.sender.asked) return;
    this.wanted = null;
    for (const chart of this.led ?? []) chart.lead(undefined);
    this.trigger('change');
    this.trigger('dlw:settled');
  }
}

/**
 * Reads the `snapshots` trait.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readSnapshots(value: unknown): Snapshots {
  const steps = readSteps(value, 'snapshots');
  if (steps.length === 0) return NONE;
  const { epochs, times } = value as Record<string, unknown>;
  const floats = (given: unknown, name: string): Float32Array => {
    const view = binary(given, 4 * steps.length, `snapshots: ${name}`);
    return Float32Array.from(steps, (_, i) => view.getFloat32(4 * i, true));
  };
  return {
    steps,
    epochs: floats(epochs, 'epochs'),
    times: times === undefined ? null : floats(times, 'times'),
  };
}

/** Reads `count` steps. */
export function readSteps(value: unknown, name: string): Uint32Array {
  if (!isRecord(value) || value.count === undefined) return NONE.steps;
  const count = wholeNumber(value.count, `${name}: count`);
  const view = binary(value.steps, 4 * count, `${name}: steps`);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

function binary(value: unknown, size: number, name: string): DataView {
  if (!ArrayBuffer.isView(value)) throw new WireError(`${name} must be binary`);
  if (value.byteLength !== size)
    throw new WireError(`${name}: expected ${size} bytes. Received: ${value.byteLength}`);
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}
