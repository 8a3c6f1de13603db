// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { fit, moveDivider, pointerPosition } from '../../src/compare/divider';
import { savedPicture } from '../../src/compare/saved';
import { connect, display } from '../views';

const { CompareModel } = await import('../../src/compare/model');
const { CompareView } = await import('../../src/compare/view');

const picture = (height: number, width: number): Record<string, unknown> => ({
  count: 1,
  height,
  width,
  channels: 3,
  data: new DataView(Uint8Array.from({ length: height * width * 3 }, (_, i) => i % 251).buffer),
});

describe('moveDivider', () => {
  it.each([
    ['ArrowLeft', 0.5, false, 0.45],
    ['ArrowRight', 0.5, false, 0.55],
    ['ArrowRight', 0.5, true, 0.51],
    ['ArrowRight', 0.98, false, 1],
    ['PageDown', 0.1, false, 0],
    ['Home', 0.7, false, 0],
    ['End', 0.7, false, 1],
    ['a', 0.7, false, null],
    ['toString', 0.7, false, null],
  ])('%s from %d (fine: %s) to %s', (key, from, fine, to) => {
    expect(moveDivider(key, from, fine)).toBe(to);
  });
});

it('finds where the pointer is, and stays within the picture', () => {
  const box = { left: 100, width: 200 };
  expect([50, 100, 150, 300, 999].map((x) => pointerPosition(x, box))).toEqual([0, 0, 0.25, 1, 1]);
  expect(pointerPosition(5, { left: 0, width: 0 })).toBe(0.5);
});

it('fits a picture into the room, enlarged by four at most', () => {
  expect(fit(640, 427, { width: 320, height: 560 })).toEqual({ width: 320, height: 214 });
  expect(fit(100, 400, { width: 800, height: 200 })).toEqual({ width: 50, height: 200 });
  expect(fit(20, 20, { width: 800, height: 560 })).toEqual({ width: 80, height: 80 });
});

describe('savedPicture', () => {
  it('keeps a small picture as it is', () => {
    const { data, ...rest } = picture(4, 5);
    const saved = savedPicture({ ...rest, data }) as typeof rest & { data: DataView };
    expect(saved).toMatchObject(rest);
    expect(new Uint8Array(saved.data.buffer)).toEqual(new Uint8Array((data as DataView).buffer));
  });

  it('thins a large one out until it fits', () => {
    const saved = savedPicture(picture(400, 600)) as { height: number; width: number; data: DataView };
    expect(saved.data.byteLength).toBe(saved.height * saved.width * 3);
    expect(saved.data.byteLength).toBeLessThanOrEqual(18_000);
    expect(saved.data.byteLength).toBeGreaterThan(12_000);
    const every = 400 / saved.height;
    // The second pixel of the second row.
    const from = (Math.ceil(every) * 600 + Math.ceil(every)) * 3;
    expect(saved.data.getUint8((saved.width + 1) * 3)).toBe(from % 251);
  });

  it.each([{}, null, { count: 1, height: 2, width: 2, channels: 3, data: new DataView(new ArrayBuffer(5)) }])(
    'keeps nothing of %o',
    (value) => expect(savedPicture(value)).toEqual({}),
  );
});

describe('CompareView', () => {
  afterEach(() => document.body.replaceChildren());

  const shown = (traits: Record<string, unknown>) => {
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
    const { model, view } = display(CompareModel, CompareView, traits);
    connect(model);
    const save = vi.spyOn(model, 'save_changes').mockImplementation(() => undefined);
    const handle = view.el.querySelector<HTMLElement>('[role="slider"]')!;
    return { model, view, handle, save };
  };

  it('moves the divider by keys and tells Python and screen readers', () => {
    const { model, view, handle, save } = shown({ before: picture(4, 6), after: picture(2, 3) });
    expect(handle.hidden).toBe(false);
    handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    expect(model.get('position')).toBe(0.55);
    expect(save).toHaveBeenCalledOnce();
    expect(handle.getAttribute('aria-valuenow')).toBe('55');
    expect(handle.style.left).toBe('55%');
    const before = view.el.querySelector<HTMLElement>('.dlw-compare-before')!;
    expect(before.style.clipPath).toBe('inset(0 45% 0 0)');
    handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
    expect(save).toHaveBeenCalledOnce();
  });

  it('has no divider for one picture, and says so when there is none', () => {
    const { model, view, handle } = shown({ before: picture(4, 6), empty_text: '<b>nothing</b>' });
    expect(handle.hidden).toBe(true);
    model.set('before', {});
    view.el.remove();
    const none = shown({ empty_text: '<b>nothing</b>' });
    expect(none.view.el.querySelector('.dlw-grid-notice')!.textContent).toBe('<b>nothing</b>');
    expect(none.view.el.querySelector('b')).toBeNull();
  });

  it('says what is wrong with a picture and lives on', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { model } = shown({ before: picture(4, 6), after: { ...picture(2, 3), height: 9 } });
    expect(model.problem).toMatch(/^atlas: /);
    expect(report).toHaveBeenCalledOnce();
    model.set('after', picture(2, 3));
    expect(model.problem).toBe('');
  });

  it.each([-1, 2, NaN, '0.1'])('keeps the divider on the picture for %s', (position) => {
    const { model } = shown({ before: picture(4, 6), after: picture(4, 6), position });
    expect(model.position).toBeGreaterThanOrEqual(0);
    expect(model.position).toBeLessThanOrEqual(1);
  });
});
