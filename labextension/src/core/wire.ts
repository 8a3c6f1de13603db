/** Reading the binary messages that Python sends: little-endian columns, and arrays inside figures. */

/** A message that does not hold what it promises; the text says what was expected and what came. */
export class WireError extends Error {
  override name = 'WireError';
}

/** Points of one series, one array per column, all of the same length. */
export interface Columns {
  step: Uint32Array;
  epoch: Float32Array;
  time: Float32Array;
  value: Float32Array;
}

const BYTES_PER_POINT = 16;
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

export const NO_POINTS: Columns = {
  step: new Uint32Array(0),
  epoch: new Float32Array(0),
  time: new Float32Array(0),
  value: new Float32Array(0),
};

/** The bytes behind any kind of buffer, copied so that they are aligned and outlive the message. */
function bytesOf(buffer: unknown): ArrayBuffer {
  if (buffer instanceof ArrayBuffer) return buffer.slice(0);
  if (ArrayBuffer.isView(buffer)) {
    const { byteOffset, byteLength } = buffer;
    return (buffer.buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
  }
  throw new WireError(`Expected a binary buffer. Received: ${describe(buffer)}`);
}

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return `${typeof value} ${value.toString()}`;
  }
  return value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value;
}

/** A whole number that is not negative, as the wire's counts and offsets are. */
export function wholeNumber(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new WireError(`${name} must be a whole number >= 0. Received: ${describe(value)}`);
}

/** A plain object, as opposed to null, an array or a scalar. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Decodes count * uint32 step, count * float32 epoch, count * float32 time, count * float32 value.
 *
 * @param count number of points; taken from the buffer's size when left out
 * @throws WireError when the buffer is not binary or not exactly `count` points long
 */
export function decodeColumns(buffer: unknown, count?: number): Columns {
  const bytes = bytesOf(buffer);
  const points = count ?? bytes.byteLength / BYTES_PER_POINT;
  if (!Number.isInteger(points) || bytes.byteLength !== points * BYTES_PER_POINT) {
    throw new WireError(
      `Expected ${count ?? 'whole'} points of ${BYTES_PER_POINT} bytes. Received: ${bytes.byteLength} bytes`,
    );
  }
  return {
    step: uint32(bytes, 0, points),
    epoch: float32(bytes, points * 4, points),
    time: float32(bytes, points * 8, points),
    value: float32(bytes, points * 12, points),
  };
}

function uint32(bytes: ArrayBuffer, offset: number, count: number): Uint32Array {
  if (LITTLE_ENDIAN) return new Uint32Array(bytes, offset, count);
  const view = new DataView(bytes, offset, count * 4);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(i * 4, true));
}

function float32(bytes: ArrayBuffer, offset: number, count: number): Float32Array {
  if (LITTLE_ENDIAN) return new Float32Array(bytes, offset, count);
  const view = new DataView(bytes, offset, count * 4);
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
}

/** The part `[lo, hi)` of columns, sharing their memory. */
export function sliceColumns(columns: Columns, lo: number, hi = columns.step.length): Columns {
  return {
    step: columns.step.subarray(lo, hi),
    epoch: columns.epoch.subarray(lo, hi),
    time: columns.time.subarray(lo, hi),
    value: columns.value.subarray(lo, hi),
  };
}

export interface AppendPart {
  id: string;
  start: number;
  columns: Columns;
}

export interface AppendMessage {
  generation: number;
  /** Unix time in ms at which Python sent it; NaN when it does not say. */
  sent: number;
  parts: AppendPart[];
}

/**
 * Decodes an "append" message and its buffers.
 *
 * @throws WireError naming the part that is malformed; nothing of the message is to be used then
 */
export function decodeAppend(content: Record<string, unknown>, buffers: readonly unknown[]): AppendMessage {
  const list = content.series;
  if (!Array.isArray(list)) throw new WireError(`append: series must be a list. Received: ${describe(list)}`);
  if (list.length !== buffers.length) {
    throw new WireError(`append: ${list.length} series need as many buffers. Received: ${buffers.length}`);
  }
  const parts = list.map((entry: unknown, i): AppendPart => {
    if (!isRecord(entry) || typeof entry.id !== 'string') {
      throw new WireError(`append: series[${i}] must have a text id. Received: ${describe(entry)}`);
    }
    const start = wholeNumber(entry.start, `append: start of "${entry.id}"`);
    const count = wholeNumber(entry.count, `append: count of "${entry.id}"`);
    return { id: entry.id, start, columns: decodeColumns(buffers[i], count) };
  });
  const sent = typeof content.sent === 'number' ? content.sent : NaN;
  return { generation: wholeNumber(content.generation, 'append: generation'), sent, parts };
}

export interface SnapshotPart {
  id: string;
  total: number;
  columns: Columns;
}

/**
 * Decodes the `_snapshot` trait. An empty object (no snapshot yet) gives no parts.
 *
 * @throws WireError naming the series that is malformed
 */
export function decodeSnapshot(snapshot: unknown): { generation: number; parts: SnapshotPart[] } {
  if (!isRecord(snapshot) || !isRecord(snapshot.series)) return { generation: -1, parts: [] };
  const parts = Object.entries(snapshot.series).map(([id, entry]): SnapshotPart => {
    if (!isRecord(entry))
      throw new WireError(`snapshot: "${id}" must be an object. Received: ${describe(entry)}`);
    const count = wholeNumber(entry.count, `snapshot: count of "${id}"`);
    const total = wholeNumber(entry.total, `snapshot: total of "${id}"`);
    if (count > total) throw new WireError(`snapshot: "${id}" has ${count} points of a total of ${total}`);
    return { id, total, columns: count === 0 ? NO_POINTS : decodeColumns(entry.data, count) };
  });
  return { generation: wholeNumber(snapshot.generation, 'snapshot: generation'), parts };
}
