// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ReparameterizationModel } from '../../../src/views/reparameterization/model';
import { ReparameterizationView } from '../../../src/views/reparameterization/view';
import { display, pause, settle, stubSight } from '../../harness';

interface Shown {
  model: ReparameterizationModel;
  view: ReparameterizationView;
}

function shown(traits: Record<string, unknown> = {}): Shown {
  return display(ReparameterizationModel, ReparameterizationView, traits);
}

const formula = (view: ReparameterizationView): string =>
  view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: ReparameterizationView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const notes = (view: ReparameterizationView): string => part(view, 'notes').textContent;
const row = (view: ReparameterizationView, name: string, index: number): string[] =>
  [...part(view, name).querySelectorAll('tbody tr')[index]!.querySelectorAll('td')].map(
    (cell) => cell.textContent,
  );
const steps = (view: ReparameterizationView): number =>
  Number.parseInt(view.el.querySelector('.dlw-reparam-steps')!.textContent, 10);

function press(view: ReparameterizationView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function select(view: ReparameterizationView, name: string, value: string): void {
  const menu = part(view, name).querySelector('select')!;
  menu.value = value;
  menu.dispatchEvent(new Event('change'));
}

function slide(view: ReparameterizationView, index: number, value: number): void {
  const slider = part(view, 'numbers').querySelectorAll('input')[index]!;
  slider.value = String(value);
  slider.dispatchEvent(new Event('input'));
}

function key(view: ReparameterizationView, name: string): void {
  const surface = part(view, 'plane').querySelector('[role="application"]')!;
  surface.dispatchEvent(new KeyboardEvent('keydown', { key: name }));
}

/** A decoder of 2 → 4 pixels. */
function decoder(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const floats = (...values: number[]): object => ({ data: new DataView(new Float32Array(values).buffer) });
  const kernel = floats(1, 0, -1, 0, 0, 1, 0, -1);
  const layers = [{ units: 4, activation: 'linear', kernel, biases: floats(0, 0, 0, 0), ...changes }];
  return { height: 2, width: 2, channels: 1, layers };
}

const picture = {
  height: 2,
  width: 2,
  channels: 1,
  kind: 'float32',
  data: new DataView(new Float32Array([1, 0.5, 0, 0.5]).buffer),
};

function tryOut(view: ReparameterizationView, name: string): void {
  const all = [...view.el.querySelectorAll('.dlw-concept-tries li')];
  all
    .find((one) => one.textContent.startsWith(name))!
    .querySelector('button')!
    .click();
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of reparameterization', () => {
  it('writes out z, the KL divergence and the gradients', async () => {
    const { view } = shown({ state: 'mean=1,-1;deviation=0.5,1;epsilon=2,0.5;beta=2' });
    await settle();
    expect(formula(view)).toContain('z₁ = μ₁ + σ₁·ε₁ = 1 + 0.5·2 = 2');
    expect(formula(view)).toContain('z₂ = μ₂ + σ₂·ε₂ = −1 + 1·0.5 = −0.5');
    expect(formula(view)).toContain(
      '½·(1² + 0.5² − (−1.39) − 1) + ½·((−1)² + 1² − 0 − 1) = 0.818 + 0.5 = 1.32',
    );
    expect(row(view, 'kl', 0)).toEqual(['1', '0.5', '−1.39', '0.818']);
    const [epsilon, z, byMean, byDeviation, byZ, all] = row(view, 'gradients', 0);
    expect([epsilon, z, byMean, byDeviation]).toEqual(['2', '2', '1', '2']);
    // β·μ comes on top.
    const number = (text = ''): number => Number(text.replace('−', '-'));
    expect(number(all)).toBeCloseTo(number(byZ) + 2, 0);
    expect(notes(view)).toContain('KL by the formula: 1.32. By the 60 samples of the cloud:');
  });

  it('moves z along with the mean, as long as ε is the same', async () => {
    const { view, model } = shown({ lesson: ['drag', 'deviation'] });
    await settle();
    const before = row(view, 'gradients', 0);
    slide(view, 0, 1);
    await settle();
    expect(model.text('state')).toBe('mean=1,-1.5;deviation=0.8,0.8');
    const after = row(view, 'gradients', 0);
    expect(after[0]).toBe(before[0]);
    expect(Number(after[1]) - Number(before[1])).toBeCloseTo(-1, 2);
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(2);
    key(view, 'ArrowUp');
    await settle();
    expect(model.now.mean).toEqual([1, -1.4]);
    key(view, 'Home');
    await settle();
    expect(model.text('state')).toBe('');
  });

  it('draws another z where no gradient passes', async () => {
    const { view } = shown({ state: 'path=sampled;mean=1,1' });
    await settle();
    expect(row(view, 'gradients', 0).slice(2, 4)).toEqual(['–', '–']);
    const before = Number(row(view, 'gradients', 0)[1]!.replace('−', '-'));
    slide(view, 0, 1.01);
    await settle();
    const after = Number(row(view, 'gradients', 0)[1]!.replace('−', '-'));
    expect(Math.abs(after - before)).toBeGreaterThan(0.1);
    expect(formula(view)).toContain('∂L/∂μ₁ = β·μ₁ = 1·1.01 = 1.01');
    expect(notes(view)).toContain('Chance stands between');
  });

  it('learns by itself, until the hand takes the cloud', async () => {
    const { view, model } = shown();
    await settle();
    expect(steps(view)).toBe(0);
    see();
    await pause(700);
    expect(view.el.dataset.playing).toBe('true');
    expect(steps(view)).toBeGreaterThan(3);
    expect(model.text('state')).toBe('');
    // The weight of the KL divergence can be changed while it learns.
    model.change({ beta: 5 });
    await pause(100);
    expect(view.el.dataset.playing).toBe('true');
    slide(view, 2, 0.3);
    await settle();
    expect(view.el.dataset.playing).toBe('false');
    expect(model.now.deviation[0]).toBe(0.3);
    expect(steps(view)).toBe(0);
    press(view, 'Step');
    await settle();
    expect(steps(view)).toBe(1);
    press(view, 'Reset');
    await settle();
    expect(model.text('state')).toBe('');
    expect(row(view, 'kl', 0)[0]).toBe('2');
  });

  it('stays where a link puts it, and draws ε again when it learns', async () => {
    const { view, model } = shown({ state: 'mean=0,1;epsilon=1,-1' });
    see();
    await pause(300);
    expect(view.el.dataset.playing).toBe('false');
    expect(steps(view)).toBe(0);
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('mean=0,1');
    expect(steps(view)).toBe(1);
  });

  it('goes where the encoder puts the image', async () => {
    const { view, model } = shown({ state: 'digit=7;beta=0' });
    await settle();
    part(view, 'encode').querySelector('button')!.click();
    await settle();
    expect(model.text('state')).toBe('digit=7;mean=-1.285,-0.098;deviation=0.096,0.041;beta=0');
    select(view, 'image', 'drawing');
    await settle();
    expect(part(view, 'encode').querySelector('button')!.disabled).toBe(true);
  });

  it('computes with the user’s own decoder and image', async () => {
    const state = 'image=own;mean=0,0;epsilon=0,0;beta=0';
    const { view, model } = shown({ state, decoder: decoder(), picture, encoded: [0.5, 1, 0.1, 0.2] });
    await settle();
    // All pixels are 0.5: four times log 2.
    expect(notes(view)).toContain('= 2.77 + 0·');
    expect(row(view, 'gradients', 0)[4]).toBe('−1');
    expect(notes(view)).not.toContain('A toy');
    part(view, 'encode').querySelector('button')!.click();
    await settle();
    expect(model.now.mean).toEqual([0.5, 1]);
    // Digits have another size.
    expect([...part(view, 'image').querySelectorAll('option')].map((one) => one.value)).toEqual(['own']);
  });

  it.each([
    ['image=own;epsilon=0,0', {}, 'Your own array isn’t in this page'],
    ['epsilon=0,0', decoder(), 'Your decoder makes images of another size'],
    ['image=own;epsilon=0,0', decoder({ units: 3 }), 'Your own array isn’t in this page'],
  ])('says what is missing: %s', async (state, own, said) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { view } = shown({ state, decoder: own });
    await settle();
    expect(notes(view)).toContain(said);
  });

  it('keeps the user’s image where no digit is tried', () => {
    const { view, model } = shown({ state: 'image=drawing;digit=3' });
    tryOut(view, 'Too much KL');
    expect(model.text('state')).toBe('image=drawing;beta=20');
    tryOut(view, 'Through a wide cloud');
    expect(model.text('state')).toBe('digit=9');
  });

  it('draws another ε than that of a link, which is no deed of the user’s', async () => {
    const lesson = [{ text: 'Go', done: 'epsilon' }];
    const { view, model } = shown({ state: 'epsilon=1,1', lesson });
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('');
    expect(steps(view)).toBe(1);
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
  });
});
