// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { BackpropagationModel } from '../../../src/views/backpropagation/model';
import { BackpropagationView } from '../../../src/views/backpropagation/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): {
  model: BackpropagationModel;
  view: BackpropagationView;
} {
  return display(BackpropagationModel, BackpropagationView, traits);
}

const find = (view: BackpropagationView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const text = (view: BackpropagationView, selector: string): string => find(view, selector).textContent;
const formula = (view: BackpropagationView): string => text(view, '.dlw-concept-formula');
const current = (view: BackpropagationView): string => text(view, '[aria-current="step"]');
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

function type(view: BackpropagationView, label: string, value: string): void {
  const input = view.el.querySelector<HTMLInputElement>(`input[aria-label^="${label}"]`)!;
  input.focus();
  input.value = value;
  input.dispatchEvent(new Event('input'));
}

const SMALL = 'layers=1,1;activations=linear;weights=2,0.5;x=3;y=4;learning_rate=0.1;focus=1,1,1';

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the backpropagation widget', () => {
  it('writes out each step with its numbers', async () => {
    const { view } = shown({ state: SMALL });
    const lines: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      await settle();
      lines.push(formula(view));
      find(view, 'button[title="Step"]').click();
    }
    expect(lines[0]).toContain('z(1)1 = w(1)11·x1 + b(1)1 = 2·3 + 0.5 = 6.5');
    expect(lines[1]).toContain('L = ½·Σ (a − y)² = ½·((6.5 − 4)²) = 3.13');
    expect(lines[2]).toContain('δ(1)1 = (a(1)1 − y1)·1 = (6.5 − 4)·1 = 2.5');
    expect(lines[3]).toContain('∂L/∂w(1)11 = x1·δ(1)1 = 3·2.5 = 7.5');
    expect(lines[4]).toContain('w(1)11 ← w(1)11 − η·∂L/∂w(1)11 = 2 − 0.1·7.5 = 1.25');
    await settle();
    // The next pass begins with the updated weights.
    expect(formula(view)).toContain('1.25·3 + 0.25 = 4');
    expect(text(view, '.dlw-backprop-pass')).toBe('Pass 2 of 200');
  });

  it('takes a number that is typed, in the pass that is shown', async () => {
    const { view, model } = shown({ state: SMALL });
    await settle();
    type(view, 'w⁽¹⁾₁₁, weight', '-1');
    await settle();
    expect(formula(view)).toContain('(−1)·3 + 0.5 = −2.5');
    type(view, 'Target 1', '7');
    await settle();
    expect(model.samples).toEqual([{ x: [3], y: [7] }]);
    find(view, '.dlw-backprop-phase:nth-child(2)').click();
    await settle();
    expect(formula(view)).toContain('(−2.5 − 7)²');
    // What a careless user types is no number.
    type(view, 'Input 1', '1e9');
    expect(model.samples[0]!.x).toEqual([3]);
    type(view, 'Input 1', 'NaN');
    expect(model.samples[0]!.x).toEqual([3]);
  });

  it('continues from the weights of a later pass when one of them is changed', async () => {
    const { view, model } = shown({ state: `${SMALL};at=1,0` });
    await settle();
    type(view, 'b⁽¹⁾₁, bias', '9');
    expect(model.now.weights).toEqual([1.25, 9]);
    await settle();
    expect(text(view, '.dlw-backprop-pass')).toBe('Pass 1 of 200');
  });

  it('goes to a step, and to a pass with the keys of the chart', async () => {
    const { view, model } = shown();
    await settle();
    find(view, '.dlw-backprop-phase:nth-child(5)').click();
    await settle();
    expect(current(view)).toBe('δ 1');
    expect(model.said).toContain('pass 1 of 200, step 5 of 8. Layer 1 has the δ 0.047, 0.023.');
    key(find(view, '.dlw-curve-surface'), 'PageUp');
    await settle();
    expect(model.text('state')).toBe('at=10,4');
    key(find(view, '.dlw-curve-surface'), 'End');
    expect(model.now.at).toEqual([199, 4]);
  });

  it('selects a unit by keys and a weight in the list, and draws its chain', async () => {
    const { view, model } = shown();
    await settle();
    expect(text(view, '.dlw-backprop-sum')).toContain('1 · 0.229 · (−0.5) · 0.238 · (−0.608) = 0.017');
    expect(text(view, '.dlw-backprop-sum')).toContain('sum of all paths: ∂L/∂w(1)11 = 0.047');
    key(find(view, '.dlw-backprop-surface'), 'ArrowRight');
    key(find(view, '.dlw-backprop-surface'), 'ArrowDown');
    await settle();
    expect(model.now.focus).toEqual([2, 1, 2]);
    expect(text(view, '.dlw-backprop-sum')).toMatch(/^∂L\/∂w\(2\)12 = 0\.354 · 0\.217 · 0\.683 = /);
    find(view, '.dlw-backprop-row:last-child button').click();
    expect(model.now.focus).toEqual([2, 0, 2]);
  });

  it('says which gradients are wrong, and that a bad ε isn’t a mistake', async () => {
    const { view, model } = shown({ state: 'mistake=new_weights;learning_rate=2', lesson: ['check'] });
    await settle();
    expect(text(view, '.dlw-backprop-verdict')).toBe('6 of 12 gradients don’t agree.');
    model.change({ mistake: 'none', epsilon: 1e-12 });
    await settle();
    expect(text(view, '.dlw-backprop-notes')).toContain('rounding');
    model.change({ epsilon: 1e-4 });
    await settle();
    expect(text(view, '.dlw-backprop-verdict')).toMatch(
      /^All 12 gradients agree: their relative difference is at most [\d.]+e−\d+\.$/,
    );
    expect(view.el.querySelector('.dlw-concept-done')).toBeNull();
    model.change({ mistake: 'no_slope' });
    expect(view.el.querySelector('.dlw-concept-done')).not.toBeNull();
  });

  it('offers the losses that fit, and changes one that doesn’t', async () => {
    const { view, model } = shown({ state: 'loss=crossentropy' });
    await settle();
    const losses = (): string[] =>
      [...view.el.querySelectorAll<HTMLOptionElement>('[data-part="loss"] option')].map(({ value }) => value);
    expect(losses()).toContain('crossentropy');
    model.setActivation('output', 'linear');
    await settle();
    expect(losses()).toEqual(['squared', 'mse']);
    expect(model.text('state')).toBe('activations=sigmoid,linear');
  });

  it('drops what doesn’t fit other layers', async () => {
    const { view, model } = shown({ state: `${SMALL};at=3,2` });
    await settle();
    model.setLayers([2, 3, 1]);
    await settle();
    expect(model.text('state')).toBe('layers=2,3,1;activations=sigmoid,linear;learning_rate=0.1');
    expect(view.el.querySelectorAll('.dlw-backprop-number')).toHaveLength(2 + 9 + 4 + 1);
  });

  it('takes one sample in each pass, and says where training diverges', async () => {
    const { view } = shown({ state: 'x=1,0,0,1;y=1,0,0,1;at=1,0' });
    await settle();
    expect(text(view, '.dlw-backprop-notes')).toContain('This is sample 2 of 2.');
    expect(text(view, '.dlw-curve')).toContain('Mean loss');
    const other = shown({ state: 'activations=linear,linear;learning_rate=10;at=150,0' });
    await settle();
    expect(text(other.view, '.dlw-backprop-notes')).toMatch(/beyond all bounds in pass \d+\./);
  });

  it('says what of a link doesn’t fit its layers', async () => {
    const { view } = shown({ state: 'weights=1,2;x=1,2,3;loss=crossentropy;activations=relu,relu;at=0,99' });
    await settle();
    expect(text(view, '.dlw-backprop-notes')).toContain('defaults are used: weights, x, y, loss.');
    expect(current(view)).toBe('Update');
  });
});
