// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { ConnectionsModel } from '../../../src/views/connections/model';
import { ConnectionsView } from '../../../src/views/connections/view';
import { display, settle } from '../../harness';

interface Shown {
  model: ConnectionsModel;
  view: ConnectionsView;
}

async function shown(traits: Record<string, unknown> = {}): Promise<Shown> {
  const made = display(ConnectionsModel, ConnectionsView, traits);
  await settle();
  return made;
}

const texts = (view: ConnectionsView, selector: string): string[] =>
  [...view.el.querySelectorAll(selector)].map((one) => one.textContent);
const formula = (view: ConnectionsView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const notes = (view: ConnectionsView): string => view.el.querySelector('.dlw-connections-notes')!.textContent;
const slider = (view: ConnectionsView, part: string): HTMLInputElement =>
  view.el.querySelector<HTMLInputElement>(`[data-part="${part}"] input[type="range"]`)!;
function slide(view: ConnectionsView, part: string, value: number): void {
  const input = slider(view, part);
  input.value = String(value);
  input.dispatchEvent(new Event('input'));
}
function key(view: ConnectionsView, panel: number, name: string): void {
  const surface = view.el.querySelectorAll('.dlw-connections-surface')[panel]!;
  surface.dispatchEvent(new KeyboardEvent('keydown', { key: name }));
}

beforeEach(() => document.body.replaceChildren());

describe('the connections widget', () => {
  it('counts three layers, and writes out an output', async () => {
    const { view, model } = await shown({ state: 'point=output;at=2' });
    expect(texts(view, '.dlw-connections-sum')).toEqual(['54 parameters', '24 parameters', '4 parameters']);
    expect(texts(view, '.dlw-connections-facts')[2]).toBe('lines: 18, weights: 3, biases: 1');
    expect(texts(view, '.dlw-connections-code')).toEqual(['Dense(6)', 'not in Keras 3', 'Conv1D(1, 3)']);
    expect(formula(view)).toContain('8·6 + 6 = 54');
    expect(formula(view)).toContain('y[2] = w₁·x[2] + w₂·x[3] + w₃·x[4] + b');
    expect(model.said).toContain(
      'from 8 of 8 inputs in the dense layer, and from 3 in the local layer and the convolution',
    );
    expect(notes(view)).toContain('13.5 times');
    expect(notes(view)).toContain('dense 238, local 56, convolution 4');
  });

  it('keeps the number of weights of a convolution when the input grows', async () => {
    const { view, model } = await shown({ lesson: ['longer'] });
    slide(view, 'size', 16);
    await settle();
    expect(model.text('state')).toBe('shape=16,1');
    expect(texts(view, '.dlw-connections-sum')).toEqual(['238 parameters', '56 parameters', '4 parameters']);
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
  });

  it('moves by keys over outputs, inputs and lines, around their ends', async () => {
    const { view, model } = await shown({ state: 'point=output;at=5' });
    key(view, 2, 'ArrowRight');
    expect(model.text('state')).toBe('point=output;at=0');
    key(view, 2, 'ArrowDown');
    key(view, 2, 'ArrowLeft');
    expect(model.text('state')).toBe('point=input;at=7');
    await settle();
    expect(model.said).toContain('Input x[7] has lines to 6 outputs of the dense layer, and to 1');
    model.show('point=line;at=1,0');
    await settle();
    expect(model.said).toContain(
      'from x[1] to y[0] carries weight w2 of the convolution, which 6 lines have',
    );
    key(view, 2, 'ArrowRight');
    expect(model.text('state')).toBe('point=line;at=2,0');
    model.show('point=line;at=7,0');
    await settle();
    expect(model.said).toContain('no line in the convolution');
  });

  it('shows the lines of a weight, numbered filter by filter', async () => {
    const { view, model } = await shown({ state: 'shape=5,5,1;filters=2' });
    const weights = [...view.el.querySelectorAll<HTMLElement>('.dlw-connections-weight')];
    expect(weights.map((one) => one.textContent)).toEqual(
      Array.from({ length: 18 }, (_, i) => String(i + 1)),
    );
    weights[11]!.click();
    await settle();
    // The third weight of the second filter.
    expect(model.text('state')).toBe('shape=5,5,1;filters=2;point=line;at=2,1');
    expect(weights[11]!.getAttribute('aria-pressed')).toBe('true');
    expect(model.said).toContain('from x[0, 2] to y[0, 0, 1] carries weight w12');
  });

  it('goes over outputs and weights by itself, but not where a link points', async () => {
    const { view, model } = await shown();
    const step = view.el.querySelector<HTMLElement>('[aria-label="Step"]')!;
    const before = model.said;
    step.click();
    await settle();
    expect(model.said).not.toBe(before);
    for (let i = 0; i < 5; i += 1) step.click();
    await settle();
    expect(model.said).toContain('carries weight w1');
    const pinned = await shown({ state: 'point=input;at=3' });
    expect(pinned.view.el.dataset.playing).toBe('false');
  });

  it('has the counts of a large setting, and draws a small one', async () => {
    const { view } = await shown({ state: 'shape=500,128;kernel=7;filters=32' });
    expect(texts(view, '.dlw-connections-sum')[2]).toBe('28,704 parameters');
    expect(formula(view)).toContain('7·128·32 + 32 = 28,704');
    expect(notes(view)).toContain('500×128 inputs, 32 filters and 15,808 units');
    const menu = view.el.querySelector<HTMLSelectElement>('[data-part="example"] select')!;
    expect(menu.value).toBe('words');
    menu.value = 'photos';
    menu.dispatchEvent(new Event('change'));
    await settle();
    expect(texts(view, '.dlw-connections-sum')[0]).toBe('614,600 parameters');
    expect(texts(view, '.dlw-connections-sum')[2]).toBe('490 parameters');
  });

  it('says when the kernel doesn’t fit, and what of a link can’t be used', async () => {
    const { view } = await shown({ state: 'shape=3,1;kernel=7;point=output;at=9999' });
    expect(notes(view)).toContain('doesn’t fit');
    slide(view, 'kernel', 2);
    await settle();
    expect(texts(view, '.dlw-connections-sum')[2]).toBe('3 parameters');
    const wrong = await shown({ state: 'shape=5000,5,1;kernel=0' });
    expect(wrong.view.el.querySelector<HTMLElement>('.dlw-concept-notice')!.hidden).toBe(false);
    expect(texts(wrong.view, '.dlw-connections-sum')[2]).toBe('4 parameters');
  });

  it('turns to an image and back, and keeps units of its own', async () => {
    const { view, model } = await shown({ state: 'shape=9,2;kernel=2;units=5' });
    const axes = view.el.querySelector<HTMLSelectElement>('[data-part="size"] select')!;
    const turn = async (to: string): Promise<void> => {
      axes.value = to;
      axes.dispatchEvent(new Event('change'));
      await settle();
    };
    await turn('2');
    expect(model.text('state')).toBe('shape=5,5,2;kernel=2;units=5');
    expect(formula(view)).toContain('2·2·2 + 1 = 9');
    await turn('1');
    expect(model.text('state')).toBe('shape=9,2;kernel=2;units=5');
    view.el.querySelector<HTMLElement>('[data-part="units"] input[type="checkbox"]')!.click();
    await settle();
    expect(model.now.units).toBe(0);
  });

  it('says what Keras counts for the user’s layer, which stays in the menu', async () => {
    const own = { kind: 'conv', name: 'edges', parameters: 20, state: 'shape=9,9,1;filters=2' };
    const { view, model } = await shown({ state: own.state, own });
    expect(notes(view)).toContain('Your layer edges: count_params() of Keras is 20, as it is counted here.');
    model.show('');
    await settle();
    expect(notes(view)).not.toContain('edges');
    const menu = view.el.querySelector<HTMLSelectElement>('[data-part="example"] select')!;
    menu.value = 'own';
    menu.dispatchEvent(new Event('change'));
    expect(model.text('state')).toBe(own.state);
  });

  it('names the layer that has no such output', async () => {
    const few = await shown({ state: 'units=2;point=output;at=4' });
    await settle();
    expect(few.model.said).toContain(
      'from 3 of 8 inputs in the local layer and in the convolution. The dense',
    );
    const many = await shown({ state: 'units=24;point=output;at=20' });
    await settle();
    expect(many.model.said).toContain('from all 8 inputs in the dense layer. The other layers have no such');
  });

  it('makes an example larger, also where it is larger than what is drawn', async () => {
    const { view, model } = await shown({ state: 'shape=28,28,1;filters=32;units=512' });
    await settle();
    const slider = view.el.querySelector<HTMLInputElement>('[data-part="size"] input[type="range"]')!;
    expect([slider.value, slider.max]).toEqual(['28', '28']);
    slider.value = '27';
    slider.dispatchEvent(new Event('input'));
    expect(model.now.shape).toEqual([27, 27, 1]);
  });

  it('goes over the weights with arrow keys, as one stop of the Tab key', async () => {
    const { view } = await shown({ state: 'shape=5,5,1;point=output;at=0' });
    await settle();
    const cells = [...view.el.querySelectorAll<HTMLButtonElement>('.dlw-connections-weight')];
    expect(cells.filter(({ tabIndex }) => tabIndex === 0)).toEqual([cells[0]]);
    cells[0]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await settle();
    expect(document.activeElement).toBe(cells[1]);
    expect(cells.filter(({ tabIndex }) => tabIndex === 0)).toEqual([cells[1]]);
  });
});
