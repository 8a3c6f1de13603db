/** What the reader has done of the course, kept in the browser for all pages and notebooks of the same server. */

import { isRecord } from '../../core/wire';

/** Its name in the browser's storage; the gallery reads it, too. */
export const KEY = 'dlwidgets:course';

export type Standing = 'new' | 'begun' | 'done';

/** What is known of a tutorial: whether it is done, and when it was last opened or marked. */
export interface Mark {
  done: boolean;
  /** Unix time in milliseconds. */
  at: number;
}

export type Progress = ReadonlyMap<number, Mark>;

const listeners = new Set<() => void>();
/** Where the browser keeps nothing, as in some private windows: for as long as the page is open. */
let fallback: string | null = null;
let kept = true;

function read(): string | null {
  try {
    return kept ? localStorage.getItem(KEY) : fallback;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    kept = false; // the browser refuses, by a setting of the reader's
    return fallback;
  }
}

function write(text: string): void {
  fallback = text;
  try {
    if (kept) localStorage.setItem(KEY, text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    kept = false;
  }
}

/** Whether the browser keeps what the reader has done. */
export function isKept(): boolean {
  read();
  return kept;
}

/** What the reader has begun and done; nothing of what isn't readable. */
export function progress(): Progress {
  const found = new Map<number, Mark>();
  let stored: unknown;
  try {
    stored = JSON.parse(read() ?? '{}');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return found; // not ours, or cut off: the next mark replaces it
  }
  for (const [name, mark] of Object.entries(isRecord(stored) ? stored : {})) {
    const number = Number(name);
    if (!Number.isInteger(number) || !isRecord(mark)) continue;
    found.set(number, { done: mark.done === true, at: typeof mark.at === 'number' ? mark.at : 0 });
  }
  return found;
}

export function standingOf(number: number, all: Progress = progress()): Standing {
  const mark = all.get(number);
  return mark ? (mark.done ? 'done' : 'begun') : 'new';
}

function put(number: number, done: boolean): void {
  const all = new Map(progress()).set(number, { done, at: Date.now() });
  write(JSON.stringify(Object.fromEntries(all)));
  for (const changed of [...listeners]) changed();
}

/** A tutorial was opened. One that is done stays done. */
export function begin(number: number): void {
  put(number, standingOf(number) === 'done');
}

/** The reader says that a tutorial is done, or takes that back. */
export function setDone(number: number, done: boolean): void {
  put(number, done);
}

/** Calls `changed` when something was begun or done, also on another page; returns what ends that. */
export function onProgress(changed: () => void): () => void {
  const elsewhere = (event: StorageEvent): void => {
    if (event.key === KEY || event.key === null) changed();
  };
  listeners.add(changed);
  window.addEventListener('storage', elsewhere);
  return () => {
    listeners.delete(changed);
    window.removeEventListener('storage', elsewhere);
  };
}
