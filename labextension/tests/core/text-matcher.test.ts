import { expect, it } from 'vitest';

import { readCatalog } from '../../src/core/messages';
import { TextMatcher } from '../../src/core/text-matcher';

const matcher = new TextMatcher(
  readCatalog({
    '': { plurals: { '{n} images': '{n} image' } },
    'Step {step} of {total}': 'x',
    '{what} of {total}': 'x',
    'Loss of {name} (in {name})': 'x',
    '{a}: {b}': 'x',
    'Is it 1.5? (yes)': 'x',
    '{n} image': ['x'],
    Start: 'x',
  }),
);

it.each([
  ['Start', 'Start', {}],
  ['Is it 1.5? (yes)', 'Is it 1.5? (yes)', {}],
  ['Step 3 of 10', 'Step {step} of {total}', { step: '3', total: '10' }],
  ['1 image', '{n} image', { n: '1' }],
  ['36 images', '{n} image', { n: '36' }],
  ['Loss of a (in a)', 'Loss of {name} (in {name})', { name: 'a' }],
])('%s is the message %s', (text, id, fields) => expect(matcher.match(text)).toEqual({ id, fields }));

it.each([
  'start',
  'Loss of a (in b)', // a field is the same wherever it stands
  'dog: cat', // too few letters of its own to tell the message from a name
  'Is it 145? (yes)', // signs stand for themselves
  '3.5',
  'upper images', // a class of the user's, not a count
])('%j is no message', (text) => {
  expect(matcher.match(text)).toBeNull();
});

it('remembers what it found, also that there was nothing', () => {
  expect(matcher.match('Step 1 of 2')).toBe(matcher.match('Step 1 of 2'));
  expect([matcher.match('nothing'), matcher.match('nothing')]).toEqual([null, null]);
});
