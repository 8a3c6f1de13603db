import { lowerBound, upperBound } from '../../../shared/ascending';
import { type Columns, sliceColumns } from '../../../core/wire';
import { growingFloats, growingIndices } from './growable-array';

/** A run of points of the series that the browser does not hold in full. */
export interface Gap {
  /** The missing points are those with index in `[lo, hi)` of the whole series. */
  lo: number;
  hi: number;
  /** Where in the held columns the stand-ins (decimated points) for them begin, and how many there are. */
  at: number;
  held: number;
  /** Whether the stand-ins reach to `hi`; if not, part of the curve is absent. */
  covered: boolean;
}

const FIRST_CAPACITY = 256;
const NAMES = ['step', 'epoch', 'time', 'value'] as const;
const LAST_STEP = 0xffffffff;

/**
 * The points of one series: columns that grow at constant cost per point, and what is known to be missing.
 *
 * Points arrive in three ways: appended in order (exact), as a decimated snapshot of the whole series, and after a
 * snapshot as exact points that the snapshot stood in for. Steps never decrease along a series.
 */
export class SeriesBuffer {
  private readonly columns = {
    step: growingIndices(FIRST_CAPACITY),
    epoch: growingFloats(FIRST_CAPACITY),
    time: growingFloats(FIRST_CAPACITY),
    value: growingFloats(FIRST_CAPACITY),
  };
  /** Number of points held. */
  length = 0;
  /** Number of points the series is known to have. */
  total = 0;
  /** Changes whenever points before the end change; what was derived from them must start anew. */
  revision = 0;
  gaps: Gap[] = [];

  /** The columns of the points; only the first `length` entries of each are meaningful. */
  get step(): Uint32Array {
    return this.columns.step.array;
  }

  get epoch(): Float32Array {
    return this.columns.epoch.array;
  }

  get time(): Float32Array {
    return this.columns.time.array;
  }

  get value(): Float32Array {
    return this.columns.value.array;
  }

  /** Whether part of the curve is absent, which only a newer snapshot can mend. */
  get incomplete(): boolean {
    return this.gaps.some((gap) => !gap.covered);
  }

  /** Whether every point of the series is held. */
  get exact(): boolean {
    return this.gaps.length === 0;
  }

  /**
   * Takes in points `start, start + 1, …` of the series.
   *
   * Points already held are ignored; points beyond the known end leave a gap.
   */
  append(start: number, columns: Columns): void {
    const end = start + columns.step.length;
    if (end === start) return;
    const known = this.total;
    if (start > known) this.miss(start);
    for (const gap of [...this.gaps]) {
      const lo = Math.max(start, gap.lo);
      const hi = Math.min(end, gap.hi);
      if (lo < hi) this.fill(gap, lo, sliceColumns(columns, lo - start, hi - start));
    }
    if (end <= known) return;
    this.push(sliceColumns(columns, Math.max(0, known - start)));
    this.total = end;
  }

  /**
   * Uses a snapshot (all `total` points of the series, or a decimated choice of them) where points are missing.
   *
   * @returns whether anything changed
   */
  merge(total: number, columns: Columns): boolean {
    if (total > this.total) this.miss(total);
    let changed = false;
    for (const gap of [...this.gaps]) {
      if (gap.lo >= total) continue;
      const [lo, hi] = this.within(gap, columns);
      const found = hi - lo;
      // A newer snapshot of a longer series is coarser: keep the finer stand-ins once they cover the gap.
      if (gap.covered && found <= gap.held) continue;
      this.splice(gap, gap.at, gap.held, sliceColumns(columns, lo, lo + found));
      gap.held = found;
      gap.covered = gap.hi <= total;

      changed = true;
    }
    this.dropFilled();
    return changed;
  }

  /**
   * Uses points as they are (not decimated) where they are all that is missing in a gap.
   *
   * @returns whether anything changed
   */
  mend(columns: Columns): boolean {
    let changed = false;
    for (const gap of [...this.gaps]) {
      const [lo, hi] = this.within(gap, columns);
      if (hi - lo !== gap.hi - gap.lo) continue;
      this.append(gap.lo, sliceColumns(columns, lo, hi));
      changed = true;
    }
    return changed;
  }

  /** The steps around all gaps, and how many points of the series lie between; null without a gap. */
  get missing(): { lo: number; hi: number; count: number } | null {
    const first = this.gaps[0];
    const last = this.gaps[this.gaps.length - 1];
    if (!first || !last) return null;
    const after = last.at + last.held;
    return {
      lo: first.at > 0 ? this.step[first.at - 1]! : 0,
      hi: after < this.length ? this.step[after]! : LAST_STEP,
      count: last.hi - first.lo,
    };
  }

  /** The indices `[lo, hi)` of those of `columns` that lie between the held points around a gap. */
  private within(gap: Gap, { step }: Columns): [number, number] {
    const lo = gap.at === 0 ? 0 : upperBound(step, this.step[gap.at - 1]!);
    const after = gap.at + gap.held;
    const hi = after === this.length ? step.length : lowerBound(step, this.step[after]!);
    return [lo, Math.max(lo, hi)];
  }

  /** Notes that the points up to index `hi` are missing. */
  private miss(hi: number): void {
    const last = this.gaps[this.gaps.length - 1];
    if (last?.hi === this.total) {
      last.hi = hi;
      last.covered = false;
    } else {
      this.gaps.push({ lo: this.total, hi, at: this.length, held: 0, covered: false });
    }
    this.total = hi;
  }

  /** Puts exact points of the series from index `lo` on in place of the stand-ins of `gap`. */
  private fill(gap: Gap, lo: number, columns: Columns): void {
    const hi = lo + columns.step.length;
    const steps = this.step.subarray(gap.at, gap.at + gap.held);
    const before = lowerBound(steps, columns.step[0]!);
    const after = Math.max(before, upperBound(steps, columns.step[columns.step.length - 1]!));
    const rest: Gap = {
      lo: hi,
      hi: gap.hi,
      at: gap.at + before + columns.step.length,
      held: gap.held - after,
      covered: gap.covered,
    };
    this.splice(gap, gap.at + before, after - before, columns);
    gap.hi = lo;
    gap.held = before;
    const place = this.gaps.indexOf(gap);
    this.gaps.splice(place, 1, gap, rest);
    this.dropFilled();
  }

  /** Forgets gaps whose points are all there (or that have become empty). */
  private dropFilled(): void {
    this.gaps = this.gaps.filter((gap) => gap.held < gap.hi - gap.lo);
  }

  /** Replaces `removed` held points at `at` by `columns` and moves the gaps after `gap` along. */
  private splice(gap: Gap, at: number, removed: number, columns: Columns): void {
    const shift = columns.step.length - removed;
    this.reserve(this.length + shift);
    for (const name of NAMES) {
      this.columns[name].touch(at);
      this[name].copyWithin(at + columns[name].length, at + removed, this.length);
      this[name].set(columns[name], at);
    }
    this.length += shift;
    this.revision += 1;
    for (const other of this.gaps.slice(this.gaps.indexOf(gap) + 1)) other.at += shift;
  }

  private push(columns: Columns): void {
    this.reserve(this.length + columns.step.length);
    this.step.set(columns.step, this.length);
    this.epoch.set(columns.epoch, this.length);
    this.time.set(columns.time, this.length);
    this.value.set(columns.value, this.length);
    this.length += columns.step.length;
  }

  private reserve(length: number): void {
    for (const name of NAMES) this.columns[name].reserve(this.length, length);
  }
}
