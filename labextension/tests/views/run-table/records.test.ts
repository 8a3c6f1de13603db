import { describe, expect, it } from 'vitest';

import {
  keptRuns,
  matching,
  moved,
  readActions,
  readRows,
  type RunRow,
  selectedAfter,
  sharedMetric,
  sorted,
} from '../../../src/views/run-table/records';

const RUNS = [
  {
    id: 'a',
    name: 'Baseline',
    state: 'finished',
    model: 'MLP',
    data: 'digits',
    best: 0.91,
    tags: ['base'],
    metric: 'acc',
  },
  { id: 'b', name: 'run 10', state: 'failed', model: 'Small CNN', data: 'mnist', tags: ['base', 'adam'] },
  {
    id: 'c',
    name: 'run 9',
    state: 'running',
    model: 'MLP',
    data: 'mnist',
    best: 0.97,
    tags: [],
    metric: 'acc',
  },
];
const rows = readRows(RUNS, {});
const ids = (found: readonly RunRow[]): string => found.map(({ id }) => id).join('');

describe('matching', () => {
  it.each([
    ['', 'abc'],
    ['MLP', 'ac'],
    ['mlp mnist', 'c'],
    ['tag:base', 'ab'],
    ['tag:base state:failed', 'b'],
    ['name:run', 'bc'],
    ['"run 9"', 'c'],
    ['model:"small c', 'b'],
    ['other:base', ''],
    ['<b>', ''],
    ['tag:', 'ab'],
    ['.*', ''],
  ])('finds %j', (search, found) => expect(ids(matching(rows, search))).toBe(found));
});

describe('sorted', () => {
  it('puts what is unknown last in both directions', () => {
    expect(ids(sorted(rows, 'best', true))).toBe('cab');
    expect(ids(sorted(rows, 'best', false))).toBe('acb');
  });

  it('counts in names, and keeps the order of what is equal', () => {
    expect(ids(sorted(rows, 'name', false))).toBe('acb');
    expect(ids(sorted(rows, 'model', false))).toBe('acb');
    expect(ids(sorted(rows, 'data', true))).toBe('bca');
  });
});

it('reads whatever was sent, with the newest numbers', () => {
  const [only, ...others] = readRows(
    [null, { name: 'no id' }, { id: 'x', state: 'evil', best: 'high', tags: [1, 'ok'], epoch: 1 }],
    { x: { epoch: 7 }, y: 3 },
  );
  expect(others).toEqual([]);
  expect(only).toMatchObject({ id: 'x', name: 'x', state: 'stopped', best: NaN, epoch: 7, tags: ['ok'] });
  expect(readRows([{ id: '__proto__' }], {})[0]!.epoch).toBeNaN();
  expect(
    readActions([7, { name: 'a', title: 'A', low: 1 }, { value: 2, low: 1, high: 3, label: 'n' }]),
  ).toMatchObject([
    { name: 'a', title: 'A', field: null, problem: '' },
    { name: '', field: { label: 'n', value: 2, low: 1, high: 3 } },
  ]);
});

it('names the metric once where all rows have the same', () => {
  expect(sharedMetric(rows)).toBe('acc');
  expect(sharedMetric(readRows([...RUNS, { id: 'd', best: 1, metric: 'loss' }], {}))).toBe('');
  expect(sharedMetric([])).toBe('');
});

it('saves as many runs as fit', () => {
  expect(keptRuns(RUNS)).toEqual(RUNS);
  const many = Array.from({ length: 500 }, (_, i) => ({ ...RUNS[0], id: `2026-11-28T22-31-05-${i}` }));
  const kept = keptRuns(many);
  expect(kept.length).toBeGreaterThan(100);
  expect(JSON.stringify(kept).length).toBeLessThan(31_000);
});

it('selects one, some, or all between two', () => {
  const shown = ['a', 'b', 'c', 'd'];
  expect(selectedAfter('only', 'c', ['a', 'b'], shown, 'a')).toEqual(['c']);
  expect(selectedAfter('toggle', 'c', ['a'], shown, 'a')).toEqual(['a', 'c']);
  expect(selectedAfter('toggle', 'a', ['a', 'c'], shown, 'a')).toEqual(['c']);
  expect(selectedAfter('range', 'b', ['d'], shown, 'd')).toEqual(['b', 'c', 'd']);
  expect(selectedAfter('range', 'b', [], shown, 'gone')).toEqual(['a', 'b']);
});

it.each([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 4, 4],
  ['ArrowUp', -1, 4],
  ['PageDown', 0, 3],
  ['End', 0, 4],
  ['x', 0, null],
  ['constructor', 0, null],
])('%s leads from %d to %s', (key, from, to) => expect(moved(key, from, 5, 3)).toBe(to));
