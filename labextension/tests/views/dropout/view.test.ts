// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { DropoutModel } from '../../../src/views/dropout/model';
import { DropoutView } from '../../../src/views/dropout/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: DropoutModel; view: DropoutView } {
  return display(DropoutModel, DropoutView, traits);
}

const formula = (view: DropoutView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: DropoutView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const numbers = (view: DropoutView, name: string): string[] =>
  [...part(view, name).querySelectorAll('.dlw-number')].map((cell) => cell.textContent);

function press(view: DropoutView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function select(view: DropoutView, name: string, value: string): void {
  const menu = part(view, name).querySelector('select')!;
  menu.value = value;
  menu.dispatchEvent(new Event('change'));
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of dropout', () => {
  it('begins with the mask that the book prints', async () => {
    const { view } = shown({ state: 'values=vector' });
    await settle();
    expect(numbers(view, 'mask')).toEqual(['0', '1', '1', '0', '1']);
    expect(numbers(view, 'output')).toEqual(['0', '1', '2.6', '0', '2.2']);
    expect(formula(view)).toContain('unit 2: 0.5 · 1 / (1 − 0.5) = 1');
    expect(part(view, 'notes').textContent).toContain('the mask that the book prints');
  });

  it('draws another mask in each step, and keeps the average', async () => {
    const { view } = shown();
    await settle();
    const masks = new Set([numbers(view, 'mask').join('')]);
    for (let i = 0; i < 3; i += 1) {
      press(view, 'Step');
      await settle();
      masks.add(numbers(view, 'mask').join(''));
    }
    expect(masks.size).toBe(4);
    expect(part(view, 'average').textContent).toContain('Average so far (4)');
    press(view, 'Reset');
    await settle();
    expect(part(view, 'average').textContent).toContain('Average so far (1)');
  });

  it('lets the hand drop a unit', async () => {
    const { view, model } = shown({ state: 'values=vector', lesson: ['mask'] });
    await settle();
    part(view, 'mask').querySelectorAll('button')[2]!.click();
    await settle();
    expect(model.text('state')).toBe('values=vector;mask=0,1,0,0,1');
    expect(formula(view)).toContain('unit 3: 1.3 · 0 / (1 − 0.5) = 0');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('values=vector');
  });

  it('goes on from a mask of a link, which is no deed of the user’s', async () => {
    const { view, model } = shown({
      state: 'values=vector;mask=0,1,0,0,1',
      lesson: [{ text: 'Drop.', done: 'mask' }],
    });
    await settle();
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('values=vector');
    expect(view.el.querySelector('.dlw-concept-done')).toBeNull();
  });

  it('drops nothing at test time, and says what is missing without scaling', async () => {
    const { view } = shown({ state: 'values=vector;scaling=none' });
    await settle();
    expect(part(view, 'notes').textContent).toContain('1.34 times as much');
    select(view, 'phase', 'test');
    await settle();
    expect(numbers(view, 'output')).toEqual(numbers(view, 'activations'));
    expect(part(view, 'mask').querySelector('button')!.disabled).toBe(true);
    select(view, 'scaling', 'test');
    await settle();
    expect(formula(view)).toContain('unit 2: 0.5 · (1 − 0.5) = 0.25');
  });

  it('stays at test time, with the average of the steps so far', async () => {
    const { view, model } = shown({ state: 'values=vector' });
    see();
    await pause(1200);
    expect(view.el.dataset.playing).toBe('true');
    select(view, 'phase', 'test');
    await settle();
    const average = part(view, 'average').textContent;
    expect(average).not.toContain('Average so far (1)');
    await pause(500);
    expect(model.text('state')).toBe('values=vector;phase=test');
    expect(view.el.dataset.playing).toBe('false');
    expect(part(view, 'average').textContent).toBe(average);
    select(view, 'phase', 'training');
    await settle();
    expect(part(view, 'average').textContent).toBe(average);
    // Another rate is another run.
    model.change({ rate: 0.2 });
    await settle();
    expect(part(view, 'average').textContent).toContain('Average so far (1)');
  });

  it('opens a link at test time, and stays there', async () => {
    const { view, model } = shown({ state: 'phase=test' });
    see();
    await pause(500);
    expect(view.el.dataset.playing).toBe('false');
    expect(model.text('state')).toBe('phase=test');
  });

  it('says from which layer the user’s numbers come, while they are shown', async () => {
    const note = '3 of the 9 activations that reach the layer dropout of your model.';
    const { view, model } = shown({ state: 'values=1,2,3', values_note: note });
    await settle();
    expect(model.said).toContain(note);
    expect(part(view, 'notes').textContent).toContain(note);
    select(view, 'values', 'vector');
    await settle();
    expect(part(view, 'notes').textContent).not.toContain(note);
  });

  it('takes numbers of the user’s own, and comes back to them', async () => {
    const { view, model } = shown({ state: 'values=1,-2/0.5,3' });
    await settle();
    expect(numbers(view, 'activations')).toEqual(['1', '−2', '0.5', '3']);
    select(view, 'values', 'layer');
    await settle();
    expect(numbers(view, 'activations')).toHaveLength(64);
    select(view, 'values', 'own');
    await settle();
    expect(model.text('state')).toBe('values=1,-2/0.5,3');
  });
});
