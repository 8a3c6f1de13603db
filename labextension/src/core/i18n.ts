/**
 * The reader's language, and texts in it.
 *
 * The browser knows the language: the kernel may have started before anybody came. Texts are English message ids in
 * the source; `t` and `tn` give them in the language in force. Whoever shows them listens with `onLanguageChange`.
 */

import {
  type Arguments,
  type Catalog,
  fill,
  isMessage,
  type Message,
  NO_TEXTS,
  pluralForm,
  pseudo,
  readCatalog,
} from './messages';
import { TextMatcher } from './text-matcher';

export type { Arguments, Message } from './messages';

const ENGLISH = 'en';
/** A language in which every text that goes through here can be told from one that does not. */
const PSEUDO = 'xx';

let language = ENGLISH;
let catalog: Catalog = NO_TEXTS;
let matcher: TextMatcher | null = null;
let asked: string | null = null;
let loading: Promise<void> = Promise.resolve();
const listeners = new Set<() => void>();

/** Reads the catalog of a language; tests put their own in its place. */
export type Loader = (language: string) => Promise<unknown>;
let loader: Loader = async (tag) => {
  const module = (await import(`../../src/locale/${tag}.json`)) as { default: unknown };
  return module.default;
};

export function setLoader(other: Loader): void {
  loader = other;
}

/** The language in force. */
export function currentLanguage(): string {
  return language;
}

/** The language for `Intl`, which knows no invented one. */
export function locale(): string {
  return language === PSEUDO ? ENGLISH : language;
}

/** Calls `changed` whenever texts have to be shown in another language; returns what ends that. */
export function onLanguageChange(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/**
 * Shows texts in another language: of one without a catalog, in English.
 *
 * @param tag a language tag, such as "zh" or "zh-CN"
 * @returns when texts are in that language
 */
export function setLanguage(tag: string): Promise<void> {
  const wanted = /^[a-z]+/.exec(tag.toLowerCase())?.[0] ?? ENGLISH;
  if (wanted === asked) return loading;
  asked = wanted;
  loading = load(wanted).then((loaded) => {
    // Another language may have been asked for meanwhile.
    if (asked !== wanted) return;
    const before = language;
    language = wanted === PSEUDO || loaded !== NO_TEXTS ? wanted : ENGLISH;
    catalog = loaded;
    matcher = null;
    if (language !== before) for (const changed of [...listeners]) changed();
  });
  return loading;
}

async function load(tag: string): Promise<Catalog> {
  if (tag === ENGLISH) return NO_TEXTS;
  try {
    return readCatalog(await loader(tag));
  } catch {
    return NO_TEXTS; // there is no translation into this language: English is the fallback by design
  }
}

/** Waits for the language that was asked for last. */
export function ready(): Promise<void> {
  return loading;
}

/**
 * A text in the reader's language.
 *
 * @param id the English text, a literal; fields are named: `t('{done} of {total}', { done, total })`
 */
export function t(id: string, args: Arguments = {}): string {
  return write(lookUp(id), args);
}

/**
 * A text that counts something, in the reader's language.
 *
 * @param n the number counted, which also fills the field `{n}`
 */
export function tn(singular: string, plural: string, n: number, args: Arguments = {}): string {
  return write(lookUpPlural(singular, plural, n), { n, ...args });
}

/** Marks a text that is translated where it is shown: a default, say, which is the same in Python. */
export function marked(id: string): string {
  return id;
}

/**
 * What Python sent as a text, in the reader's language.
 *
 * A plain text that is the English of a message is translated, too; any other stays as it is.
 */
export function translated(value: unknown): string {
  if (isMessage(value)) return messageText(value);
  return typeof value === 'string' ? translatedText(value) : '';
}

/** The text of a message or of a plain string, which may be a name of the user's; what else comes gives the other. */
export function messageTextOr(value: unknown, other: string): string {
  return isMessage(value) || typeof value === 'string' ? messageText(value) : other;
}

/** The text of a message; a plain string stays as it is, for it may be a name of the user's. */
export function messageText(value: Message | string): string {
  if (typeof value === 'string') return value;
  if (language === ENGLISH) return value.text;
  const { id, plural, n } = value;
  const pattern = plural !== undefined && typeof n === 'number' ? lookUpPlural(id, plural, n) : lookUp(id);
  return write(pattern, value.args);
}

function translatedText(text: string): string {
  if (language === ENGLISH || text === '') return text;
  matcher ??= new TextMatcher(catalog);
  const match = matcher.match(text);
  if (!match) return text;
  const forms = catalog.texts.get(match.id);
  const n = Number((match.fields.n ?? '').replace(/,/g, ''));
  const pattern =
    typeof forms === 'string' || forms === undefined ? lookUp(match.id) : lookUpPlural(match.id, match.id, n);
  // English numbers are well written in any language; a text inside a text may be a message as well.
  const inside = Object.entries(match.fields).map(([name, part]) => [name, translatedText(part)] as const);
  const [before, after] = [/^\s*/.exec(text)![0], /\s*$/.exec(text)![0]];
  return before + write(pattern, Object.fromEntries(inside)) + after;
}

function lookUp(id: string): string {
  if (language === PSEUDO) return pseudo(id);
  const found = catalog.texts.get(id);
  return typeof found === 'string' ? found : (found?.[0] ?? id);
}

function lookUpPlural(singular: string, plural: string, n: number): string {
  const english = n === 1 ? singular : plural;
  if (language === PSEUDO) return pseudo(english);
  const forms = catalog.texts.get(singular);
  if (forms === undefined) return english;
  return typeof forms === 'string' ? forms : pluralForm(forms, n, language);
}

function write(pattern: string, args: Record<string, unknown>): string {
  return fill(pattern, (name) => {
    const value = args[name];
    if (typeof value === 'number') return new Intl.NumberFormat(locale()).format(value);
    if (typeof value === 'string') return value;
    return isMessage(value) ? messageText(value) : undefined;
  });
}

/**
 * The language that this page is to be shown in.
 *
 * What the page or Python asked for, else what JupyterLab is shown in, else the browser's languages. English says
 * little in a page's `lang`: it is what every tool writes there, whoever reads it.
 */
export function wantedLanguage(): string {
  const root = document.documentElement;
  const chosen = root.dataset.dlwLang;
  if (chosen) return chosen;
  if (root.lang && !/^en\b/i.test(root.lang)) return root.lang;
  return navigator.languages[0] ?? ENGLISH;
}

let before: string | undefined;
let chosen = false;

/** Makes the whole page show its texts in a language; with "" in the one it had before that. */
export function chooseLanguage(tag: string): void {
  const { dataset } = document.documentElement;
  if (!chosen) before = dataset.dlwLang;
  chosen = tag !== '';
  const wanted = tag || before;
  if (wanted) dataset.dlwLang = wanted;
  else delete dataset.dlwLang;
}

let watching: MutationObserver | null = null;

/** Follows what the page asks for; returns when its texts can be shown. */
export function followPage(): Promise<void> {
  if (!watching) {
    watching = new MutationObserver(() => void setLanguage(wantedLanguage()));
    watching.observe(document.documentElement, { attributeFilter: ['data-dlw-lang', 'lang'] });
    void setLanguage(wantedLanguage());
  }
  return loading;
}
