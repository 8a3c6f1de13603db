// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { AdversarialModel } from '../../../src/views/adversarial/model';
import { AdversarialView } from '../../../src/views/adversarial/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: AdversarialModel; view: AdversarialView } {
  return display(AdversarialModel, AdversarialView, traits);
}

const formula = (view: AdversarialView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: AdversarialView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const captions = (view: AdversarialView): string[] =>
  [...view.el.querySelectorAll('.dlw-pane-caption')].map((one) => one.textContent);
const notes = (view: AdversarialView): string => part(view, 'notes').textContent;
const options = (view: AdversarialView, name: string): string[] =>
  [...part(view, name).querySelectorAll('option')].map((one) => one.textContent);

function select(view: AdversarialView, name: string, value: string): void {
  const menu = part(view, name).querySelector('select')!;
  menu.value = value;
  menu.dispatchEvent(new Event('change'));
}

function press(view: AdversarialView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

const slider = (view: AdversarialView): HTMLElement => part(view, 'chart').querySelector('[role="slider"]')!;

function key(view: AdversarialView, name: string, shiftKey = false): void {
  slider(view).dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey }));
}

/** What Python sends of a model with two classes and three pixels. */
function own(key: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const floats = (...values: number[]): DataView => new DataView(new Float32Array(values).buffer);
  return {
    key,
    height: 1,
    width: 3,
    channels: 1,
    names: ['cat', 'dog'],
    classes: [3, 40],
    label: 0,
    rival: 1,
    target: null,
    flip: 1,
    levels: [0, 0.1, 0.2],
    seed: 0,
    margin: [-2, 30, 30, 1],
    along: [0, 3, 6],
    noisy_along: [0, 0.1, 0.2],
    each: false,
    x: floats(0.5, 0.25, 1),
    signs: new DataView(new Int8Array([1, -1, 1]).buffer),
    adversarial: floats(0.9, 0.1, 0.3, 0.7, 0.1, 0.9),
    random: floats(0.9, 0.1, 0.85, 0.15, 0.8, 0.2),
    ...changes,
  };
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of adversarial examples', () => {
  it('shows what the attack flips, and what random noise of the same size doesn’t', async () => {
    const { view } = shown({ state: 'epsilon=0.1' });
    await settle();
    expect(captions(view)).toEqual([
      'Image: 5 (99%)',
      'Change by the attack',
      'Attack: 6 (93%)',
      'Change by the noise',
      'Random noise: 5 (100%)',
    ]);
    expect(notes(view)).toContain('Smallest ε that flips the answer: 0.0622 (15.8/255). Then it is 6.');
    expect(notes(view)).toContain('Random noise doesn’t flip it up to 0.3 (76.5/255).');
    expect(formula(view)).toContain('d = z[6] − z[5] = −4.93');
    expect(formula(view)).toContain('ε·|w|₁ = 0.1·173 = 17.3');
    expect(part(view, 'epsilon').textContent).toContain('0.1 (25.5/255)');
  });

  it('writes out the pixel that keys go to', async () => {
    const { view, model } = shown({ state: 'epsilon=0.05;pixel=10,16' });
    await settle();
    expect(formula(view)).toMatch(/^x′\[10, 16\] = clip\(x \+ ε·sign\(g\)\) = clip\([\d.]+ \+ 0\.05·/);
    const pane = view.el.querySelector('.dlw-pane-surface')!;
    pane.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', shiftKey: true }));
    await settle();
    expect(model.now.pixel).toEqual([15, 16]);
    expect(formula(view)).toContain('x′[15, 16]');
  });

  it('moves by itself, and stays where the hand puts it', async () => {
    const { view, model } = shown({ lesson: ['flip'] });
    await settle();
    const before = captions(view)[2];
    see();
    await pause(900);
    expect(view.el.dataset.playing).toBe('true');
    expect(part(view, 'epsilon').textContent).not.toContain('0 (0/255)');
    expect(before).toBe('Attack: 5 (99%)');
    expect(model.text('state')).toBe('');
    key(view, 'Home');
    await settle();
    expect(model.text('state')).toBe('epsilon=0');
    expect(view.el.dataset.playing).toBe('false');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
    for (let i = 0; i < 7; i += 1) key(view, 'ArrowRight', true);
    await settle();
    expect(model.text('state')).toBe('epsilon=0.07');
    expect(slider(view).getAttribute('aria-valuetext')).toBe('0.07 (17.9/255)');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
  });

  it('stays where a link puts it, and goes on from there', async () => {
    const { view, model } = shown({ state: 'digit=8;epsilon=0.02' });
    see();
    await pause(400);
    expect(view.el.dataset.playing).toBe('false');
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('digit=8');
    expect(part(view, 'epsilon').textContent).toContain('0.03 (');
    press(view, 'Reset');
    await settle();
    expect(model.text('state')).toBe('digit=8;epsilon=0.02');
  });

  it('leads to a wanted answer, or says that it doesn’t', async () => {
    const { view } = shown({ state: 'digit=3;target=5;epsilon=0.05' });
    await settle();
    expect(captions(view)[2]).toMatch(/^Attack: 5/);
    select(view, 'target', '1');
    await settle();
    expect(notes(view)).toContain('No ε up to 0.3 (76.5/255) gives 1.');
    select(view, 'target', '3');
    await settle();
    expect(notes(view)).toContain('The answer is 3 without an attack. Choose another one.');
  });

  it('says when the network is wrong without an attack', async () => {
    const { view } = shown({ state: 'digit=3;network=linear;epsilon=0' });
    await settle();
    expect(notes(view)).toContain('The network is wrong about this digit without an attack.');
    expect(notes(view)).toContain('d + w·(x′ − x) is exactly what the network gives');
  });

  it('takes many steps, whose number can be set', async () => {
    const { view, model } = shown({ state: 'digit=7;epsilon=0.07' });
    await settle();
    const steps = part(view, 'method').querySelector<HTMLElement>('[role="group"]')!;
    expect(steps.hidden).toBe(true);
    expect(notes(view)).toContain('0.0796');
    select(view, 'method', 'iterative');
    await settle();
    expect(steps.hidden).toBe(false);
    expect(notes(view)).toContain('0.0623');
    expect(formula(view)).toContain('·ε)');
    press(view, 'Steps: more');
    await settle();
    expect(model.now.steps).toBe(11);
  });

  it('shows an attack of the user’s own model, and says when the kernel has to compute', async () => {
    const { view, model } = shown({
      state: 'image=own;network=own;epsilon=0.12',
      attack: own('own;5;sign;;10;0'),
    });
    await settle();
    expect(captions(view)[0]).toBe('Image: cat (90%)');
    expect(captions(view)[2]).toBe('Attack: dog (70%)');
    expect(part(view, 'epsilon').textContent).toContain('0.1 (26/255)');
    expect(formula(view)).toContain('clip(0.25 + 0.1·(−1)) = 0.15');
    expect(options(view, 'target')).toEqual(['any other', 'cat', 'dog']);
    select(view, 'target', '40');
    await settle();
    expect(model.text('state')).toContain('target=40');
    expect(notes(view)).toContain('Your model computes in the kernel.');
    model.set('attack', own('own;5;sign;40;10;0', { target: 1 }));
    await settle();
    expect(notes(view)).not.toContain('Your model computes in the kernel.');
    // The networks of the page have no class 40.
    select(view, 'network', 'linear');
    await settle();
    expect(model.text('state')).not.toContain('target');
  });

  it('goes from one computed size to the next by keys', async () => {
    const { view, model } = shown({
      state: 'image=own;network=own;epsilon=0.12',
      attack: own('own;5;sign;;10;0'),
    });
    await settle();
    const curve = view.el.querySelector('.dlw-adversarial-curve')!;
    for (const [key, epsilon] of [
      ['ArrowRight', 0.2],
      ['ArrowLeft', 0.1],
      ['ArrowLeft', 0],
      ['PageUp', 0.2],
    ] as const) {
      curve.dispatchEvent(new KeyboardEvent('keydown', { key }));
      await settle();
      expect(model.now.epsilon).toEqual([epsilon]);
      expect(curve.getAttribute('aria-valuenow')).toBe(String(epsilon));
    }
  });

  it.each([
    ['image=own;epsilon=0', {}, 'Your own array isn’t in this page'],
    ['network=own;epsilon=0', {}, 'Your own model isn’t in this page'],
    ['network=own;epsilon=0', own('x', { x: new DataView(new ArrayBuffer(4)) }), 'isn’t in this page'],
  ])('says what is missing: %s', async (state, attack, said) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { view } = shown({ state, attack });
    await settle();
    expect(notes(view)).toContain(said);
    expect(captions(view)[0]).toBe('Image: 5 (99%)');
  });
});
