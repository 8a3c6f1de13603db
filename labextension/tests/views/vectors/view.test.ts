// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { VectorsModel } from '../../../src/views/vectors/model';
import { VectorsView } from '../../../src/views/vectors/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: VectorsModel; view: VectorsView } {
  return display(VectorsModel, VectorsView, traits);
}

const formula = (view: VectorsView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: VectorsView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;

function slide(view: VectorsView, name: string, value: number): void {
  const input = part(view, name).querySelector('input')!;
  input.value = String(value);
  input.dispatchEvent(new Event('input'));
}

function press(view: VectorsView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

/** Presses on the plane, drags to another place, and lets go; in the plane's own numbers from −2 to 2. */
function drag(view: VectorsView, from: readonly [number, number], to: readonly [number, number]): void {
  const surface = view.el.querySelector<HTMLElement>('.dlw-linear-surface')!;
  const canvas = surface.querySelector('canvas')!;
  const side = parseFloat(canvas.style.width);
  canvas.getBoundingClientRect = () => new DOMRect(0, 0, side, side);
  let held = false;
  surface.setPointerCapture = () => (held = true);
  surface.hasPointerCapture = () => held;
  const at = ([x, y]: readonly [number, number]): { clientX: number; clientY: number } => ({
    clientX: 6 + ((x + 2) / 4) * (side - 12),
    clientY: 6 + ((2 - y) / 4) * (side - 12),
  });
  surface.dispatchEvent(new PointerEvent('pointerdown', { button: 0, pointerId: 1, ...at(from) }));
  surface.dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, ...at(to) }));
  surface.dispatchEvent(new PointerEvent('pointerup', { pointerId: 1 }));
}

describe('the widget of vectors and matrices', () => {
  it('writes out the product, the determinant and the parts', async () => {
    const { view } = shown({ state: 'matrix=0,-2/2,0.5;a=1,-1;shift=1,0' });
    press(view, 'Reset');
    await settle();
    expect(formula(view)).toContain('M·a + t = (0·1 + (−2)·(−1) + 1, 2·1 + 0.5·(−1) + 0) = (3, 1.5)');
    expect(formula(view)).toContain('det M = 0·0.5 − (−2)·2 = 4');
    expect(formula(view)).toContain('rotate by 90° · scale by (2, 2) · shear by 0.25');
    expect(view.el.querySelector('.dlw-concept-words')!.textContent).toContain('Areas are multiplied by 4.');
    expect(part(view, 'notes').textContent).toContain('x·W + b');
  });

  it('moves by itself from nothing to the whole, stage by stage', async () => {
    const { view, model } = shown({ state: 'matrix=0,-2/2,0.5' });
    await settle();
    expect(formula(view)).toContain('M = rotate by 0° · scale by (1, 1) · shear by 0');
    see();
    await pause(150);
    expect(formula(view)).not.toContain('shear by 0 ');
    const lines = [];
    for (let i = 0; i < 3; i += 1) {
      press(view, 'Step');
      await settle();
      lines.push(formula(view).split('M = ').at(-1));
    }
    expect(lines).toEqual([
      'rotate by 0° · scale by (1, 1) · shear by 0.25',
      'rotate by 0° · scale by (2, 2) · shear by 0.25',
      'rotate by 90° · scale by (2, 2) · shear by 0.25',
    ]);
    // Whatever the user sets is seen as a whole, at rest.
    press(view, 'Step');
    model.change({ a: [2, 2] });
    await settle();
    expect(view.el.dataset.playing).toBe('false');
    expect(formula(view)).toContain('rotate by 90°');
  });

  it('turns, scales and shears by sliders, and keeps the other parts', async () => {
    const { view, model } = shown();
    await settle();
    slide(view, 'rotate', 90);
    expect(model.text('state')).toBe('matrix=0,-1/1,0');
    slide(view, 'shear', 0.5);
    slide(view, 'scale_x', 2);
    expect(model.text('state')).toBe('matrix=0,-1/2,1');
    await settle();
    expect(part(view, 'rotate').textContent).toContain('90°');
    slide(view, 'scale_y', 0);
    await settle();
    expect(part(view, 'notes').textContent).toContain('The determinant is 0');
    expect(view.el.textContent).toContain('the matrix has no inverse');
    slide(view, 'scale_y', -1);
    await settle();
    expect(part(view, 'notes').textContent).toContain('mirrored');
  });

  it('lets columns, vector and origin be dragged', async () => {
    const { view, model } = shown({ state: 'matrix=1,0/0,1', lesson: ['columns'] });
    press(view, 'Reset');
    await settle();
    slide(view, 'shear', 0);
    slide(view, 'scale_x', 1);
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(0);
    drag(view, [1, 0], [1, 1]);
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(1);
    expect(model.now.matrix).toEqual([
      [1, 0],
      [1, 1],
    ]);
    drag(view, [0, 0], [-1, 0.5]);
    expect(model.now.shift).toEqual([-1, 0.5]);
    // A press beside all tips moves a there.
    drag(view, [1.5, -1.5], [1.6, -1.5]);
    expect(model.now.a).toEqual([1.6, -1.5]);
    const surface = view.el.querySelector('.dlw-linear-surface')!;
    surface.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    expect(model.now.a).toEqual([1.6, -1.4]);
    surface.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
    expect(model.now.a).toEqual([0.5, 1]);
  });

  it('adds two vectors, and says when they are perpendicular', async () => {
    const { view, model } = shown({ state: 'show=sum', lesson: ['sum'] });
    press(view, 'Reset');
    await settle();
    expect(formula(view)).toContain('a + b = (0.5 + 1, 1 + 0.25) = (1.5, 1.25)');
    expect(formula(view)).toContain('a · b = 0.5·1 + 1·0.25 = 0.75');
    expect(part(view, 'matrix').hidden).toBe(true);
    // The tip of b is that of the sum.
    drag(view, [1.5, 1.25], [1.5, 0.5]);
    expect(model.now.b).toEqual([1, -0.5]);
    await settle();
    expect(part(view, 'notes').textContent).toContain('perpendicular');
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(1);
    model.change({ b: [0, 0] });
    await settle();
    expect(part(view, 'notes').textContent).not.toContain('perpendicular');
  });

  it('says where a pixel comes from, and that an array is missing', async () => {
    const { view, model } = shown({ state: 'matrix=1,0/0,1;shift=0.5,0' });
    press(view, 'Reset');
    const surface = [...view.el.querySelectorAll('.dlw-pane-surface')].at(-1)!;
    surface.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
    await settle();
    // Half a unit of the plane is a quarter of the digit's 28 pixels.
    expect(view.el.textContent).toContain('Row 15, column 14 comes from row 15, column 7.');
    model.set('state', 'image=own');
    await settle();
    expect(part(view, 'notes').textContent).toContain('Your own array isn’t in this page');
    expect(part(view, 'pixels').hidden).toBe(true);
  });
});
