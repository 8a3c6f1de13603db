import type { Range } from '../types';

/** How far the x axis reaches beyond the newest point of a curve that grows. */
const ROOM_TO_GROW = 0.25;
/** The share of a held range near its end where a new one is due; until it is drawn the newest points still fit. */
const NEAR_END = 0.08;
/** The least share of a held x range that the data must fill. */
const LEAST_X = 0.7;
/** The least share of a held y range that the data must fill. */
const LEAST_Y = 0.6;

/**
 * The x range while a curve grows: the one that is shown as long as the data fit, else a new one with room to grow.
 *
 * An axis that stays as it is need not be drawn again, which is most of the work of drawing a chart.
 */
export function growingRange(data: Range, exact: Range, held: Range | null): Range {
  if (held && data[1] < held[1] - NEAR_END * (held[1] - held[0]) && fits(data, held, LEAST_X)) return held;
  return [exact[0], exact[1] + ROOM_TO_GROW * (exact[1] - exact[0])];
}

/** The y range while a curve grows: the one that is shown as long as the data fit and fill it well. */
export function steadyRange(data: Range, padded: Range, held: Range | null): Range {
  return held && fits(data, held, LEAST_Y) ? held : padded;
}

function fits([lo, hi]: Range, [from, to]: Range, least: number): boolean {
  return lo >= from && hi <= to && hi - lo >= least * (to - from);
}

/** Points of one chart from which on its axes are held while it grows. */
const MANY_POINTS = 200;
/** Without new points for so long a chart shows just what there is. */
const STILL_MS = 1500;

/** Whether a chart grows just now, and the ranges that it shows meanwhile. */
export class AxisHysteresis {
  private held: { x: Range; y: Range } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param still called when no points have come for a while */
  constructor(private readonly still: () => void) {}

  /** Takes note of new points; `count` of them are held in all. */
  note(count: number): void {
    if (count < MANY_POINTS) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.held = null;
      this.still();
    }, STILL_MS);
  }

  /** The ranges to keep where they will do; null when the chart does not grow. */
  get ranges(): { x: Range | null; y: Range | null } | null {
    return this.timer === undefined ? null : (this.held ?? { x: null, y: null });
  }

  /** Notes what is shown now. */
  shows(x: Range, y: Range): void {
    this.held = { x, y };
  }

  /** Lets go of the ranges: the axes mean something else now. */
  reset(): void {
    this.held = null;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
