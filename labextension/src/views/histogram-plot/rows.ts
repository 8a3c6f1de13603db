/** The histograms of one array over steps, as Python sends them. */

import { isRecord, wholeNumber, WireError } from '../../core/wire';

export type Axis = 'step' | 'epoch' | 'time';

const PLACES: Record<Axis, number> = { step: 0, epoch: 1, time: 2 };
const [LOW, HIGH, COLUMNS] = [3, 4, 5];

/** Histograms one after the other: step, epoch, time, smallest and largest value, then the count of each bin. */
export class Rows {
  readonly count: number;
  private readonly stride: number;

  constructor(
    readonly bins: number,
    private readonly data: Float32Array,
  ) {
    this.stride = COLUMNS + bins;
    this.count = data.length / this.stride;
  }

  /** Where a histogram lies on an axis. */
  at(row: number, axis: Axis): number {
    return this.data[row * this.stride + PLACES[axis]]!;
  }

  low(row: number): number {
    return this.data[row * this.stride + LOW]!;
  }

  high(row: number): number {
    return this.data[row * this.stride + HIGH]!;
  }

  /** The counts of all bins, sharing memory. */
  counts(row: number): Float32Array {
    const begin = row * this.stride + COLUMNS;
    return this.data.subarray(begin, begin + this.bins);
  }

  total(row: number): number {
    let sum = 0;
    for (const count of this.counts(row)) sum += count;
    return sum;
  }

  /** Whether a histogram can be drawn: some have no finite value, or none that float32 can say. */
  drawable(row: number): boolean {
    return Number.isFinite(this.low(row) + this.high(row)) && this.total(row) > 0;
  }

  /** The first `kept` histograms, then others. */
  then(kept: number, later: Rows): Rows {
    const data = new Float32Array(kept * this.stride + later.data.length);
    data.set(this.data.subarray(0, kept * this.stride));
    data.set(later.data, kept * this.stride);
    return new Rows(later.bins, data);
  }

  /** The smallest and the largest value of all; null for none. */
  range(): [number, number] | null {
    let [low, high] = [Infinity, -Infinity];
    for (let row = 0; row < this.count; row += 1) {
      if (!this.drawable(row)) continue;
      low = Math.min(low, this.low(row));
      high = Math.max(high, this.high(row));
    }
    return low <= high ? [low, high] : null;
  }

  /** The histogram nearest to a place on an axis; -1 for none. */
  nearest(axis: Axis, place: number): number {
    let best = -1;
    let least = Infinity;
    for (let row = 0; row < this.count; row += 1) {
      const distance = Math.abs(this.at(row, axis) - place);
      if (distance <= least) [best, least] = [row, distance];
    }
    return best;
  }
}

/**
 * Reads histograms out of a buffer.
 *
 * @throws WireError when its bytes do not fit their number
 */
export function readRows(buffer: unknown, bins: number, count: number): Rows {
  if (!ArrayBuffer.isView(buffer)) throw new WireError('histograms must be binary');
  const wanted = 4 * count * (COLUMNS + bins);
  if (buffer.byteLength !== wanted) {
    throw new WireError(
      `${count} histograms of ${bins} bins need ${wanted} bytes. Received: ${buffer.byteLength}`,
    );
  }
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return new Rows(
    bins,
    Float32Array.from({ length: wanted / 4 }, (_, i) => view.getFloat32(4 * i, true)),
  );
}

export interface Part {
  id: string;
  start: number;
  rows: Rows;
}

/**
 * Reads a "rows" message.
 *
 * @throws WireError naming what is malformed; nothing of the message is to be used then
 */
export function readParts(content: Record<string, unknown>, buffers: readonly unknown[]): Part[] {
  const bins = wholeNumber(content.bins, 'rows: bins');
  if (!Array.isArray(content.parts) || content.parts.length !== buffers.length) {
    throw new WireError('rows: there must be a buffer for each part');
  }
  return content.parts.map((part: unknown, i) => {
    if (!isRecord(part) || typeof part.id !== 'string') throw new WireError('rows: a part has no id');
    const count = wholeNumber(part.count, 'rows: count');
    return {
      id: part.id,
      start: wholeNumber(part.start, 'rows: start'),
      rows: readRows(buffers[i], bins, count),
    };
  });
}

/**
 * Reads the `_snapshot` trait. An empty object gives nothing.
 *
 * @throws WireError naming what is malformed
 */
export function readSnapshot(value: unknown): { generation: number; parts: Part[] } {
  if (!isRecord(value) || !isRecord(value.series)) return { generation: -1, parts: [] };
  const bins = wholeNumber(value.bins, 'snapshot: bins');
  const parts = Object.entries(value.series).map(([id, entry]) => {
    if (!isRecord(entry)) throw new WireError(`snapshot: "${id}" must be an object`);
    const count = wholeNumber(entry.count, 'snapshot: count');
    return { id, start: 0, rows: readRows(entry.data, bins, count) };
  });
  return { generation: wholeNumber(value.generation, 'snapshot: generation'), parts };
}
