import { messageText, translated } from '../../core/i18n';
import { isMessage } from '../../core/messages';

export interface Column {
  name: string;
  /** Numbers stand at the right edge. */
  numeric: boolean;
  hint: string;
}

/** What the rows of a saved table may take, in characters. */
const MOST_SAVED = 40_000;

export function readColumns(value: unknown): Column[] {
  if (!Array.isArray(value)) return [];
  return value.map((raw: unknown) => {
    const { name, numeric, hint } = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<
      string,
      unknown
    >;
    return {
      name: translated(name),
      numeric: numeric === true,
      hint: translated(hint),
    };
  });
}

export function readRows(value: unknown): string[][] {
  if (!Array.isArray(value)) return [];
  return value.map((row: unknown) =>
    Array.isArray(row)
      ? row.map((cell: unknown) => (isMessage(cell) || typeof cell === 'string' ? messageText(cell) : ''))
      : [],
  );
}

/** As many of the rows, from the first, as a saved notebook may hold. */
export function keptRows(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [];
  let left = MOST_SAVED;
  const end = value.findIndex((row) => (left -= JSON.stringify(row).length + 1) < 0);
  return end < 0 ? value : value.slice(0, end);
}

/** The indices of the rows that hold every word of the text, in any cell, whatever the case. */
export function matching(rows: readonly string[][], text: string): number[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = rows.map((_, index) => index);
  if (words.length === 0) return all;
  return all.filter((index) => {
    const line = rows[index]!.join(' ').toLowerCase();
    return words.every((word) => line.includes(word));
  });
}

/** The row that a key leads to among those that are shown, null for a key that leads nowhere. */
export function moveRow(
  key: string,
  selected: number,
  shown: readonly number[],
  page: number,
): number | null {
  if (shown.length === 0) return null;
  const last = shown.length - 1;
  const at = shown.indexOf(selected);
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? last : at - 1,
    PageDown: Math.max(at, 0) + page,
    PageUp: (at < 0 ? last : at) - page,
    Home: 0,
    End: last,
  };
  if (!Object.hasOwn(to, key)) return null;
  return shown[Math.min(last, Math.max(0, to[key]!))]!;
}
