// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { UnfoldingModel } from '../../../src/views/unfolding/model';
import { UnfoldingView } from '../../../src/views/unfolding/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: UnfoldingModel; view: UnfoldingView } {
  return display(UnfoldingModel, UnfoldingView, traits);
}

const find = (view: UnfoldingView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const formula = (view: UnfoldingView): string => find(view, '.dlw-concept-formula').textContent;
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the unfolding widget', () => {
  it('goes through layers and training, and back to the beginning', async () => {
    const { view, model } = shown({ state: 'layers=3;units=4', lesson: ['training'] });
    await settle();
    const first = formula(view);
    expect(find(view, '.dlw-unfold-caption').textContent).toBe('After the last layer');
    find(view, '[aria-label="Step"]').click();
    find(view, '[aria-label="Step"]').click();
    await settle();
    const learned = formula(view);
    expect(learned).not.toBe(first);
    const training = find(view, '[data-part="training"] input') as HTMLInputElement;
    expect(training.value).toBe('2');
    training.value = '0';
    training.dispatchEvent(new Event('input'));
    await settle();
    expect(formula(view)).toBe(first);
    expect(find(view, '.dlw-concept-steps li').className).toBe('dlw-concept-done');
    find(view, '.dlw-unfold-card').click();
    await settle();
    expect(model.text('state')).toBe('layers=3;units=4;layer=0');
    expect(find(view, '.dlw-unfold-caption').textContent).toBe('The input plane');
    const plane = find(view, '.dlw-unfold-surface');
    key(plane, 'ArrowRight');
    await settle();
    expect(find(view, '.dlw-unfold-caption').textContent).toBe('Between layers 0 and 1');
    expect(formula(view)).toContain('h₁ = h₀ + tanh(h₀·W + b)·V + c = (');
    find(view, '[aria-label="Reset"]').click();
    await settle();
    expect(formula(view)).toBe(first);
  });

  it('trains on from where it was after a look back', async () => {
    const { view } = shown({ state: 'layers=1;units=2' });
    for (let i = 0; i < 3; i += 1) find(view, '[aria-label="Step"]').click();
    await settle();
    const training = find(view, '[data-part="training"] input') as HTMLInputElement;
    training.value = '1';
    training.dispatchEvent(new Event('input'));
    find(view, '[aria-label="Step"]').click();
    await settle();
    expect(training.value).toBe('4');
  });

  it('has learned already where a link leads to a layer', async () => {
    const { view } = shown({ state: 'layers=2;units=6;layer=2' });
    await settle();
    const training = find(view, '[data-part="training"] input') as HTMLInputElement;
    expect(training.value).toBe('150');
    const learned = find(view, '.dlw-unfold-result').textContent;
    find(view, '[aria-label="Reset"]').click();
    await settle();
    expect(find(view, '.dlw-unfold-result').textContent).toBe(learned);
    expect(training.value).toBe('150');
  });

  it('learns again where the points change behind a layer that is looked at', async () => {
    const { view, model } = shown({ state: 'layers=2;units=6;layer=2' });
    await settle();
    expect(view.el.querySelector('[aria-label="Pause"]')).toBeNull();
    model.change({ data: 'rings' });
    await settle();
    expect(view.el.querySelector('[aria-label="Pause"]')).not.toBeNull();
    for (let i = 0; i < 150; i += 1) find(view, '[aria-label="Step"]').click();
    await settle();
    expect((find(view, '[data-part="training"] input') as HTMLInputElement).value).toBe('150');
    expect(find(view, '.dlw-unfold-caption').textContent).toBe('After the last layer');
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    model.change({ data: 'xor' });
    await settle();
    vi.unstubAllGlobals();
    expect((find(view, '[data-part="training"] input') as HTMLInputElement).value).toBe('150');
  });

  it('has learned after Reset, too, where nothing is to move', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    const { view } = shown({ state: 'layers=1;units=2' });
    find(view, '[aria-label="Reset"]').click();
    await settle();
    vi.unstubAllGlobals();
    expect((find(view, '[data-part="training"] input') as HTMLInputElement).value).toBe('150');
  });

  it('selects points with keys, and shows as many pictures as layers', async () => {
    const { view, model } = shown();
    await settle();
    expect(view.el.querySelectorAll('.dlw-unfold-card')).toHaveLength(7);
    key(find(view, '.dlw-unfold-surface'), 'ArrowUp');
    const [first] = model.now.at;
    key(find(view, '.dlw-unfold-surface'), 'ArrowUp');
    expect(model.now.at[0]).not.toBe(first);
    model.change({ layers: 2, layer: [] });
    await settle();
    expect(view.el.querySelectorAll('.dlw-unfold-card')).toHaveLength(3);
    expect(model.said).toContain('2 layers of 12 units');
  });

  it('says that points of the user’s are missing', async () => {
    const { view } = shown({ state: 'data=own' });
    await settle();
    expect(find(view, '.dlw-unfold-result').textContent).toContain('two spirals are shown');
    const data = new DataView(Float32Array.from([0, 1, 0, 1, 0, 1, -1, -1, 0, 1, 1, 1]).buffer);
    const own = shown({ state: 'data=own', points: { data }, points_note: 'There are 4 points.' });
    await settle();
    expect(find(own.view, '.dlw-unfold-note').textContent).toBe('There are 4 points.');
    expect(own.model.makePoints().y).toHaveLength(4);
  });
});
