// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { followPointers, zoomAt } from '../../src/shared/viewport';

it('zooms around a pixel that stays, within the limits', () => {
  expect(zoomAt({ scale: 1, left: 10, top: 20 }, 2, [110, 70], [0.1, 4])).toEqual({
    scale: 2,
    left: -90,
    top: -30,
  });
  expect(zoomAt({ scale: 1, left: 0, top: 0 }, 100, [0, 0], [0.1, 4]).scale).toBe(4);
  expect(zoomAt({ scale: 1, left: 0, top: 0 }, 0.001, [0, 0], [0.1, 4]).scale).toBe(0.1);
});

function surface() {
  const element = document.createElement('div');
  element.tabIndex = 0;
  const capture = vi.fn();
  element.setPointerCapture = capture;
  element.getBoundingClientRect = () => ({ left: 100, top: 50 }) as DOMRect;
  document.body.append(element);
  const gestures = { pan: vi.fn(), zoom: vi.fn(), click: vi.fn(), hover: vi.fn() };
  followPointers(element, gestures);
  const point = (kind: string, clientX: number, clientY: number, pointerId = 1, button = 0): boolean =>
    element.dispatchEvent(new PointerEvent(kind, { pointerId, clientX, clientY, button }));
  return { capture, point, ...gestures };
}

it('tells a click from a drag', () => {
  const { point, pan, click, hover, capture } = surface();
  point('pointermove', 5, 5);
  expect(hover).toHaveBeenCalledOnce();
  point('pointerdown', 10, 10);
  point('pointermove', 12, 11);
  point('pointerup', 12, 11);
  expect([click.mock.calls.length, pan.mock.calls.length]).toEqual([1, 0]);
  point('pointerdown', 10, 10);
  point('pointermove', 20, 10);
  point('pointermove', 21, 12);
  point('pointerup', 21, 12);
  expect(pan.mock.calls).toEqual([
    [10, 0],
    [1, 2],
  ]);
  expect(capture).toHaveBeenCalledOnce();
  expect([click.mock.calls.length, hover.mock.calls.length]).toEqual([1, 1]);
});

it('zooms with two fingers around the middle between them', () => {
  const { point, zoom, click } = surface();
  point('pointerdown', 110, 60, 1);
  point('pointerdown', 120, 60, 2);
  point('pointermove', 130, 60, 2);
  expect(zoom.mock.calls).toEqual([[2, [20, 10]]]);
  point('pointerup', 110, 60, 1);
  point('pointerup', 130, 60, 2);
  expect(click).not.toHaveBeenCalled();
});

it('forgets a press that the browser takes, and ignores other buttons', () => {
  const { point, pan, click } = surface();
  point('pointerdown', 10, 10);
  point('pointercancel', 10, 10);
  point('pointermove', 40, 40);
  point('pointerdown', 10, 10, 1, 2);
  point('pointerup', 10, 10, 1, 2);
  expect([pan.mock.calls.length, click.mock.calls.length]).toEqual([0, 0]);
});
