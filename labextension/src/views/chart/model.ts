import { marked } from '../../core/i18n';
import { translated } from '../../core/i18n';
import { identity, Model, reportError } from '../../core/model';
import { loadBasic } from '../../shared/plotly';
import { type Columns, decodeAppend, decodeColumns, decodeSnapshot, isRecord } from '../../core/wire';
import { ChartData } from './data/chart-data';
import { formatValue } from '../../shared/format';
import { copyKeepingBinary } from '../../shared/notebook-state';
import type { Axis, Marker, Moment, Range, RangeRequest, SeriesInfo } from './types';

/** Python may be in the middle of a step, or of a long series. */
const CSV_WAIT_MS = 10_000;
/** A gap of at most this many points is fetched in full, after a moment in which the next append may come. */
const MOST_MENDED = 19_000;
const MEND_WAIT_MS = 700;
const MEND_TRIES = 3;

/** Holds the points of a chart and speaks with Python; any number of views read it. */
export class ChartModel extends Model {
  static override serializers = {
    ...Model.serializers,
    _snapshot: { serialize: copyKeepingBinary },
  };

  data!: ChartData;
  private requests!: number;
  /** Where a timeline put the cursor; undefined while Python does. */
  private ahead!: Moment | null | undefined;
  private replies!: Map<number, (content: Record<string, unknown>, buffers: DataView[]) => void>;
  private snapshotTimer!: number | undefined;
  private mendTimer!: number | undefined;
  /** Attempts per series to fetch what is missing; Python may be busy, or thin out what it sends. */
  private mendTries!: Map<string, number>;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Chart'),
      title: '',
      y_label: '',
      height: 280,
      series: [],
      x_axis: 'step',
      log_y: false,
      smoothing: 0.6,
      x_range: [],
      hidden: [],
      markers: [],
      cursor: {},
      generation: 0,
      empty_text: marked('No data yet.'),
      _snapshot: {},
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.requests = 0;
    this.ahead = undefined;
    this.replies = new Map();
    this.mendTries = new Map();

    this.data = new ChartData((generation) => this.tell({ type: 'resync', generation }));
    this.readSeries();
    this.readGeneration();
    this.listenTo(this, 'change:series', () => this.readSeries());
    this.listenTo(this, 'change:generation', () => this.readGeneration());
    this.listenTo(this, 'change:_snapshot', () => this.readSnapshot());
    this.listenTo(this, 'msg:custom', (content: unknown, buffers: unknown) => this.receive(content, buffers));
    // The views come a moment later: let the largest download begin now.
    loadBasic().catch((error: unknown) => {
      reportError('Chart', error);
    });
  }

  protected override known(): Record<string, number> {
    const snapshot: unknown = this.get('_snapshot');
    return isRecord(snapshot) && typeof snapshot.number === 'number' ? { snapshot: snapshot.number } : {};
  }

  get axis(): Axis {
    const axis = this.text('x_axis');
    return axis === 'epoch' || axis === 'time' ? axis : 'step';
  }

  get smoothing(): number {
    return Math.min(0.999, Math.max(0, this.number('smoothing')));
  }

  /** The part of the x axis that is shown, null for all of it. */
  get window(): Range | null {
    const [lo, hi] = this.list('x_range');
    return typeof lo === 'number' && typeof hi === 'number' && lo < hi ? [lo, hi] : null;
  }

  get series(): SeriesInfo[] {
    return this.list('series').filter(isRecord).map(readSeriesInfo);
  }

  get markers(): Marker[] {
    return this.list('markers').filter(isRecord).map(readMarker);
  }

  /** The moment that other views of the run show, null for the present. */
  get cursor(): Moment | null {
    if (this.ahead !== undefined) return this.ahead;
    const given: unknown = this.get('cursor');
    if (!isRecord(given)) return null;
    const { step, epoch, time } = given;
    return typeof step === 'number' && typeof epoch === 'number' && typeof time === 'number'
      ? { step, epoch, time }
      : null;
  }

  /** Puts the cursor where a timeline is, before Python says so; undefined leaves it to Python again. */
  lead(moment: Moment | null | undefined): void {
    this.ahead = moment;
    this.trigger('change:cursor');
  }

  /** Asks Python for the points of a series in a window. Resolves to null without an answer in `wait` ms. */
  async range(request: RangeRequest, wait = 5000): Promise<Columns | null> {
    const generation = this.number('generation');
    const reply = await this.ask({ type: 'range', generation, ...request }, wait);
    if (reply?.content.generation !== generation) return null;
    return decodeColumns(reply.buffers[0]);
  }

  /** Asks Python for all numbers as CSV. Resolves to null without a kernel, or without its answer in time. */
  async csv(): Promise<{ name: string; data: DataView } | null> {
    const reply = await this.ask({ type: 'csv' }, CSV_WAIT_MS);
    const data = reply?.buffers[0];
    if (!data) return null;
    const { name } = reply.content;
    return { name: typeof name === 'string' && name ? name : 'chart.csv', data };
  }

  private ask(
    content: Record<string, unknown>,
    wait: number,
  ): Promise<{ content: Record<string, unknown>; buffers: DataView[] } | null> {
    if (!this.comm_live) return Promise.resolve(null);
    const request = (this.requests += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.replies.delete(request);
        resolve(null);
      }, wait);
      this.replies.set(request, (answer, buffers) => {
        clearTimeout(timer);
        resolve({ content: answer, buffers });
      });
      this.tell({ ...content, request });
    });
  }

  private readSeries(): void {
    const before = this.data.points;
    this.data.setSeries(this.series);
    this.readSnapshot();
    if (this.data.points < before) this.trigger('dlw:data'); // a series went, with its points
  }

  private readGeneration(): void {
    this.mendTries.clear();
    this.data.setGeneration(this.number('generation'));
    this.readSnapshot();
    this.trigger('dlw:data');
  }

  private readSnapshot(): void {
    clearTimeout(this.snapshotTimer);
    try {
      const { generation, parts } = decodeSnapshot(this.get('_snapshot'));
      const { changed, retryAfter } = this.data.snapshot(generation, parts);
      if (retryAfter > 0) this.snapshotTimer = window.setTimeout(() => this.readSnapshot(), retryAfter);
      if (changed) this.trigger('dlw:data');
      this.scheduleMend();
    } catch (error) {
      reportError('Chart', error);
    }
  }

  override figures(): string[] {
    const last = this.series.flatMap(({ id, name, reference }) => {
      const buffer = reference ? undefined : this.data.curve(id)?.buffer;
      return buffer?.length ? [`${name} ${formatValue(buffer.value[buffer.length - 1]!)}`] : [];
    });
    const title = this.localized('title');
    return last.length > 0 ? [`${title && `${title}: `}${last.join(', ')}`] : [];
  }

  /** Sees to it that the points that are held decimated only (the page was reloaded) are fetched. */
  private scheduleMend(): void {
    if (!this.comm_live || this.mendTimer !== undefined || this.broken().length === 0) return;
    this.mendTimer = window.setTimeout(() => {
      this.mendTimer = undefined;
      for (const id of this.broken()) {
        this.mend(id).catch((error: unknown) => {
          reportError('Chart', error);
        });
      }
    }, MEND_WAIT_MS);
  }

  private broken(): string[] {
    const ids = this.series.map((info) => info.id);
    return ids.filter((id) => {
      const missing = this.data.curve(id)?.buffer.missing;
      return missing && missing.count <= MOST_MENDED && (this.mendTries.get(id) ?? 0) < MEND_TRIES;
    });
  }

  private async mend(id: string): Promise<void> {
    const missing = this.data.curve(id)?.buffer.missing;
    if (!missing) return;
    this.mendTries.set(id, (this.mendTries.get(id) ?? 0) + 1);
    const { lo, hi } = missing;
    const columns = await this.range({ id, axis: 'step', lo, hi, points: MOST_MENDED + 2 });
    if (columns && this.data.curve(id)?.buffer.mend(columns)) this.trigger('dlw:data');
  }

  private receive(content: unknown, buffers: unknown): void {
    if (!isRecord(content)) return;
    const list = Array.isArray(buffers) ? (buffers as DataView[]) : [];
    try {
      if (content.type === 'append') {
        const message = decodeAppend(content, list);
        if (!this.data.append(message)) return;
        this.trigger('dlw:data', message.sent);
        this.scheduleMend();
      } else if (typeof content.request === 'number') {
        const answer = this.replies.get(content.request);
        this.replies.delete(content.request);
        answer?.(content, list);
      }
    } catch (error) {
      reportError('Chart', error);
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

function readSeriesInfo(entry: Record<string, unknown>): SeriesInfo {
  const id = textOf(entry.id);
  const kind = entry.kind === 'markers' || entry.kind === 'line+markers' ? entry.kind : 'line';
  return {
    id,
    name: translated(entry.name) || id,
    kind,
    smooth: entry.smooth === true,
    reference: entry.reference === true,
    color: /^#[0-9a-f]{6}$/i.test(textOf(entry.color)) ? textOf(entry.color) : '',
    place: typeof entry.place === 'number' && entry.place >= 0 ? Math.floor(entry.place) : undefined,
  };
}

function readMarker(entry: Record<string, unknown>): Marker {
  return {
    id: textOf(entry.id),
    step: numberOf(entry.step),
    epoch: numberOf(entry.epoch),
    time: numberOf(entry.time),
    text: translated(entry.text),
    kind: textOf(entry.kind),
    end: isRecord(entry.end)
      ? { step: numberOf(entry.end.step), epoch: numberOf(entry.end.epoch), time: numberOf(entry.end.time) }
      : undefined,
  };
}
