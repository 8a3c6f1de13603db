// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
const { DrawSurfaceModel } = await import('../../../src/views/draw-surface/model');
const { DrawSurfaceView } = await import('../../../src/views/draw-surface/view');

const shown = async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(DrawSurfaceModel, DrawSurfaceView, {});
  const sent = connect(model);
  await settle();
  const surface = view.el.querySelector<HTMLElement>('.dlw-draw-surface')!;
  surface.getBoundingClientRect = () => ({ left: 100, top: 50, width: 200, height: 200 }) as DOMRect;
  surface.setPointerCapture = () => undefined;
  const point = (kind: string, x: number, y: number, pointerId = 1): boolean =>
    surface.dispatchEvent(
      new PointerEvent(kind, { pointerId, clientX: x, clientY: y, button: 0, bubbles: true }),
    );
  const key = (name: string, options: object = {}): boolean =>
    surface.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, ...options }));
  const button = (text: string): HTMLButtonElement =>
    [...view.el.querySelectorAll('button')].find((b) => b.textContent === text || b.title.startsWith(text))!;
  return { model, view, sent, point, key, button };
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('DrawSurfaceView', () => {
  it('draws with one pointer, and sends only the newest picture while one is on its way', async () => {
    const { model, sent, point } = await shown();
    point('pointerdown', 120, 70);
    point('pointermove', 160, 150);
    point('pointermove', 190, 150);
    point('pointermove', 300, 60, 2);
    point('pointerup', 190, 150);
    point('pointermove', 110, 60);
    expect(model.strokes).toEqual([
      {
        width: 0.085,
        spots: [
          [0.1, 0.1],
          [0.3, 0.5],
          [0.45, 0.5],
        ],
      },
    ]);
    expect(sent).toEqual([{ type: 'ink', asked: 1, side: 112, empty: false }]);
    model.set('answered', 1);
    expect(sent).toHaveLength(2);
    model.set('answered', 2);
    expect(sent).toHaveLength(2);
  });

  it('tells for every answer how long ago the pen had moved', async () => {
    const { model, view, point } = await shown();
    const told: number[] = [];
    view.el.addEventListener('dlw:drawn', (event) => {
      told.push((event as CustomEvent<{ asked: number }>).detail.asked);
    });
    point('pointerdown', 120, 70);
    point('pointermove', 160, 150);
    model.set('answered', 1);
    await settle();
    model.set('answered', 2);
    await settle();
    expect(told).toEqual([1, 2]);
  });

  it('is as high as wide, also where a new canvas has that width by itself', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
    const { view } = await shown();
    const canvas = view.el.querySelector<HTMLCanvasElement>('.dlw-draw-canvas')!;
    expect([canvas.width, canvas.height]).toEqual([300, 300]);
  });

  it('can be used with the keyboard alone', async () => {
    const { model, key, view } = await shown();
    key('ArrowLeft');
    key(' ');
    key('ArrowDown');
    key('ArrowDown', { shiftKey: true });
    expect(view.el.querySelector('[role=status]')!.textContent).toBe('Pen down');
    key(' ');
    key('ArrowUp');
    const [stroke] = model.strokes;
    expect(stroke!.spots.map(([, y]) => Number(y.toFixed(2)))).toEqual([0.5, 0.53, 0.63]);
    key('u');
    expect(model.strokes).toEqual([]);
    key('+');
    key('Enter');
    expect(model.strokes[0]!.width).toBe(0.12);
    key('Delete');
    expect(model.strokes).toEqual([]);
  });

  it('undoes, clears and changes the brush by buttons', async () => {
    const { model, point, button } = await shown();
    expect(button('Undo').disabled).toBe(true);
    button('Thin').click();
    for (const x of [120, 180]) {
      point('pointerdown', x, 100);
      point('pointerup', x, 100);
    }
    await settle();
    expect(model.strokes.map(({ width }) => width)).toEqual([0.055, 0.055]);
    button('Undo').click();
    expect(model.strokes).toHaveLength(1);
    button('Clear').click();
    expect(model.strokes).toHaveLength(0);
  });

  it('is cleared by the kernel', async () => {
    const { model, point, sent } = await shown();
    point('pointerdown', 120, 70);
    model.trigger('msg:custom', { type: 'clear' });
    expect(model.strokes).toEqual([]);
    model.set('answered', 1);
    expect(sent.at(-1)).toMatchObject({ empty: true });
  });
});
