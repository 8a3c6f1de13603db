import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { names, readState, text, writeState } from '../../../src/shared/concept/state';
import { FIELDS } from '../../../src/views/convolution/fields';

const file = new URL('../../../../tests/concepts/cases/states.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as {
  good: { state: string; values: Record<string, unknown>; written?: string }[];
  bad: string[];
  texts: { good: [string, string][]; bad: string[] };
};

// `tests/concepts/test_fields.py` tries the same with Python.
it.each(cases.good)('reads and writes "$state"', ({ state, values, written = state }) => {
  const read = readState(state, FIELDS);
  expect(read.problems).toEqual([]);
  expect(read.values).toMatchObject(values);
  expect(writeState(read.values, FIELDS)).toBe(written);
});

it.each(cases.bad)('has the default for "%s", and names it', (state) => {
  const { values, problems } = readState(`${state};dilation=2`, FIELDS);
  expect(problems).toEqual([state]);
  expect(writeState(values, FIELDS)).toBe('dilation=2');
});

it('reads lists of names, which may come more than once', () => {
  const fields = { layers: names([], ['relu', 'tanh'], [0, 3]) };
  expect(readState('layers=relu,tanh,relu', fields).values.layers).toEqual(['relu', 'tanh', 'relu']);
  expect(writeState({ layers: ['tanh', 'tanh'] }, fields)).toBe('layers=tanh,tanh');
  for (const text of ['relu,relu,relu,relu', 'elu', ',', 'relu,']) {
    expect(readState(`layers=${text}`, fields).problems).toEqual([`layers=${text}`]);
  }
});

it('keeps texts of the user, with the signs that a state uses', () => {
  const fields = { words: text('', 12, 2) };
  for (const [typed, state] of cases.texts.good) {
    expect(writeState({ words: typed }, fields)).toBe(state);
    expect(readState(state, fields)).toEqual({ values: { words: typed }, problems: [] });
  }
  for (const state of cases.texts.bad) expect(readState(state, fields).problems).toHaveLength(1);
});
