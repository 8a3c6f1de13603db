/** Finds the message behind an English text that comes without its id. */

import { type Catalog, split } from './messages';

export interface Match {
  id: string;
  fields: Record<string, string>;
}

interface Pattern {
  id: string;
  /** Letters outside the fields: of two patterns that match, the one with more is meant. */
  letters: number;
  start: string;
  shape: RegExp;
  names: string[];
}

/** With fewer letters of its own a pattern would match texts that only look like it. */
const MIN_LETTERS = 4;
const MAX_REMEMBERED = 4000;

/** Controls write no-break spaces as spaces, or the other way round. */
export function plainSpaces(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ').trim();
}

/** Looks English texts up among the message ids of a catalog. */
export class TextMatcher {
  private readonly exact = new Map<string, string>();
  private readonly patterns: Pattern[] = [];
  private readonly known = new Map<string, Match | null>();

  constructor(catalog: Catalog) {
    for (const id of [...catalog.texts.keys(), ...catalog.singulars.keys()]) {
      const singular = catalog.singulars.get(id) ?? id;
      const { literals, fields } = split(plainSpaces(id));
      if (fields.length === 0) this.exact.set(plainSpaces(id), singular);
      else this.addPattern(singular, literals, fields);
    }
    this.patterns.sort((a, b) => b.letters - a.letters);
  }

  private addPattern(id: string, literals: string[], fields: string[]): void {
    const letters = literals.join('').replace(/\P{L}/gu, '').length;
    if (letters < MIN_LETTERS) return;
    const escaped = literals.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.patterns.push({
      id,
      letters,
      start: literals[0]!,
      shape: new RegExp(`^${escaped.join('(.+?)')}$`, 'su'),
      names: fields,
    });
  }

  /** The message whose English text this is, with what stands in its fields; null for none. */
  match(text: string): Match | null {
    const plain = plainSpaces(text);
    const before = this.known.get(plain);
    if (before !== undefined) return before;
    const found = this.search(plain);
    if (this.known.size >= MAX_REMEMBERED) this.known.clear();
    this.known.set(plain, found);
    return found;
  }

  private search(text: string): Match | null {
    const id = this.exact.get(text);
    if (id !== undefined) return { id, fields: {} };
    if (!/\p{L}/u.test(text)) return null;
    for (const { id: candidate, start, shape, names } of this.patterns) {
      if (!text.startsWith(start)) continue;
      const values = shape.exec(text);
      if (!values) continue;
      const fields: Record<string, string> = {};
      // A field that occurs twice holds the same both times.
      const agrees = names.every((name, i) => (fields[name] ??= values[i + 1]!) === values[i + 1]);
      if (agrees && countsSomething(candidate, fields)) {
        return { id: candidate, fields };
      }
    }
    return null;
  }
}

/** Whether a text that begins with a count begins with a number: "upper classes" isn't "{n} classes". */
function countsSomething(candidate: string, fields: Record<string, string>): boolean {
  return !candidate.startsWith('{n} ') || /^-?[\d.,]+$/.test(fields.n ?? '');
}
