// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { Legend, toggled } from '../../../../src/views/chart/controls/legend';
import type { SeriesInfo } from '../../../../src/views/chart/types';

const info = (id: string, reference: boolean): SeriesInfo => ({
  id,
  name: id,
  kind: 'line',
  smooth: false,
  reference,
  color: '',
});

it('lists references after what is live, and says at which edge there are more', () => {
  const legend = new Legend({ toggle: vi.fn(), emphasize: vi.fn() });
  const series = [info('old', true), info('loss', false), info('older', true), info('val', false)];
  const styles = new Map(series.map(({ id }) => [id, { color: '#000000', dash: 'solid' }]));
  legend.update(series, styles, new Set(), () => 1);
  const names = [...legend.root.querySelectorAll('.dlw-legend-name')].map((name) => name.textContent);
  expect(names).toEqual(['loss', 'val', 'old', 'older']);

  vi.spyOn(legend.root, 'scrollHeight', 'get').mockReturnValue(200);
  vi.spyOn(legend.root, 'clientHeight', 'get').mockReturnValue(144);
  const edges = (): boolean[] =>
    ['above', 'below'].map((edge) => legend.root.classList.contains(`dlw-more-${edge}`));
  legend.root.dispatchEvent(new Event('scroll'));
  expect(edges()).toEqual([false, true]);
  legend.root.scrollTop = 56;
  legend.root.dispatchEvent(new Event('scroll'));
  expect(edges()).toEqual([true, false]);
  legend.dispose();
});

it('shows the values under the pointer, and the latest again', () => {
  const legend = new Legend({ toggle: vi.fn(), emphasize: vi.fn() });
  const series = [info('loss', false), info('val', false), info('old', true)];
  const styles = new Map(series.map(({ id }) => [id, { color: '#000000', dash: 'solid' }]));
  legend.update(series, styles, new Set(), () => 9);
  const values = (): (string | null)[] =>
    [...legend.root.querySelectorAll('.dlw-legend-value')].map((value) => value.textContent);
  expect(values()).toEqual(['9.000', '9.000', '9.000']);

  const row = { name: '', x: 1, here: true, raw: null };
  const rows = [
    { ...row, id: 'loss', value: 1 },
    { ...row, id: 'old', value: 2 },
  ];
  legend.read({ heading: '', events: [], rows }, 'old');
  expect(values()).toEqual(['1.000', '–', '2.000']);
  expect(legend.root.querySelector('.dlw-legend-near')!.textContent).toBe('old2.000');
  // Points that arrive meanwhile don't change what is read.
  legend.update(series, styles, new Set(), () => 8);
  expect(values()).toEqual(['1.000', '–', '2.000']);
  legend.read(null, '');
  expect(values()).toEqual(['8.000', '8.000', '8.000']);
  expect(legend.root.querySelector('.dlw-legend-near')).toBeNull();
  legend.dispose();
});

it('shows one series alone, then all again', () => {
  const ids = ['a', 'b', 'c'];
  expect(toggled(ids, new Set(), 'b', true)).toEqual(['a', 'c']);
  expect(toggled(ids, new Set(['a', 'c']), 'b', true)).toEqual([]);
});
