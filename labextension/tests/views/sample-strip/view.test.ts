// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';

import { display, settle } from '../../harness';

const { SampleStripModel } = await import('../../../src/views/sample-strip/model');
const { SampleStripView } = await import('../../../src/views/sample-strip/view');

afterEach(() => document.body.replaceChildren());

it('says what the model says, what it is, and after which step', async () => {
  const { model, view } = display(SampleStripModel, SampleStripView);
  const said = (name: string): string => view.el.querySelector(`.dlw-strip-${name}`)!.textContent;
  await settle();
  expect(said('notice')).toMatch(/appear here/);
  model.set({
    name: 'Sample 3',
    predicted: 'seven',
    confidence: 0.75,
    truth: 'one',
    verdict: 'wrong',
    values: [0.25, 0.75, null],
    labels: ['one', 'seven', 'two'],
    marked: 1,
    step: 1234,
  });
  await settle();
  expect(view.el.dataset.verdict).toBe('wrong');
  expect(said('answer')).toBe('Predicted: seven');
  expect(said('confidence')).toBe('75%');
  expect(said('truth')).toBe('✗ True: one');
  expect(said('step')).toBe('after step 1,234');
  expect(said('name')).toBe('Sample 3');
  expect(said('notice')).toBe('');
  const columns = [...view.el.querySelectorAll('.dlw-strip-class')];
  expect(columns.map((column) => column.textContent)).toEqual(['one', 'seven', 'two']);
  expect(columns.map((column) => column.classList.contains('dlw-strip-marked'))).toEqual([
    false,
    true,
    false,
  ]);
  model.set({ step: -1, truth: '', verdict: '' });
  await settle();
  expect([said('step'), said('truth')]).toEqual(['', '']);
});
