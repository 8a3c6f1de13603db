// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { CapacityModel } from '../../../src/views/capacity/model';
import { CapacityView } from '../../../src/views/capacity/view';
import { display, pause, settle, stubSight } from '../../harness';

interface Made {
  model: CapacityModel;
  view: CapacityView;
}

async function shown(traits: Record<string, unknown> = {}): Promise<Made> {
  const made = display(CapacityModel, CapacityView, traits);
  await settle();
  return made;
}

const text = (view: CapacityView, selector: string): string => view.el.querySelector(selector)!.textContent;
const part = (view: CapacityView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;

function key(view: CapacityView, selector: string, name: string): void {
  view.el.querySelector(selector)!.dispatchEvent(new KeyboardEvent('keydown', { key: name }));
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the capacity widget', () => {
  it('says where a polynomial overfits, underfits and is about right', async () => {
    const { view, model } = await shown({ state: 'degree=14' });
    expect(text(view, '.dlw-capacity-verdict')).toContain('Overfitting');
    expect(text(view, '.dlw-concept-formula')).toContain('training Σ(y − ŷ)² / 15 = 0;');
    expect(model.said).toContain('The lowest validation error is that of degree 6.');
    model.change({ degree: 1 });
    await settle();
    expect(text(view, '.dlw-capacity-verdict')).toContain('Underfitting');
    model.change({ degree: 6 });
    await settle();
    expect(text(view, '.dlw-capacity-verdict')).toContain('About right');
    model.change({ degree: 20 });
    await settle();
    expect(text(view, '.dlw-capacity-notes')).toContain('21 coefficients for 15 points');
  });

  it('does not compare errors of rounding where there is no noise', async () => {
    const { view, model } = await shown({ state: 'data=line;noise=0;degree=14' });
    expect(text(view, '.dlw-capacity-verdict')).toContain('About right');
    model.change({ degree: 0 });
    await settle();
    expect(text(view, '.dlw-capacity-verdict')).toBe(
      'Underfitting: another capacity has a validation error of 0, and the training error here is higher, too.',
    );
  });

  it('goes from degree to degree on the chart', async () => {
    const { view, model } = await shown({ state: 'degree=5' });
    key(view, '.dlw-capacity-curve', 'ArrowRight');
    expect(model.text('state')).toBe('degree=6');
    key(view, '.dlw-capacity-curve', 'End');
    key(view, '.dlw-capacity-curve', 'ArrowRight');
    expect(model.now.degree).toBe(20);
    key(view, '.dlw-capacity-curve', 'Home');
    key(view, '.dlw-capacity-curve', 'ArrowLeft');
    expect(model.now.degree).toBe(0);
  });

  it('drags, adds and removes points, and keeps them in the state', async () => {
    const { view, model } = await shown({ state: 'degree=3;size=4' });
    const before = model.polynomial(3).coefficients;
    key(view, '.dlw-capacity-surface', 'ArrowUp');
    await settle();
    expect(model.drawn).toBe(true);
    expect(model.points.x).toHaveLength(4);
    expect(model.points.vx).toHaveLength(40);
    expect(model.polynomial(3).coefficients).not.toEqual(before);
    key(view, '.dlw-capacity-surface', 'Enter');
    expect(model.points.x).toHaveLength(5);
    for (let i = 0; i < 6; i += 1) key(view, '.dlw-capacity-surface', 'Delete');
    await settle();
    expect(model.points.x).toHaveLength(2);
    expect(part(view, 'size').hidden).toBe(true);
    expect(model.problems).toEqual([]);
    // A validation point leaves the curve as it is.
    const surface = view.el.querySelector<HTMLElement>('.dlw-capacity-surface')!;
    surface.setPointerCapture = (): void => undefined;
    surface.hasPointerCapture = (): boolean => true;
    model.change({ data: 'drawn', x: [-1, 1], y: [0, 0], vx: [0], vy: [1] });
    await settle();
    const curve = model.polynomial(3).coefficients;
    const at = { clientX: 40 + 412 / 2, clientY: 6 + (272 * 0.9) / 3.8, button: 0 };
    surface.dispatchEvent(new PointerEvent('pointerdown', at));
    surface.dispatchEvent(new PointerEvent('pointermove', { ...at, clientY: 200 }));
    await settle();
    expect(model.points.vy[0]).toBeLessThan(0);
    expect(model.polynomial(3).coefficients).toEqual(curve);
  });

  it('counts the weights that L1 sets to 0, and writes the penalty out', async () => {
    const { view } = await shown({ state: 'data=line;degree=12;penalty=l1;strength=0.1' });
    const zeros = Number(text(view, '.dlw-capacity-weights').split(' ')[0]);
    expect(zeros).toBeGreaterThan(6);
    expect(text(view, '.dlw-concept-formula')).toContain('loss = MSE + λ·Σ|w| =');
    expect(part(view, 'strength').hidden).toBe(false);
    expect(part(view, 'dropout').hidden).toBe(true);
  });

  it('trains a network step by step, stops it early, and goes back to its best epoch', async () => {
    const state = 'model=network;units=2;size=6;stopping=1;patience=10;epochs=100';
    const { view, model } = await shown({ state });
    const trainer = model.trainer(2);
    while (!trainer.done) trainer.advance();
    model.change({ units: 2, noise: 0.25 });
    view.el.querySelector<HTMLButtonElement>('button[aria-label="Step"]')!.click();
    await settle();
    expect(model.trainer(2).epoch).toBe(0);
    view.el.querySelector<HTMLButtonElement>('button[aria-label="Step"]')!.click();
    await settle();
    expect(model.trainer(2).epoch).toBe(1);
    expect(part(view, 'epochs').hidden).toBe(false);
    expect(part(view, 'degree').hidden).toBe(true);
    expect(text(view, '.dlw-concept-formula')).toContain('Dense(2)');
  });

  it('uses the user’s points in their own units', async () => {
    const all = Array.from({ length: 10 }, (_, i) => [-1 + (2 * i) / 9, i % 2 ? 1 : -1]).flat();
    const own = { scale: [50, 10, 200, 4], data: new DataView(Float32Array.from(all).buffer) };
    const { view, model } = await shown({ state: 'data=own;degree=0', own });
    expect(model.usesOwn).toBe(true);
    expect(model.points.x).toHaveLength(7);
    expect(model.shownError(1)).toBe(16);
    expect(part(view, 'noise').hidden).toBe(true);
    key(view, '.dlw-capacity-surface', 'ArrowUp');
    expect(model.drawn).toBe(false);
    const lost = await shown({ state: 'data=own' });
    expect(text(lost.view, '.dlw-capacity-notes')).toContain('aren’t in this page');
  });

  it('keeps the points that were moved where something is tried', async () => {
    const state = 'data=drawn;x=-1,0,1;y=0,1,0;vx=0.5;vy=1';
    const { view, model } = await shown({ state });
    const tries = [...view.el.querySelectorAll<HTMLButtonElement>('.dlw-concept-tries button')];
    tries[0]!.click();
    await settle();
    expect(model.now.degree).toBe(14);
    expect(model.points.x).toEqual([-1, 0, 1]);
    tries[2]!.click();
    // Another number of points needs a toy; the degree is the same.
    expect([model.now.data, model.points.x.length, model.now.degree]).toEqual(['sine', 60, 14]);
    tries[5]!.click();
    expect([model.now.data, model.points.x.length, model.network]).toEqual(['sine', 10, true]);
    tries[4]!.click();
    await settle();
    expect(model.now.data).toBe('line');
    const menu = part(view, 'data').querySelector('select')!;
    for (const name of ['step', 'drawn']) {
      menu.value = name;
      menu.dispatchEvent(new Event('change'));
      await settle();
    }
    expect(model.points.x).toEqual([-1, 0, 1]);
    expect(model.now.penalty).toBe('l1');
    tries[3]!.click();
    expect(model.points.x).toEqual([-1, 0, 1]);
  });

  it('keeps the user’s own points where something is tried', async () => {
    const all = Array.from({ length: 20 }, (_, i) => [-1 + (2 * i) / 19, i % 2 ? 1 : -1]).flat();
    const own = { scale: [0, 1, 0, 1], data: new DataView(Float32Array.from(all).buffer) };
    const { view, model } = await shown({ state: 'data=own', own });
    const tries = [...view.el.querySelectorAll<HTMLButtonElement>('.dlw-concept-tries button')];
    tries[2]!.click();
    expect(model.text('state')).toBe('data=own;size=60');
    tries[5]!.click();
    expect(model.text('state')).toBe('data=own;model=network;size=10;units=32;stopping=1');
    expect(model.points.x).toHaveLength(10);
  });

  it('shows what the user changes while degrees pass', async () => {
    const { view, model } = await shown();
    see();
    const shownDegree = (): string | null =>
      view.el.querySelector('.dlw-capacity-curve')!.getAttribute('aria-valuenow');
    await vi.waitFor(() => expect(view.el.dataset.playing).toBe('true'));
    await vi.waitFor(() => expect(Number(shownDegree())).toBeLessThan(4), 3000);
    const slider = part(view, 'noise').querySelector('input')!;
    slider.value = '0.5';
    slider.dispatchEvent(new Event('input'));
    await settle();
    expect(model.now.noise).toBe(0.5);
    expect(view.el.dataset.playing).toBe('false');
    expect(shownDegree()).toBe('4');
    await pause(300);
    expect(shownDegree()).toBe('4');
  });
});
