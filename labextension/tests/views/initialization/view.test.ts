// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { InitializationModel } from '../../../src/views/initialization/model';
import { InitializationView } from '../../../src/views/initialization/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): {
  model: InitializationModel;
  view: InitializationView;
} {
  return display(InitializationModel, InitializationView, traits);
}

const formula = (view: InitializationView): string =>
  view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: InitializationView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const notes = (view: InitializationView): string => part(view, 'notes').textContent;

function press(view: InitializationView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function select(view: InitializationView, name: string, value: string): void {
  const menu = part(view, name).querySelector('select')!;
  menu.value = value;
  menu.dispatchEvent(new Event('change'));
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

function signal(std: (number | null)[], there: boolean[]): Record<string, unknown> {
  const counts = there.map((one) => (one ? new Array<number>(15).fill(1) : null));
  return { std, rms: std, mean: std, counts, there, low: -1, high: 1 };
}

const MEASURED = {
  key: 'model;1;uniform;0',
  names: ['', 'inner', 'out'],
  kinds: ['', 'Dense', 'Dense'],
  activations: signal([1, 0.5, null], [true, true, true]),
  gradients: signal([null, 0.25, 0.125], [false, true, true]),
  weights: signal([null, 0.5, 0.25], [false, true, true]),
  sizes: [null, 0.4, 0.3],
  samples: 7,
  loss: 2,
  compiled: true,
};

describe('the widget of initialization', () => {
  it('sends the signal forward and the gradient back, and stops where the user acts', async () => {
    const { view, model } = shown({ state: 'depth=2;units=8' });
    see();
    await pause(150);
    expect(view.el.dataset.playing).toBe('true');
    expect(notes(view)).toContain('Forward:');
    await pause(900);
    await settle();
    expect(view.el.dataset.playing).toBe('false');
    expect(notes(view)).toContain('per layer');
    press(view, 'Play');
    await pause(150);
    select(view, 'method', 'he');
    await settle();
    expect(view.el.dataset.playing).toBe('false');
    expect(notes(view)).not.toContain('Forward:');
    expect(model.text('state')).toBe('method=he;depth=2;units=8');
  });

  it('goes step by step to the last layer and back to the input', async () => {
    const { view } = shown({ state: 'depth=2;units=8' });
    await settle();
    const said: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      press(view, 'Step');
      await settle();
      said.push(notes(view));
    }
    expect(said[0]).toBe('Forward: Layer 1');
    expect(said[1]).toBe('Forward: Layer 2');
    expect(said[2]).toBe('The gradient of the loss on its way back: Layer 2');
    expect(said[4]).toBe('The gradient of the loss on its way back: Input');
    expect(said[5]).toContain('Activations and gradients keep their size');
  });

  it('plays on from a layer that was selected, which ticks off no step of a lesson', async () => {
    const { view, model } = shown({ state: 'depth=2;units=8;layer=1', lesson: ['layer'] });
    see();
    press(view, 'Play');
    await pause(150);
    expect(view.el.dataset.playing).toBe('true');
    expect(notes(view)).toContain('Forward:');
    expect(model.text('state')).toBe('depth=2;units=8');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
  });

  it('tells the average of a·W from what it is, so that a linear layer multiplies by 1', async () => {
    const { view } = shown({ state: 'activation=linear;layer=2' });
    await settle();
    expect(formula(view)).toMatch(/a·W: on average √32 · 0\.177 · [\d.]+ ≈ [\d.]+/);
    const here = /; here ([\d.]+)/.exec(formula(view))![1]!;
    expect(formula(view)).toContain(`None (linear): root mean square ${here} (× 1)`);
  });

  it('finds no way back through an output layer of zeros, residual connections or not', async () => {
    const { view } = shown({ state: 'method=zeros;residual=1;layer=1' });
    await settle();
    expect(notes(view)).toContain('those of the output layer too');
    expect(view.el.querySelector('.dlw-concept-about')!.textContent).not.toContain('always has a way back');
  });

  it('says what vanishes and what He repairs, with the numbers of the layer', async () => {
    const { view } = shown({ state: 'layer=2' });
    await settle();
    expect(notes(view)).toContain('Activations and gradients vanish.');
    expect(notes(view)).toContain('guessing would have ln 10 = 2.30');
    expect(formula(view)).toContain('√(2 / (32 + 32)) = 0.177');
    select(view, 'method', 'he');
    await settle();
    expect(notes(view)).toContain('keep their size within a factor of 100');
    expect(formula(view)).toContain('√(2 / 32) = 0.25');
    select(view, 'method', 'zeros');
    await settle();
    expect(notes(view)).toContain(
      'No gradient reaches the layers: all weights are 0, and all units of a layer stay the same.',
    );
  });

  it('has layers to go to by keys, and stays where a link says', async () => {
    const { view, model } = shown({ state: 'depth=3;units=8;layer=3', lesson: ['layer'] });
    see();
    await pause(300);
    expect(view.el.dataset.playing).toBe('false');
    const slider = part(view, 'signals').querySelector<HTMLElement>('[role="slider"]')!;
    const key = (name: string): boolean => slider.dispatchEvent(new KeyboardEvent('keydown', { key: name }));
    key('ArrowRight');
    expect(model.now.layer).toEqual([3]);
    key('Home');
    await settle();
    expect(model.text('state')).toBe('depth=3;units=8;layer=0');
    expect(formula(view)).toContain('Input: standard deviation');
    expect(slider.getAttribute('aria-valuetext')).toContain('Input: ');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    // Fewer layers than the marked one.
    model.change({ depth: 1, layer: [3] });
    await settle();
    expect(formula(view)).toContain('weights of layer 1:');
  });

  it('shows a model of the user’s as Python measured it', async () => {
    const { view, model } = shown({ state: 'method=model;layer=2', measured: MEASURED });
    await settle();
    expect(part(view, 'depth').hidden).toBe(true);
    expect(formula(view)).toContain('out (Dense): standard deviation of the weights 0.3');
    // What JSON can't hold has overflowed.
    expect(formula(view)).toContain('0.5 before this layer, ∞ after it');
    expect(formula(view)).toContain('0.125; one layer further back: 0.25 (× 2)');
    expect(notes(view)).toContain('Keras computed this for 7 samples of yours');
    select(view, 'method', 'he');
    await settle();
    expect(notes(view)).toContain('This was measured with other settings.');
    model.set('measured', { ...MEASURED, key: 'he;1;uniform;0' });
    await settle();
    expect(notes(view)).not.toContain('other settings');
  });

  it('asks of a user’s model only what its layers can do', async () => {
    const lesson = ['he', 'scale', 'layer', 'sigmoid', 'zeros', 'residual'];
    const { view, model } = shown({ state: 'method=model;layer=2', measured: MEASURED, lesson });
    await settle();
    expect(view.el.querySelectorAll('.dlw-concept-steps li')).toHaveLength(4);
    const about = view.el.querySelector('.dlw-concept-about')!;
    expect(about.textContent).not.toMatch(/Sigmoid|A way around|Saturated|is a toy/);
    const tries = about.querySelectorAll<HTMLButtonElement>('button');
    for (const one of tries) {
      one.click();
      expect(model.text('state')).not.toMatch(/activation|depth|residual/);
    }
    expect(model.text('state')).toBe('method=model');
    const page = shown({ state: 'layer=1', lesson });
    await settle();
    expect(page.view.el.querySelectorAll('.dlw-concept-steps li')).toHaveLength(6);
  });

  it('has a verdict of its own for what is no number, and for gradients that start at the logits', async () => {
    const there = [true, true, true];
    const nan = { ...signal([1, 0.5, null], there), nan: [false, false, true] };
    const { view, model } = shown({
      state: 'method=model;layer=2',
      measured: { ...MEASURED, activations: nan },
    });
    await settle();
    expect(notes(view)).toContain('aren’t numbers anymore (NaN)');
    expect(notes(view)).not.toContain('overflow in float32');
    expect(formula(view)).toContain('NaN after it');
    model.set('measured', { ...MEASURED, activations: signal([1, 0, 0], there) });
    await settle();
    expect(notes(view)).not.toContain('keep their size');
    expect(notes(view)).not.toContain('logits');
    const gradients = signal([0.1, 0.25, null], [true, true, false]);
    model.set('measured', { ...MEASURED, gradients });
    await settle();
    expect(notes(view)).toContain('the gradients start there, and there is none by the output');
  });

  it('says where the model of a link isn’t in the page', async () => {
    const { view } = shown({ state: 'method=model;layer=1' });
    await settle();
    expect(notes(view)).toContain('Your own model isn’t in this page');
    expect(formula(view)).toContain('= 0.177');
  });
});
