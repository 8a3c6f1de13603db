import { isMessage, type Message } from '../../core/messages';
import { formatPercent } from '../../shared/format';
import { isRecord, wholeNumber, WireError } from '../../core/wire';

/** How many alternatives are kept for each character. */
export const ALTERNATIVES = 5;

/** Two bytes each: the character, its probability, and for each alternative the same two. */
export const BYTES_PER_CHARACTER = 4 + ALTERNATIVES * 4;

/** Stands for an alternative that there is none of: an alphabet with fewer characters. */
const NONE = 0xffff;
const FULL = 0xffff;

export interface Alternative {
  character: string;
  probability: number;
}

export interface Character extends Alternative {
  alternatives: Alternative[];
}

/** The bytes behind a buffer; null when it is none or holds no whole number of characters. */
export function recordsOf(buffer: unknown): Uint8Array | null {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer)
      : null;
  return bytes && bytes.byteLength % BYTES_PER_CHARACTER === 0 ? bytes : null;
}

/** How many characters `bytes` holds. */
export function countOf(bytes: Uint8Array): number {
  return bytes.byteLength / BYTES_PER_CHARACTER;
}

/** The character at `index`, with probabilities in [0, 1]. */
export function characterAt(bytes: Uint8Array, index: number, alphabet: readonly string[]): Character {
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset + index * BYTES_PER_CHARACTER,
    BYTES_PER_CHARACTER,
  );
  const pair = (at: number): Alternative => ({
    character: alphabet[view.getUint16(at, true)] ?? '\ufffd',
    probability: view.getUint16(at + 2, true) / FULL,
  });
  const alternatives: Alternative[] = [];
  for (let i = 0; i < ALTERNATIVES; i += 1) {
    const at = 4 + i * 4;
    if (view.getUint16(at, true) !== NONE) alternatives.push(pair(at));
  }
  return { ...pair(0), alternatives };
}

export interface Heading {
  /** The index of the character that it stands before. */
  at: number;
  text: Message | string;
}

/** Reads the `headings` trait; what is malformed is left out. */
export function readHeadings(list: readonly unknown[]): Heading[] {
  return list
    .filter(isRecord)
    .filter(
      (entry) => Number.isSafeInteger(entry.at) && (typeof entry.text === 'string' || isMessage(entry.text)),
    )
    .map((entry) => ({ at: entry.at as number, text: entry.text as Message | string }))
    .sort((a, b) => a.at - b.at);
}

export interface Append {
  generation: number;
  start: number;
  bytes: Uint8Array;
}

/**
 * Reads an "append" message.
 *
 * @throws WireError when it is not what it should be
 */
export function readAppend(content: Record<string, unknown>, buffers: readonly unknown[]): Append {
  const bytes = recordsOf(buffers[0]);
  if (!bytes) throw new WireError('append: expected a buffer of whole characters');
  return {
    generation: wholeNumber(content.generation, 'append: generation'),
    start: wholeNumber(content.start, 'append: start'),
    bytes,
  };
}

/** A character for reading aloud and for a list: those that cannot be seen have names. */
export function visible(character: string): string {
  const names: Partial<Record<string, string>> = {
    ' ': 'space',
    '\n': 'new line',
    '\t': 'tab',
    '\r': 'return',
  };
  return names[character] ?? character;
}

/** A probability in words, such as "12 %"; never 0 % or 100 % for what is neither. */
export function percent(probability: number): string {
  if (probability > 0 && probability < 0.001) return `<${formatPercent(0.001, 1)}`;
  if (probability < 0.1) return formatPercent(probability, 1);
  return probability < 1 && probability > 0.995 ? `>${formatPercent(0.99)}` : formatPercent(probability);
}

/** How strongly a character is marked, 0 to 1 in twelfths: the more bits it was a surprise by, the stronger. */
export function shade(probability: number): number {
  const bits = Math.log2(1 / Math.max(probability, 2 ** -8));
  return Math.round((bits / 8) * 12) / 12;
}
