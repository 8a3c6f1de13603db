import { lowerBound, nearest, upperBound } from '../../../shared/ascending';
import { SeriesBuffer } from './buffer';
import { MovingAverage } from './ema';
import { MinMaxPyramid } from './pyramid';
import type { Axis, Detail, Path } from '../types';

/** One series with all that is derived from it, each kept up at constant cost per appended point. */
export class Curve {
  readonly buffer = new SeriesBuffer();
  private pyramid = new MinMaxPyramid();
  private average: MovingAverage | null = null;
  private averagePyramid = new MinMaxPyramid();
  private revision = 0;

  /** The points of the series as they are, between `lo` and `hi` on `axis`. */
  raw(axis: Axis, lo: number, hi: number, buckets: number): Path {
    this.sync();
    this.pyramid.extend(this.buffer.value, this.buffer.length);
    return this.path(this.pyramid, this.buffer.value, axis, lo, hi, buckets);
  }

  /** The debiased moving average of the points, between `lo` and `hi` on `axis`. */
  smoothed(weight: number, axis: Axis, lo: number, hi: number, buckets: number): Path {
    const values = this.smoothedValues(weight);
    this.averagePyramid.extend(values, this.buffer.length);
    return this.path(this.averagePyramid, values, axis, lo, hi, buckets);
  }

  /** The moving average at every held point; only the first `buffer.length` entries are meaningful. */
  smoothedValues(weight: number): Float32Array {
    this.sync();
    if (this.average?.weight !== weight) {
      this.average = new MovingAverage(weight);
      this.averagePyramid.clear();
    }
    this.average.extend(this.buffer.value, this.buffer.length);
    return this.average.values;
  }

  /** The index of the held point nearest to `x`, or -1 when there is none. */
  nearest(axis: Axis, x: number): number {
    return nearest(this.buffer[axis], x, this.buffer.length);
  }

  /** Whether points in the window are missing here, so that asking for a "range" would show more. */
  coarseBetween(axis: Axis, lo: number, hi: number): boolean {
    const xs = this.buffer[axis];
    return this.buffer.gaps.some((gap) => {
      const from = gap.at > 0 ? xs[gap.at - 1]! : -Infinity;
      const after = gap.at + gap.held;
      const to = after < this.buffer.length ? xs[after]! : Infinity;
      return from < hi && to > lo;
    });
  }

  private sync(): void {
    if (this.revision === this.buffer.revision) return;
    this.revision = this.buffer.revision;
    this.pyramid.clear();
    this.averagePyramid.clear();
    this.average = null;
  }

  private path(
    pyramid: MinMaxPyramid,
    values: Float32Array,
    axis: Axis,
    lo: number,
    hi: number,
    buckets: number,
  ): Path {
    const xs = this.buffer[axis];
    // One point beyond either edge, so that the line runs on to the border of the plot.
    const first = Math.max(0, lowerBound(xs, lo, this.buffer.length) - 1);
    const last = Math.min(this.buffer.length, upperBound(xs, hi, this.buffer.length) + 1);
    return pick(xs, values, pyramid.select(values, first, last, buckets));
  }
}

/** The path through a detail and, after its end, through what the buffer holds. */
export function detailPath(detail: Detail, after: Path, buckets: number): Path {
  const pyramid = new MinMaxPyramid();
  const { value } = detail.columns;
  pyramid.extend(value, value.length);
  const xs = detail.columns[detail.axis];
  const inner = pick(xs, value, pyramid.select(value, 0, value.length, buckets));
  const from = upperBound(after.x, xs[xs.length - 1] ?? -Infinity);
  const to = lowerBound(after.x, xs[0] ?? Infinity);
  return {
    x: Float64Array.of(...after.x.subarray(0, to), ...inner.x, ...after.x.subarray(from)),
    y: Float64Array.of(...after.y.subarray(0, to), ...inner.y, ...after.y.subarray(from)),
  };
}

function pick(xs: ArrayLike<number>, ys: ArrayLike<number>, indices: Uint32Array): Path {
  const x = new Float64Array(indices.length);
  const y = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i += 1) {
    const value = ys[indices[i]!]!;
    x[i] = xs[indices[i]!]!;
    y[i] = Number.isFinite(value) ? value : NaN;
  }
  return { x, y };
}
