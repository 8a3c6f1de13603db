/** The rows of the table: what was sent, checked; and which of them are shown, in which order. */

import { marked, t, translated } from '../../core/i18n';
import { isRecord } from '../../core/wire';
import { isState, type RunState, stateName, STATES } from '../../shared/run-states';

/** One run, checked. Numbers that are unknown are NaN. */
export interface RunRow {
  id: string;
  name: string;
  state: RunState;
  model: string;
  data: string;
  metric: string;
  best: number;
  bestEpoch: number;
  step: number;
  epoch: number;
  epochs: number;
  seconds: number;
  /** Unix time in seconds. */
  created: number;
  tags: readonly string[];
  /** What the state means where it needs words, such as the error of a failed run. */
  message: string;
}

export const COLUMNS = [
  'state',
  'name',
  'model',
  'data',
  'best',
  'epoch',
  'seconds',
  'created',
  'tags',
] as const;
export type Column = (typeof COLUMNS)[number];

/** What the rows of a saved table may take, in characters. */
const MOST_SAVED = 30_000;

/** @param metric the metric of all rows; "" where they have several */
export function columnTitle(column: Column, metric: string): string {
  return {
    state: t('State'),
    name: t('Run'),
    model: t('Model'),
    data: t('Data'),
    best: metric === '' ? t('Best epoch') : t('Best {metric}', { metric }),
    epoch: t('Epochs'),
    seconds: t('Time'),
    created: t('Started'),
    tags: t('Tags'),
  }[column];
}

/** The metric that all rows with a best epoch share; "" where they have several. */
export function sharedMetric(rows: readonly RunRow[]): string {
  const metrics = new Set(rows.filter(({ best }) => !Number.isNaN(best)).map(({ metric }) => metric));
  return metrics.size === 1 ? [...metrics][0]! : '';
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : NaN;
}

/** The rows as they were sent, with the newest numbers of those that go on. */
export function readRows(runs: readonly unknown[], live: unknown): RunRow[] {
  const news = isRecord(live) ? live : {};
  const rows: RunRow[] = [];
  for (const raw of runs) {
    if (!isRecord(raw) || typeof raw.id !== 'string') continue;
    const newer = Object.hasOwn(news, raw.id) ? news[raw.id] : null;
    rows.push(readRow(raw.id, isRecord(newer) ? { ...raw, ...newer } : raw));
  }
  return rows;
}

function readRow(id: string, raw: Record<string, unknown>): RunRow {
  return {
    id,
    name: translated(raw.name) || id,
    state: isState(raw.state) ? raw.state : 'stopped',
    model: translated(raw.model),
    data: translated(raw.data),
    metric: translated(raw.metric),
    best: number(raw.best),
    bestEpoch: number(raw.best_epoch),
    step: number(raw.step),
    epoch: number(raw.epoch),
    epochs: number(raw.epochs),
    seconds: number(raw.seconds),
    created: number(raw.created),
    tags: Array.isArray(raw.tags) ? raw.tags.filter((tag) => typeof tag === 'string') : [],
    message: translated(raw.message),
  };
}

/** As many of the runs, from the first, as a saved notebook may hold. */
export function keptRuns(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [];
  let left = MOST_SAVED;
  const end = value.findIndex((run) => (left -= JSON.stringify(run).length + 1) < 0);
  return end < 0 ? value : value.slice(0, end);
}

/** What a word of the search looks at: `tag:x`, or anything. */
const KEYS: Record<string, (row: RunRow) => readonly string[]> = {
  tag: (row) => row.tags,
  state: (row) => [row.state, stateName(row.state)],
  model: (row) => [row.model],
  data: (row) => [row.data],
  name: (row) => [row.name],
};

function everything(row: RunRow): string[] {
  return [row.name, row.id, row.model, row.data, row.metric, stateName(row.state), row.state, ...row.tags];
}

/** The rows that fit every word of a search, whatever the case: `adam tag:baseline "two words"`. */
export function matching(rows: readonly RunRow[], search: string): RunRow[] {
  const parts = [...search.toLowerCase().matchAll(/(?:(\w+):)?(?:"([^"]*)"?|(\S*))/g)];
  const words = parts
    .filter(([whole]) => whole !== '')
    .map(([whole, key = '', quoted, plain = '']) => {
      const known = Object.hasOwn(KEYS, key);
      return { look: known ? KEYS[key]! : everything, word: quoted ?? (known ? plain : whole) };
    });
  if (words.length === 0) return [...rows];
  return rows.filter((row) =>
    words.every(({ look, word }) => look(row).some((text) => text.toLowerCase().includes(word))),
  );
}

/** What a column is sorted by. */
function sortKey(row: RunRow, column: Column): number | string {
  switch (column) {
    case 'state':
      return STATES.indexOf(row.state);
    case 'tags':
      return row.tags.join(' ').toLowerCase();
    case 'name':
    case 'model':
    case 'data':
      return row[column].toLowerCase();
    default:
      return row[column];
  }
}

const NAMES = new Intl.Collator(undefined, { numeric: true });

/** The rows in the order of a column; what is unknown comes last, and rows that are equal stay in their order. */
export function sorted(rows: readonly RunRow[], column: Column, descending: boolean): RunRow[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: sortKey(row, column) }))
    .sort((a, b) => {
      const [noneA, noneB] = [unknown(a.key), unknown(b.key)];
      if (noneA || noneB) return Number(noneA) - Number(noneB);
      if (typeof a.key === 'string') return sign * NAMES.compare(a.key, String(b.key));
      return sign * (a.key - Number(b.key));
    })
    .map(({ row }) => row);
}

function unknown(key: number | string): boolean {
  return key === '' || Number.isNaN(key);
}

/** The place that a key leads to among the rows that are shown, null for a key that leads nowhere. */
export function moved(key: string, at: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? count - 1 : at - 1,
    PageDown: Math.max(at, 0) + page,
    PageUp: (at < 0 ? count - 1 : at) - page,
    Home: 0,
    End: count - 1,
  };
  if (!Object.hasOwn(to, key)) return null;
  return Math.min(count - 1, Math.max(0, to[key]!));
}

/** How a row is selected: alone, in addition to others, or with all from another one on. */
export type Choice = 'only' | 'toggle' | 'range';

/** The ids that are selected once a row was chosen, among the `shown` ones in their order. */
export function selectedAfter(
  how: Choice,
  id: string,
  before: readonly string[],
  shown: readonly string[],
  anchor: string,
): string[] {
  if (how === 'only') return [id];
  if (how === 'toggle') return before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
  const [from, to] = [Math.max(0, shown.indexOf(anchor)), shown.indexOf(id)];
  return shown.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** An action on the selected runs, checked. */
export interface Action {
  name: string;
  title: string;
  hint: string;
  /** Why it can't be done now; "" if it can. */
  problem: string;
  /** Whether it opens another page, where pages are served. */
  leaves: boolean;
  /** Whether it is offered only where pages are served. */
  served: boolean;
  danger: boolean;
  primary: boolean;
  /** The number that is asked for first. */
  field: { label: string; value: number; low: number; high: number } | null;
  /** The menu that is asked for first. */
  menu: { label: string; choices: { value: string; title: string; problem: string }[] } | null;
}

export function readActions(value: readonly unknown[]): Action[] {
  return value.filter(isRecord).map((raw) => {
    const asks = [raw.value, raw.low, raw.high].every((one) => !Number.isNaN(number(one)));
    return {
      name: typeof raw.name === 'string' ? raw.name : '',
      title: translated(raw.title),
      hint: translated(raw.hint),
      problem: translated(raw.problem),
      leaves: raw.leaves === true,
      served: raw.served === true,
      danger: raw.danger === true,
      primary: raw.primary === true,
      field: asks
        ? {
            label: translated(raw.label),
            value: number(raw.value),
            low: number(raw.low),
            high: number(raw.high),
          }
        : null,
      menu: Array.isArray(raw.choices)
        ? { label: translated(raw.label), choices: raw.choices.filter(isRecord).map(readChoice) }
        : null,
    };
  });
}

function readChoice(raw: Record<string, unknown>): { value: string; title: string; problem: string } {
  return {
    value: typeof raw.value === 'string' ? raw.value : '',
    title: translated(raw.title),
    problem: translated(raw.problem),
  };
}

export const EMPTY = marked('No runs yet.');
