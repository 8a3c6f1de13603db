import { marked, messageTextOr, t } from '../../core/i18n';
import { identity, Model, reportError } from '../../core/model';
import { isRecord } from '../../core/wire';
import { formatInteger, formatValue } from '../../shared/format';
import { copyKeepingBinary } from '../../shared/notebook-state';
import { quantiles } from './bins';
import { type Axis, type Part, readParts, readSnapshot, type Rows } from './rows';

/** One array whose histograms are shown. */
export interface Name {
  id: string;
  label: string;
  unit: string;
}

/** Histograms of one or several arrays over the steps of a run. */
export class HistogramPlotModel extends Model {
  static override serializers = {
    ...Model.serializers,
    _snapshot: { serialize: copyKeepingBinary },
  };

  /** By name, as far as the page has them. */
  rows!: Map<string, Rows>;
  private generation!: number;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('HistogramPlot'),
      title: '',
      names: [],
      form: 'ridge',
      x_axis: 'step',
      log_counts: false,
      focus: '',
      value_range: [],
      moment: -1,
      height: 320,
      generation: 0,
      empty_text: marked('No histograms yet.'),
      _snapshot: {},
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    this.rows = new Map();
    this.generation = -1;
    super.initialize(attributes, options);
    this.listenTo(this, 'msg:custom', (content: unknown, buffers: unknown[]) =>
      this.receive(content, buffers),
    );
    this.follow(['generation', '_snapshot'], () => this.takeSnapshot());
  }

  get names(): Name[] {
    return this.list('names').flatMap((entry) =>
      isRecord(entry) && typeof entry.id === 'string'
        ? [{ id: entry.id, label: messageTextOr(entry.label, entry.id), unit: messageTextOr(entry.unit, '') }]
        : [],
    );
  }

  get axis(): Axis {
    const axis = this.text('x_axis');
    return axis === 'epoch' || axis === 'time' ? axis : 'step';
  }

  /** The name that is enlarged; where there is only one, that. */
  get enlarged(): Name | null {
    const { names } = this;
    if (names.length === 1) return names[0]!;
    return names.find(({ id }) => id === this.text('focus')) ?? null;
  }

  /** The part of the values that is shown; null for all. */
  get range(): [number, number] | null {
    const [low, high] = this.list('value_range');
    return typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
  }

  /** Where the marked step lies on the axis, between the histograms of a name; null for none. */
  markedOn(rows: Rows): number | null {
    const step = this.number('moment', -1);
    if (step < 0 || rows.count === 0) return null;
    const { axis } = this;
    let after = 0;
    while (after < rows.count && rows.at(after, 'step') < step) after += 1;
    if (after === 0 || after === rows.count) return rows.at(Math.min(after, rows.count - 1), axis);
    const [from, to] = [rows.at(after - 1, 'step'), rows.at(after, 'step')];
    const [begin, end] = [rows.at(after - 1, axis), rows.at(after, axis)];
    return begin + ((step - from) / (to - from)) * (end - begin);
  }

  /** Drops what is of another generation, and fills what the page has none of. */
  private takeSnapshot(): void {
    const generation = this.number('generation');
    if (generation !== this.generation) {
      this.rows = new Map();
      this.generation = generation;
    }
    const snapshot = this.readable(() => readSnapshot(this.get('_snapshot')), {
      generation: -1,
      parts: [] as Part[],
    });
    if (snapshot.generation !== generation) return;
    for (const { id, rows } of snapshot.parts) if (!this.rows.get(id)?.count) this.rows.set(id, rows);
  }

  private receive(content: unknown, buffers: unknown[]): void {
    if (!isRecord(content) || content.type !== 'rows' || content.generation !== this.generation) return;
    let parts: Part[];
    try {
      parts = readParts(content, buffers);
    } catch (error) {
      reportError('HistogramPlot', error);
      return;
    }
    let missed = false;
    for (const { id, start, rows } of parts) {
      const known = this.rows.get(id);
      // A page that has only seen the snapshot has fewer than were sent: it asks for all of them.
      if (start > 0 && (known?.count ?? 0) < start) missed = true;
      else this.rows.set(id, known && start > 0 ? known.then(start, rows) : rows);
    }
    if (missed) this.tell({ type: 'resync' });
    this.trigger('rows');
  }

  override figures(): string[] {
    return this.names.flatMap(({ id, label }) => {
      const rows = this.rows.get(id);
      if (!rows?.count) return [];
      const last = rows.count - 1;
      const [low, median, high] = quantiles(rows, last, [0.1587, 0.5, 0.8413]);
      return [
        t('{name}: median {median}, from {low} to {high} for 68% of the values, after step {step}', {
          name: label,
          median: formatValue(median!),
          low: formatValue(low!),
          high: formatValue(high!),
          step: formatInteger(rows.at(last, 'step')),
        }),
      ];
    });
  }
}
