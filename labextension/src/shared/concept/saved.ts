/** Traits of concept widgets as JSON, in which `{"$bytes": "…"}` stands for bytes. */

import { isRecord } from '../../core/wire';

/** The same with bytes in the place of what stands for them. */
export function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (!isRecord(value)) return value;
  if (typeof value.$bytes === 'string') {
    return new DataView(Uint8Array.from(atob(value.$bytes), (sign) => sign.charCodeAt(0)).buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withBytes(part)]));
}
