// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { GradientDescentModel } from '../../../src/views/gradient-descent/model';
import { GradientDescentView } from '../../../src/views/gradient-descent/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): {
  model: GradientDescentModel;
  view: GradientDescentView;
} {
  return display(GradientDescentModel, GradientDescentView, traits);
}

const find = (view: GradientDescentView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const formula = (view: GradientDescentView): string => find(view, '.dlw-concept-formula').textContent;
const rows = (view: GradientDescentView): string[] =>
  [...view.el.querySelectorAll('.dlw-descent-row')].slice(1).map((row) => row.textContent);
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the gradient descent widget', () => {
  it('writes out a step with its numbers', async () => {
    const { view } = shown({
      state: 'function=parabola;optimizers=sgd,momentum;learning_rate=0.25;start=2;focus=sgd;at=0',
    });
    await settle();
    expect(formula(view)).toContain('SGD after 0 of 150 steps: the next step');
    expect(formula(view)).toContain('g = ∇L(w) = 4');
    expect(formula(view)).toContain('w ← w − η·g = 2 − 0.25·4 = 1');
    find(view, '.dlw-descent-row:nth-child(3) button').click();
    await settle();
    expect(formula(view)).toContain('v ← β·v − η·g = 0.9·0 − 0.25·4 = −1');
    expect(formula(view)).toContain('w ← w + v = 2 + (−1) = 1');
  });

  it('says in words who is stuck, who diverges, and who arrives', async () => {
    const { view, model } = shown({ state: 'function=two_minima' });
    await settle();
    expect(rows(view)[0]).toContain('stuck in a local minimum');
    expect(rows(view)[1]).toMatch(/arrives in step \d+/);
    const words = find(view, '.dlw-concept-words').textContent;
    expect(words).toContain('SGD is stuck in a local minimum.');
    expect(words).toContain('Surface: two minima. The start is (1.8, 1.7)');
    model.change({ function: 'bowl', learning_rate: 1.2 });
    await settle();
    expect(rows(view)[0]).toMatch(/diverges in step \d+/);
    expect(find(view, '.dlw-descent-notes').textContent).toContain('diverges above 2 / 2 = 1.');
  });

  it('moves the start with the arrow keys, and takes it back', async () => {
    const { view, model } = shown();
    await settle();
    const plot = find(view, '.dlw-descent-surface');
    key(plot, 'ArrowRight');
    key(plot, 'ArrowUp');
    expect(model.now.start).toEqual([-1.72, 0.752]);
    key(plot, 'Home');
    expect(model.text('state')).toBe('');
  });

  it('goes to a step with the keys of the chart', async () => {
    const { view, model } = shown({ state: 'at=10' });
    await settle();
    const chart = find(view, '.dlw-descent-chart-surface');
    key(chart, 'PageUp');
    key(chart, 'ArrowRight');
    await settle();
    expect(model.text('state')).toBe('at=21');
    expect(chart.getAttribute('aria-valuetext')).toContain('Step 21, loss of Momentum');
    expect(formula(view)).toContain('Momentum after 21 of 150 steps: the next step');
    key(chart, 'End');
    await settle();
    expect(formula(view)).toContain('Momentum, its last step, 150');
  });

  it('hides and shows optimizers, and the knobs that belong to them', async () => {
    const { view, model } = shown();
    await settle();
    for (const box of view.el.querySelectorAll<HTMLInputElement>('.dlw-descent-row input')) {
      if (box.checked && box.getAttribute('aria-label') !== 'Show SGD') box.click();
    }
    await settle();
    expect(model.text('state')).toBe('optimizers=sgd');
    const hidden = (part: string): boolean => find(view, `[data-part="${part}"]`).hidden;
    expect(['momentum', 'rho', 'beta_2', 'epsilon', 'batch_size'].map(hidden)).toEqual(
      new Array<boolean>(5).fill(true),
    );
    expect(formula(view)).toContain('SGD after');
    model.change({ optimizers: ['adam'] });
    await settle();
    expect(['momentum', 'rho', 'beta_2'].map(hidden)).toEqual([false, true, false]);
  });

  it('estimates gradients from batches, with a seed', async () => {
    const { view, model } = shown({ state: 'function=points;batch_size=2;optimizers=sgd;at=5' });
    await settle();
    expect(formula(view)).toContain('g = ∇L(w, b) ≈');
    expect(find(view, '.dlw-descent-notes').textContent).toContain('2 of 20 points');
    const before = model.descents[0]!.points[5];
    expect(find(view, '[data-part="seed"]').hidden).toBe(false);
    model.change({ seed: 7 });
    expect(model.descents[0]!.points[5]).not.toEqual(before);
    model.change({ batch_size: 0 });
    await settle();
    expect(find(view, '[data-part="seed"]').hidden).toBe(true);
    expect(formula(view)).toContain('g = ∇L(w, b) = ');
  });

  it('shows the book’s lines as printed and as meant', async () => {
    const { view } = shown({ state: 'optimizers=momentum,printed;focus=printed;at=0' });
    await settle();
    expect(find(view, '.dlw-descent-book').hidden).toBe(false);
    expect(formula(view)).toContain('w = w + momentum·velocity − learning_rate·gradient');
  });

  it('uses points and functions of the user’s', async () => {
    const floats = (...values: number[]): DataView => new DataView(Float32Array.from(values).buffer);
    const line = { rows: 2, columns: 3, data: floats(0, 1, 2, 1, 3, 5) };
    const { view, model } = shown({ state: 'function=points', table: line });
    await settle();
    expect(model.landscape.lowest.at[0]).toBeCloseTo(2);
    expect(model.landscape.lowest.at[1]).toBeCloseTo(1);
    expect(find(view, 'select').textContent).toContain('Line through your points');
    const own = shown({
      state: 'function=own',
      table: { rows: 1, columns: 5, data: floats(4, 1, 0, 1, 4) },
    });
    expect(own.model.landscape.lowest).toEqual({ at: [0], loss: 0 });
  });

  it('says that a function of the user’s is missing', async () => {
    const lost = shown({ state: 'function=own' });
    await settle();
    expect(lost.view.el.textContent).toContain(
      'Your own array isn’t in this page, so the long valley is shown.',
    );
  });
});
