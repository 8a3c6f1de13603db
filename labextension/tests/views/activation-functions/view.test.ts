// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { ActivationFunctionsModel } from '../../../src/views/activation-functions/model';
import { ActivationFunctionsView } from '../../../src/views/activation-functions/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): {
  model: ActivationFunctionsModel;
  view: ActivationFunctionsView;
} {
  return display(ActivationFunctionsModel, ActivationFunctionsView, traits);
}

const find = (view: ActivationFunctionsView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const formula = (view: ActivationFunctionsView): string => find(view, '.dlw-concept-formula').textContent;
const words = (view: ActivationFunctionsView): string => view.model.said;
const notes = (view: ActivationFunctionsView): string => find(view, '.dlw-activation-notes').textContent;
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
const floats = (...values: number[]): { data: DataView } => ({
  data: new DataView(Float32Array.from(values).buffer),
});

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the activation functions widget', () => {
  it('writes out value, derivative and what ten layers leave', async () => {
    const { view, model } = shown({ state: 'x=2' });
    await settle();
    expect(formula(view)).toContain('Sigmoid at x = 2');
    expect(formula(view)).toContain('1 / (1 + e^(−2)) = 0.881');
    expect(formula(view)).toContain('0.881·(1 − 0.881) = 0.105');
    expect(notes(view)).toContain('at most 0.25: 10 such layers leave at most 9.5e−7 of a gradient');
    model.change({ x: [-6] });
    await settle();
    // Almost nothing isn't nothing.
    expect(formula(view)).toContain('= 8e−27');
    model.change({ focus: 'relu', x: [-1.5] });
    await settle();
    expect(formula(view)).toContain('max(0, −1.5) = 0');
    expect(words(view)).toContain('ReLU is dead up to 0: its derivative is 0.');
  });

  it('takes the steepest place of a function that only falls', async () => {
    const values = Array.from({ length: 601 }, (_, i) => -0.5 * (-6 + 0.02 * i));
    const { view } = shown({ state: 'functions=own;focus=own', table: floats(...values) });
    await settle();
    expect(notes(view)).toContain('Its derivative is at most 0.5: 10 such layers leave at most 9.8e−4');
  });

  it('lets the point go where it plays on, which is no deed of the user’s', async () => {
    const { view, model } = shown({ state: 'x=2', lesson: [{ text: 'Move the point.', done: 'x' }] });
    await settle();
    find(view, 'button[aria-label="Step"]').click();
    await settle();
    expect(model.text('state')).toBe('');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
  });

  it('moves the point with the arrow keys, and ticks off what happens there', async () => {
    const { view, model } = shown({ lesson: ['saturated', 'dead'] });
    await settle();
    const curve = find(view, '[role="slider"]');
    key(curve, 'End');
    await settle();
    expect(model.text('state')).toBe('x=6');
    expect(curve.getAttribute('aria-valuetext')).toContain('x = 6: Sigmoid 0.998, derivative 0.002');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    [...view.el.querySelectorAll<HTMLElement>('.dlw-activation-pick')][1]!.click();
    await settle();
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    key(curve, 'Home');
    await settle();
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(2);
  });

  it('shows a function that is selected, and the slope that belongs to it', async () => {
    const { view, model } = shown();
    await settle();
    expect(find(view, '[data-part="negative_slope"]').hidden).toBe(true);
    [...view.el.querySelectorAll<HTMLElement>('.dlw-activation-pick')][2]!.click();
    await settle();
    expect(model.now.functions).toEqual(['relu', 'leaky_relu', 'sigmoid', 'tanh']);
    expect(find(view, '[data-part="negative_slope"]').hidden).toBe(false);
    model.change({ negative_slope: 0, x: [-2] });
    await settle();
    expect(notes(view)).toContain('Leaky ReLU is dead up to 0');
  });

  it('steps and plays on from where the point was put', async () => {
    const { view, model } = shown({ state: 'x=1' });
    await settle();
    find(view, '[aria-label="Step"]').click();
    await settle();
    expect(model.text('state')).toBe('');
    const at = /x = ([\d.]+):/.exec(find(view, '[role="slider"]').getAttribute('aria-valuetext')!)!;
    expect(Number(at[1])).toBeGreaterThan(0.7);
    expect(Number(at[1])).toBeLessThan(1.3);
  });

  it('turns logits that are dragged into probabilities', async () => {
    const { view, model } = shown({ state: 'show=softmax;logits=2,1,0' });
    await settle();
    expect(formula(view)).toContain('p₀ = e^2 / (e^2 + e^1 + e^0)');
    expect(formula(view)).toContain('7.39 / 11.1 = 0.665');
    const bars = view.el.querySelectorAll<HTMLElement>('.dlw-upright-track[role="slider"]');
    expect([...bars].map((bar) => bar.getAttribute('aria-label'))).toEqual([
      'Logit of class 0',
      'Logit of class 1',
      'Logit of class 2',
    ]);
    key(bars[2]!, 'PageUp');
    key(bars[2]!, 'ArrowUp');
    await settle();
    expect(model.now.logits).toEqual([2, 1, 1.1]);
    const before = words(view).split('Softmax')[1];
    find(view, '[data-part="shift"]').click();
    await settle();
    expect(model.now.logits).toEqual([3, 2, 2.1]);
    expect(words(view).split('Softmax')[1]).toBe(before);
    find(view, '[aria-label="Classes: less"]').click();
    expect(model.now.logits).toEqual([3, 2]);
  });

  it('says that layers without an activation are a line', async () => {
    const { view, model } = shown({ state: 'show=stack;focus=relu;layers=2;units=3;seed=5' });
    await settle();
    const { slope, offset } = model.stack;
    expect(formula(view)).toContain('W₃·(W₂·(W₁·x + b₁) + b₂) + b₃');
    expect(formula(view)).toContain('With ReLU: y = W₃·f(W₂·f(W₁·x + b₁) + b₂) + b₃');
    expect(words(view)).toContain('has 22 weights');
    expect(find(view, '[data-part="seed"]').hidden).toBe(false);
    model.change({ focus: 'linear' });
    await settle();
    model.stack.bent.forEach((y, i) => expect(y).toBeCloseTo(slope * 3 * (i / 150 - 1) + offset, 9));
    expect(words(view)).not.toContain('bends');
  });

  it('shows a function and values of the user’s', async () => {
    const { view, model } = shown({
      state: 'functions=own;focus=own;x=3',
      table: floats(...Array.from({ length: 601 }, (_, i) => Math.max(0, i / 50 - 6))),
      sample: floats(-9, -1, 2, 3),
    });
    await settle();
    expect(formula(view)).toContain('Your own function at x = 3');
    expect(formula(view)).toContain('f′(x) = 1');
    expect(notes(view)).toContain('Of your values, 50% are where it is dead');
    // What lies beyond the axis saturates, too.
    model.change({ focus: 'sigmoid' });
    await settle();
    expect(notes(view)).toContain('0% are where it is dead and 50% where it saturates');
    const lost = shown({ state: 'functions=relu,own;focus=own' });
    await settle();
    expect(notes(lost.view)).toContain('Your own function isn’t in this page.');
    expect(formula(lost.view)).toContain('ReLU at x');
  });
});
