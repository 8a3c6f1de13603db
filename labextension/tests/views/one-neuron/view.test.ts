// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { OneNeuronModel } from '../../../src/views/one-neuron/model';
import { OneNeuronView } from '../../../src/views/one-neuron/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: OneNeuronModel; view: OneNeuronView } {
  return display(OneNeuronModel, OneNeuronView, traits);
}

const find = (view: OneNeuronView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const text = (view: OneNeuronView, selector: string): string => find(view, selector).textContent;
const formula = (view: OneNeuronView): string => text(view, '.dlw-concept-formula');
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the widget of one neuron', () => {
  it('writes out a step with its numbers', async () => {
    const { view } = shown({ state: 'w=1;b=0;learning_rate=0.1;x=1,2;y=2,4' });
    await settle();
    expect(formula(view)).toContain('L = 1/2·Σ (w·x + b − y)² = 1/2·((1·1 + 0 − 2)² + (1·2 + 0 − 4)²) = 2.5');
    expect(formula(view)).toContain('∂L/∂w = 2/2·Σ (w·x + b − y)·x = 2/2·((−1)·1 + (−2)·2) = −5');
    expect(formula(view)).toContain('∂L/∂b = 2/2·Σ (w·x + b − y) = 2/2·((−1) + (−2)) = −3');
    expect(formula(view)).toContain('w ← w − η·∂L/∂w = 1 − 0.1·(−5) = 1.5');
    expect(formula(view)).toContain('b ← b − η·∂L/∂b = 0 − 0.1·(−3) = 0.3');
    expect(formula(view)).toContain('2.5 + 1 + √(1.5² + 4·1.5²) = 6.85,  2 / λ = 0.292');
    find(view, 'button[title="Step"]').click();
    await settle();
    expect(formula(view)).toContain('1.5·1 + 0.3 − 2');
  });

  it('moves the line with the arrow keys, from the step that is shown', async () => {
    const { view, model } = shown({ state: 'learning_rate=0.1;at=1' });
    await settle();
    const [w, b] = model.learning.path[1]!;
    key(find(view, '.dlw-neuron-canvas'), 'ArrowRight');
    expect(model.now.w).toBeCloseTo(w + 0.1, 4);
    expect(model.now.b).toBeCloseTo(b, 4);
    await settle();
    expect(text(view, '.dlw-concept-formula')).toContain('Step 1 of 200');
    key(view.el.querySelectorAll<HTMLElement>('.dlw-neuron-canvas')[1]!, 'ArrowDown');
    expect(model.now.b).toBeLessThan(b);
  });

  it('says where it diverges, and that only x matters', async () => {
    const { view, model } = shown({ state: 'learning_rate=0.2', lesson: ['rate'] });
    await settle();
    expect(text(view, '.dlw-neuron-notes')).toContain(
      'above 2 / λ = 0.177, so each step leads farther away. It diverges',
    );
    expect(model.said).toContain('It diverges: the loss grows.');
    model.change({ learning_rate: 0.1, y: [9, 9, 9, 9, 9, -9] });
    expect(model.shape.limit).toBeCloseTo(0.177, 3);
    await settle();
    expect(text(view, '.dlw-neuron-notes')).toMatch(/It reaches the lowest loss in step \d+\./);
    expect(view.el.querySelector('.dlw-concept-done')).toBeNull();
    model.change({ learning_rate: 0.25 });
    expect(view.el.querySelector('.dlw-concept-done')).not.toBeNull();
  });

  it('adds, edits and removes points', async () => {
    const { view, model } = shown({ state: 'x=1,2;y=2,4' });
    await settle();
    const cell = view.el.querySelector<HTMLInputElement>('input[aria-label="y of point 2"]')!;
    cell.value = '5.5';
    cell.dispatchEvent(new Event('input'));
    expect(model.now.y).toEqual([2, 5.5]);
    await settle();
    key(find(view, '.dlw-neuron-canvas'), 'Enter');
    expect(model.now.x).toHaveLength(3);
    key(find(view, '.dlw-neuron-canvas'), 'Delete');
    key(find(view, '.dlw-neuron-canvas'), 'Delete');
    key(find(view, '.dlw-neuron-canvas'), 'Delete');
    // One always stays.
    expect(model.now.x).toEqual([1]);
  });

  it('rounds only the point that is new', async () => {
    const { view, model } = shown({ state: 'x=0.1234,0.0041;y=1.2345,0.0007' });
    await settle();
    key(find(view, '.dlw-neuron-canvas'), 'Enter');
    expect(model.now.x.slice(0, 2)).toEqual([0.1234, 0.0041]);
    expect(model.now.y.slice(0, 2)).toEqual([1.2345, 0.0007]);
    model.setPoints([0.1234, 0.5678], [1.2345, 0.0007]);
    expect([model.now.x, model.now.y]).toEqual([
      [0.1234, 0.57],
      [1.2345, 0.0007],
    ]);
  });

  it('takes batches with a seed, each with a surface of its own', async () => {
    const { view, model } = shown({ state: 'batch_size=1;at=3' });
    await settle();
    expect(formula(view)).toContain('L = Σ (w·x + b − y)² = (');
    expect(text(view, '.dlw-neuron-notes')).toContain('the steepest one allows 0.0588.');
    expect(find(view, '[data-part="seed"]').hidden).toBe(false);
    const before = model.learning.path[3];
    model.change({ seed: 5 });
    expect(model.learning.path[3]).not.toEqual(before);
  });

  it('goes to a step with the keys of the chart', async () => {
    const { view, model } = shown();
    await settle();
    key(find(view, '.dlw-curve-surface'), 'PageUp');
    expect(model.text('state')).toBe('at=10');
    key(find(view, '.dlw-curve-surface'), 'End');
    await settle();
    expect(formula(view)).toContain('The last step: y = 2·x + (−1)');
  });

  it('shows the usual points where a link has more x than y', async () => {
    const { view } = shown({ state: 'x=1,2,3' });
    await settle();
    expect(text(view, '.dlw-neuron-notes')).toContain('more x than y');
    expect(view.el.querySelectorAll('.dlw-number')).toHaveLength(12);
  });
});
