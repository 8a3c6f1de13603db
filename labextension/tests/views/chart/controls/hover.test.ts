// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { Hover, type HoverSource } from '../../../../src/views/chart/controls/hover';
import type { ReadoutRow } from '../../../../src/views/chart/controls/readout';

const AREA = { left: 50, top: 10, width: 300, height: 100, x: [0, 300] as [number, number], log: false };

function hover(values: Record<string, number>, raw: number | null = null) {
  const host = document.createElement('div');
  const rows = Object.entries(values).map(([id, value]): ReadoutRow => ({
    id,
    name: id,
    x: 100,
    here: true,
    value,
    raw,
  }));
  const show = vi.fn<HoverSource['show']>();
  const made = new Hover(host, {
    area: () => ({ ...AREA, y: [0, 1] }),
    read: (x) => ({ heading: `step ${x}`, rows, events: ['faster'] }),
    styles: () => new Map(),
    show,
    move: (x, steps) => x + steps,
  });
  host.append(made.root, made.live);
  const to = (x: number, y: number): void => {
    host.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y }));
  };
  const note = (): string => made.root.querySelector('.dlw-hover-note')!.textContent;
  return { host, made, to, show, note };
}

it('says below the plot where the pointer is, and next to which curve', () => {
  const { to, show, note, made } = hover({ loss: 0.5, val: 0.9 });
  to(150, 25);
  expect(note()).toBe('step 100 · faster');
  expect(show).toHaveBeenLastCalledWith(expect.objectContaining({ heading: 'step 100' }), 'val');
  to(150, 65);
  expect(show).toHaveBeenLastCalledWith(expect.anything(), 'loss');
  to(150, 105);
  expect(show).toHaveBeenLastCalledWith(expect.anything(), '');
  expect(made.root.querySelectorAll('.dlw-hover-dot')).toHaveLength(2);
  // Outside of the plot.
  to(20, 65);
  expect(show).toHaveBeenLastCalledWith(null, '');
  expect(made.root.hidden).toBe(true);
});

it('gives the value itself of the average that the pointer is next to, or of the only one', () => {
  const one = hover({ loss: 0.5 }, 0.7);
  one.to(150, 105);
  expect(one.note()).toBe('step 100 · faster · raw 0.7000');
  const two = hover({ loss: 0.5, val: 0.9 }, 0.7);
  two.to(150, 105);
  expect(two.note()).toBe('step 100 · faster');
  two.to(150, 25);
  expect(two.note()).toBe('step 100 · faster · raw 0.7000');
  two.made.step(1);
  expect(two.note()).toContain('raw 0.7000');
});

it('is moved by keys, and speaks', () => {
  const { made, show, host } = hover({ loss: 0.5 });
  made.step(5);
  expect(made.position).toBe(5);
  expect(made.live.textContent).toBe('step 5; faster; loss 0.5000');
  host.dispatchEvent(new Event('blur'));
  expect(made.position).toBeNull();
  expect(show).toHaveBeenLastCalledWith(null, '');
});
