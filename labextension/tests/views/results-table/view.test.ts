// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { display, settle } from '../../harness';

const { ResultsTableModel } = await import('../../../src/views/results-table/model');
const { ResultsTableView } = await import('../../../src/views/results-table/view');

const ROW = {
  title: 'Test accuracy',
  printed: '0.9785',
  where: 'Deep Learning with Python, 2.1',
  measured: '0.9778 (0.9761 to 0.9809)',
  how: '3 trainings',
  here: '',
  why: 'Seeds differ.',
};

describe('ResultsTableView', () => {
  afterEach(() => document.body.replaceChildren());

  const show = async (state: Record<string, unknown>) => {
    const { model, view } = display(ResultsTableModel, ResultsTableView, state);
    await settle();
    const heads = (): string[] => [...view.el.querySelectorAll('thead th')].map((th) => th.textContent);
    const cells = (): string[] => [...view.el.querySelectorAll('tbody td')].map((td) => td.textContent);
    return { model, heads, cells };
  };

  it('shows what the source prints beside what was measured', async () => {
    const { heads, cells } = await show({ rows: [ROW, { ...ROW, printed: '', where: '' }] });
    expect(heads()).toEqual(['Figure', 'Printed in the source', 'Measured here', 'Why they differ']);
    expect(cells()[0]).toBe('0.9785Deep Learning with Python, 2.1');
    expect(cells()[1]).toBe('0.9778 (0.9761 to 0.9809)3 trainings');
    expect(cells()[3]).toBe('–');
  });

  it("has a column for the reader's run, which fills while it trains", async () => {
    const { model, heads, cells } = await show({ rows: [ROW], run_title: 'This run' });
    expect(heads()[3]).toBe('This run');
    expect(cells()[2]).toBe('–');
    model.set('rows', [{ ...ROW, here: '0.9512' }]);
    await settle();
    expect(cells()[2]).toBe('0.9512');
  });
});
