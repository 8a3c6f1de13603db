// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { score, ScoreTable, sorted } from '../../../src/views/confusion-plot/table';

it('writes a dash for 0/0, and sorts it last', () => {
  expect([score(NaN), score(0), score(1, false)]).toEqual(['–', '0.0%', '1.000']);
  expect(sorted([NaN, 2, 1], false)).toEqual([2, 1, 0]);
  expect(sorted([NaN, 2, 1], true)).toEqual([1, 2, 0]);
});

it('is sorted by what Python or the user asks for, and turned round by a second click', async () => {
  const { ConfusionPlotModel } = await import('../../../src/views/confusion-plot/model');
  const numbers = { precision: [0.5, 0.25], recall: [0.5, 0.75], f1: [0.5, 0.375], support: [3, 4] };
  const options = { model_id: 'm', widget_manager: { display_model: vi.fn() } };
  const model = new ConfusionPlotModel(
    { scores: { ...numbers, macro: [0, 0, 0] }, class_names: ['cat', 'dog'] },
    options,
  );
  const table = new ScoreTable();
  const names = (): (string | null)[] =>
    [...table.root.querySelectorAll('tbody th')].map((name) => name.textContent);
  table.show(model);
  expect(names()).toEqual(['cat', 'dog']);
  model.set('sort', 'precision');
  table.show(model);
  expect(names()).toEqual(['dog', 'cat']);
  const [, , recall] = table.root.querySelectorAll<HTMLButtonElement>('.dlw-head');
  recall!.click();
  expect(model.get('sort')).toBe('recall');
  expect(names()).toEqual(['cat', 'dog']);
  recall!.click();
  expect(names()).toEqual(['dog', 'cat']);
  model.set('sort', 'samples');
  table.show(model);
  expect(names()).toEqual(['dog', 'cat']);
});
