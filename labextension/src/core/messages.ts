/** Texts with fields: their form on the wire, and how fields are filled in. */

import { isRecord } from './wire';

/** A text of Python's as it travels: the English message id, what fills its fields, and the English text. */
export interface Message {
  id: string;
  args: Record<string, unknown>;
  text: string;
  /** The id for any number but one, where the text counts something. */
  plural?: string;
  n?: number;
}

/** What fills a field: a number, which is written in the language's own way, or a text. */
export type Argument = number | string | Message;
export type Arguments = Record<string, Argument>;

/** One language's texts by English message id; several where they depend on a number. */
export interface Catalog {
  texts: ReadonlyMap<string, string | readonly string[]>;
  /** The singular's message id by that of the plural. */
  singulars: ReadonlyMap<string, string>;
}

export const NO_TEXTS: Catalog = { texts: new Map(), singulars: new Map() };

const FIELD = /\{([a-z_][a-z0-9_]*)\}/g;

export function isMessage(value: unknown): value is Message {
  return isRecord(value) && typeof value.id === 'string' && typeof value.text === 'string';
}

/** Reads a catalog as the build writes it: `{"": {…}, "English": "translation" or [forms]}`. */
export function readCatalog(value: unknown): Catalog {
  if (!isRecord(value)) return NO_TEXTS;
  const texts = new Map<string, string | readonly string[]>();
  for (const [id, text] of Object.entries(value)) {
    if (id === '') continue;
    if (typeof text === 'string' || (Array.isArray(text) && text.length > 0)) texts.set(id, text as string);
  }
  const header = value[''];
  const plurals = isRecord(header) && isRecord(header.plurals) ? Object.entries(header.plurals) : [];
  return { texts, singulars: new Map(plurals.map(([plural, singular]) => [plural, String(singular)])) };
}

/** Puts the arguments into the fields of a text; a field without one stays as it is. */
export function fill(pattern: string, write: (name: string) => string | undefined): string {
  return pattern.replace(FIELD, (field, name: string) => write(name) ?? field);
}

/** The text between the fields, and the names of the fields. */
export function split(pattern: string): { literals: string[]; fields: string[] } {
  const parts = pattern.split(FIELD);
  return {
    literals: parts.filter((_, i) => i % 2 === 0),
    fields: parts.filter((_, i) => i % 2 === 1),
  };
}

const ORDER: readonly Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** The text for `n` among the forms of a language, which are ordered as in gettext. */
export function pluralForm(forms: readonly string[], n: number, language: string): string {
  const rules = new Intl.PluralRules(language);
  const known = rules.resolvedOptions().pluralCategories;
  const categories = ORDER.filter((category) => known.includes(category));
  return forms[Math.min(categories.indexOf(rules.select(n)), forms.length - 1)]!;
}

const ACCENTS: Record<string, string> = Object.fromEntries(
  Array.from('aáeéiíoóuúyýcčdďnňrřsštťzžAÁEÉIÍOÓUÚYÝCČDĎNŇRŘSŠTŤZŽ').flatMap((letter, i, all) =>
    i % 2 === 0 ? [[letter, all[i + 1]!]] : [],
  ),
);

/**
 * A text as if it were translated: accents, two fifths longer, in brackets; fields stay as they are.
 *
 * @example pseudo('Text {n}') === '[Ťéxť {n}~~~]'
 */
export function pseudo(text: string): string {
  const accented = text.replace(/\{[a-z0-9_]+\}|[A-Za-z]/g, (part) => ACCENTS[part] ?? part);
  return `[${accented}${'~'.repeat(Math.ceil(text.length * 0.4))}]`;
}
