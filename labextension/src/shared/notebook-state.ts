import { isRecord } from '../core/wire';

/** What the binary parts of one saved widget may take: base64 makes them a third larger. */
export const MAX_SAVED_BYTES = 36_000;

/** A deep copy that keeps binary parts, which JSON would turn into empty objects. */
export function copyKeepingBinary(value: unknown): unknown {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  if (Array.isArray(value)) return value.map(copyKeepingBinary);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyKeepingBinary(part)]));
}

/** The size of all binary parts in bytes. */
export function binaryBytes(value: unknown): number {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + binaryBytes(part), 0);
  return isRecord(value) ? binaryBytes(Object.values(value)) : 0;
}

/** The `atlas` trait as it is saved with a notebook: as many of its images as fit, the first ones. */
export function savedAtlas(value: unknown): unknown {
  if (!isRecord(value)) return {};
  const { data, count } = value;
  if (!ArrayBuffer.isView(data) || typeof count !== 'number' || count < 1) return {};
  const each = data.byteLength / count;
  const kept = Math.min(count, Math.floor(MAX_SAVED_BYTES / each));
  if (kept < 1) return {};
  return { ...value, count: kept, data: new DataView(data.buffer, data.byteOffset, kept * each) };
}

/** The `figure` trait as it is saved with a notebook: whole, or nothing where it is too large. */
export function savedFigure(value: unknown): unknown {
  const bytes = binaryBytes(value) * (4 / 3) + JSON.stringify(value ?? {}).length;
  return bytes <= (MAX_SAVED_BYTES * 4) / 3 ? copyKeepingBinary(value) : {};
}
