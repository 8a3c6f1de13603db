// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { DataTable } from '../../../../src/views/chart/controls/table';
import { ChartData } from '../../../../src/views/chart/data/chart-data';

it('is made when it is asked for, under a name of its own', () => {
  const refresh = vi.fn();
  vi.useFakeTimers();
  const table = new DataTable(refresh);
  const data = new ChartData(() => undefined);
  table.update('Loss', data, []);
  table.schedule();
  vi.advanceTimersByTime(10_000);
  expect([table.root.hidden, table.root.childElementCount, refresh.mock.calls.length]).toEqual([true, 0, 0]);
  table.visible = true;
  table.update('Loss', data, []);
  table.schedule();
  vi.advanceTimersByTime(10_000);
  expect(table.root.getAttribute('aria-label')).toBe('Data table: Loss');
  expect([table.root.hidden, table.root.querySelectorAll('table').length]).toEqual([false, 1]);
  expect(refresh).toHaveBeenCalledTimes(1);
  table.visible = false;
  expect([table.root.hidden, table.root.childElementCount]).toEqual([true, 0]);
  vi.useRealTimers();
});
