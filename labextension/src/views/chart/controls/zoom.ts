import type { Columns } from '../../../core/wire';
import type { ChartData } from '../data/chart-data';
import type { Axis, Detail, Range, RangeRequest, SeriesInfo } from '../types';

const DETAIL_WAIT_MS = 150;
const MOST_DETAILS = 8;

/** Where the window's points come from. */
export interface PointSource {
  readonly axis: Axis;
  readonly series: readonly SeriesInfo[];
  readonly data: ChartData;
  texts(name: string): string[];
  range(request: RangeRequest): Promise<Columns | null>;
}

/** The window that the user looks at, and the points fetched for it. */
export class Zoom {
  /** The user's window, or null for all there is; y in powers of ten on a log axis. */
  x: Range | null = null;
  y: Range | null = null;
  readonly details = new Map<string, Detail>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param model whom to ask for points
   * @param changed called when there is something new to draw
   * @param failed called with what went wrong in fetching
   */
  constructor(
    private readonly model: PointSource,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  get active(): boolean {
    return this.x !== null || this.y !== null;
  }

  /** Moves the window; where only decimated points are held in it, asks Python for `points` of each series. */
  set(x: Range | null, y: Range | null, points: number): void {
    this.x = x;
    this.y = y;
    this.details.clear();
    clearTimeout(this.timer);
    if (x) this.timer = setTimeout(() => void this.fetch(x, points).catch(this.failed), DETAIL_WAIT_MS);
    this.changed();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async fetch(window: Range, points: number): Promise<void> {
    const { model } = this;
    const { axis } = model;
    const [lo, hi] = window;
    const hidden = new Set(model.texts('hidden'));
    const coarse = model.series
      .filter((info) => !hidden.has(info.id) && model.data.curve(info.id)?.coarseBetween(axis, lo, hi))
      .slice(0, MOST_DETAILS);
    await Promise.all(
      coarse.map(async ({ id }) => {
        const columns = await model.range({ id, axis, lo, hi, points });
        if (!columns || columns.step.length === 0 || this.x !== window || model.axis !== axis) return;
        this.details.set(id, { axis, lo, hi, columns });
        this.changed();
      }),
    );
  }
}

/** The range that Plotly says an axis has now, where it names one. */
export function rangeIn(change: Record<string, unknown>, axis: string): Range | undefined {
  const [lo, hi] = [change[`${axis}.range[0]`], change[`${axis}.range[1]`]];
  if (typeof lo !== 'number' || typeof hi !== 'number') return undefined;
  return [Math.min(lo, hi), Math.max(lo, hi)];
}
