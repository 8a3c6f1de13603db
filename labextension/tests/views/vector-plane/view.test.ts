// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
import { points, SQUARE } from './points';
const { VectorPlaneModel } = await import('../../../src/views/vector-plane/model');
const { VectorPlaneView } = await import('../../../src/views/vector-plane/view');

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(VectorPlaneModel, VectorPlaneView, {
    points: points(SQUARE),
    class_names: ['<i>a</i>', 'b'],
    ...traits,
  });
  const sent = connect(model);
  await settle();
  const surface = view.el.querySelector<HTMLElement>('.dlw-vectors-surface')!;
  const key = (name: string): boolean =>
    surface.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  return { model, view, sent, surface, key };
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('VectorPlaneView', () => {
  it('goes from point to point with the keys and asks what they are', async () => {
    const { model, sent, key, view } = await shown({ selected: 0 });
    key('ArrowUp');
    expect(sent).toEqual([
      { type: 'hover', row: 20, asked: 1 },
      { type: 'pick', row: 20 },
    ]);
    const text = { id: '{part_0}\n{part_1}', args: {}, text: 'sample 20\n<b>x</b>' }; // as a message travels
    model.set('hovered', { asked: 1, row: 20, text, image: {} });
    await settle();
    expect(view.el.querySelector('.dlw-tip')!.textContent).toBe('sample 20\n<b>x</b>');
    expect(view.el.querySelector('.dlw-tip b')).toBeNull();
    key('Escape');
    expect(sent.at(-1)).toEqual({ type: 'pick', row: -1 });
  });

  it('lets the page scroll, unless it has the focus or the wheel is meant to zoom', async () => {
    const { surface } = await shown();
    const taken = (options: { ctrlKey?: boolean }): boolean => {
      const event = new WheelEvent('wheel', { deltaY: -50, bubbles: true, cancelable: true });
      Object.assign(event, options);
      surface.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(taken({})).toBe(false);
    expect(taken({ ctrlKey: true })).toBe(true);
    surface.focus();
    expect(taken({})).toBe(true);
  });

  it('names classes as text, brings one out, and explains the rings', async () => {
    const { view } = await shown();
    const buttons = [...view.el.querySelectorAll<HTMLElement>('.dlw-vectors-class')];
    expect(buttons.map((button) => button.textContent)).toEqual(['<i>a</i>', 'b']);
    buttons[1]!.click();
    expect(buttons.map((button) => button.getAttribute('aria-pressed'))).toEqual(['false', 'true']);
    expect(view.el.querySelector<HTMLElement>('.dlw-vectors-hint')!.hidden).toBe(false);
  });

  it('has the origin in the middle where it reaches so far from it', async () => {
    const drawn: number[][] = [];
    const context = new Proxy({} as CanvasRenderingContext2D, {
      get: (target, name) => {
        if (name === 'drawImage') return (_image: unknown, ...numbers: number[]) => drawn.push(numbers);
        return name in target ? (Reflect.get(target, name) as unknown) : () => undefined;
      },
    });
    const { view } = await shown();
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context);
    const data = new DataView(new ArrayBuffer(4));
    view.model.set({ extent: 2, surface: { data, count: 1, height: 2, width: 2, channels: 1 } });
    await settle();
    // The surface covers the square of 300 pixels.
    expect(drawn.at(-1)).toEqual([0, 0, 300, 300]);
    expect(view.el.querySelector('.dlw-vectors-square')).not.toBeNull();
  });

  it('survives points and pictures that cannot be read', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { model, view } = await shown();
    model.set({ points: { count: 2, places: 'x' }, hovered: { asked: 1, row: 0, image: { count: 3 } } });
    await settle();
    expect(view.el.dataset.count).toBe('0');
  });

  it('promises nothing once its kernel is gone, and keeps what went wrong', async () => {
    const { model, view } = await shown({ points: {}, notice: 'Soon.' });
    const says = (): string => view.el.querySelector('.dlw-notice')!.textContent;
    expect(says()).toBe('Soon.');
    model.comm_live = false;
    await settle();
    expect(says()).toBe('Nothing to show, because this view has no kernel anymore.');
    model.set('notice', 'No vectors: it rained');
    await settle();
    expect(says()).toBe('No vectors: it rained');
  });
});
