// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RecurrentModel } from '../../../src/views/recurrent/model';
import { RecurrentView } from '../../../src/views/recurrent/view';
import { display, pause, settle } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: RecurrentModel; view: RecurrentView } {
  return display(RecurrentModel, RecurrentView, traits);
}

const part = (view: RecurrentView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const caption = (view: RecurrentView): string => part(view, 'reach').textContent;
const notes = (view: RecurrentView): string => part(view, 'notes').textContent;
const formula = (view: RecurrentView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;

function key(view: RecurrentView, name: string): void {
  part(view, 'unrolled')
    .querySelector('[role="application"]')!
    .dispatchEvent(new KeyboardEvent('keydown', { key: name }));
}

function type(view: RecurrentView, text: string): void {
  const input = part(view, 'sequence').querySelector('input')!;
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event('input'));
}

function slide(view: RecurrentView, name: string, value: string): void {
  const input = part(view, name).querySelector('input')!;
  input.value = value;
  input.dispatchEvent(new Event('input'));
}

function standStill(): void {
  vi.stubGlobal('matchMedia', () => ({
    matches: true,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
}

function tryOut(view: RecurrentView, words: string): void {
  const lines = [...view.el.querySelectorAll('.dlw-concept-tries li')];
  lines
    .find((line) => line.textContent.includes(words))!
    .querySelector('button')!
    .click();
}

let seen: ((entries: { isIntersecting: boolean }[]) => void)[] = [];

beforeEach(() => {
  document.body.replaceChildren();
  seen = [];
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(told: (entries: { isIntersecting: boolean }[]) => void) {
        seen.push(told);
      }
      observe(): void {
        // Tests tell by themselves.
      }
      disconnect(): void {
        // Nothing to end.
      }
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

const see = (): void => seen.forEach((told) => told([{ isIntersecting: true }]));

describe('the widget of recurrent cells', () => {
  it('reads step by step, and stays where a link puts it', async () => {
    const { view } = shown();
    see();
    await pause(400);
    expect(caption(view)).toMatch(/^Step [2-4] of 12/);
    view.remove();
    seen = [];
    const link = shown({ state: 'unit=2;at=6' });
    see();
    await pause(300);
    expect(link.view.el.dataset.playing).toBe('false');
    expect(caption(link.view)).toContain('Step 7 of 12, unit 3');
    key(link.view, 'ArrowRight');
    key(link.view, 'ArrowDown');
    key(link.view, 'ArrowDown');
    await settle();
    expect(link.model.text('state')).toBe('unit=3;at=7');
    key(link.view, 'End');
    await settle();
    expect(caption(link.view)).toContain('Step 12 of 12');
    expect(notes(link.view)).toContain('The first number is 0.8: right.');
  });

  it('writes the formula of a unit with its numbers', async () => {
    const data = new DataView(Float32Array.from([1, 2, 0.5, 1, 0]).buffer);
    const given = { cell: 'simple_rnn', units: 1, inputs: 1, steps: 2, biases: 1, data };
    const { view } = shown({ state: 'cell=simple_rnn;data=own;at=1', given });
    await settle();
    // tanh(1 · 1 + 0.5) = 0.905, then tanh(1 · 0 + 0.5 + 0.905 · 2).
    expect(formula(view)).toContain('h = tanh(x·W + b + h₋·U) = tanh(0.5 + 1.81) = tanh(2.31) = 0.98');
    expect(formula(view)).toContain('h: x·W + b = 0·1 + 0.5');
    expect(formula(view)).toContain('h: h₋·U = 0.905·2 = 1.81');
    expect(formula(view)).toContain('weights: 1·1 + 1·1 + 1 = 3');
    expect(part(view, 'weights').hidden).toBe(true);
    expect(notes(view)).toContain('Your own layer');
  });

  it('shows how the gradient vanishes where the recurrent weights are small', async () => {
    const { view } = shown({ state: 'data=text;at=28', lesson: ['vanish'] });
    await settle();
    expect(notes(view)).not.toContain('vanishes');
    slide(view, 'gain', '0.5');
    await settle();
    expect(notes(view)).toContain('The gradient vanishes');
    expect(notes(view)).toContain('changed by hand');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
  });

  it('takes a text, whatever is typed', async () => {
    const { view, model } = shown({ state: 'data=text;cell=gru' });
    await settle();
    expect(notes(view)).toContain('Predicted next');
    type(view, `Hello; wörld=${'x'.repeat(60)}`);
    await settle();
    expect(model.length).toBe(48);
    expect(model.letters.startsWith('hello  w rld xx')).toBe(true);
    expect(part(view, 'sequence').textContent).toContain('The rest is left out.');
    type(view, '');
    await settle();
    expect(model.letters).toBe(' ');
    expect(caption(view)).toContain('Step 1 of 1');
    type(view, `${'a'.repeat(47)}😀`);
    await settle();
    expect(model.length).toBe(47);
  });

  it('takes a series, and keeps the old one while it can’t be used', async () => {
    const { view, model } = shown();
    await settle();
    type(view, '1, 2 −0.5');
    await settle();
    expect(model.text('state')).toBe('series=1,2,-0.5');
    for (const text of ['1, NaN', '1e9', '', 'abc']) {
      type(view, text);
      await settle(5);
      expect(model.text('state')).toBe('series=1,2,-0.5');
      expect(part(view, 'sequence').textContent).toContain('Expected numbers from −9 to 9');
    }
  });

  it('stays at the end for those who want nothing to move', async () => {
    standStill();
    Element.prototype.scrollIntoView = vi.fn();
    const { view } = shown();
    await settle();
    expect(caption(view)).toContain('Step 12 of 12');
    tryOut(view, 'Vanishing');
    await settle();
    expect(caption(view)).toContain('Step 29 of 29');
    view.el.querySelector<HTMLButtonElement>('button[aria-label="Reset"]')!.click();
    await settle();
    expect(caption(view)).toContain('Step 12 of 12');
  });

  it('ticks off a sequence that is typed, of either kind, and nothing that moves by itself', async () => {
    for (const [data, typed] of [
      ['series', '1 2'],
      ['text', 'so it goes'],
    ] as const) {
      const own = { text: 'Choose a step.', done: 'at' };
      const { view } = shown({ state: `data=${data};at=1`, lesson: ['own', own] });
      await settle();
      view.el.querySelector<HTMLButtonElement>('button[aria-label="Step"]')!.click();
      await settle();
      expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
      type(view, typed);
      await settle();
      expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
      view.remove();
    }
  });

  it('keeps what the user has typed, and their layer, where something is tried', async () => {
    Element.prototype.scrollIntoView = vi.fn();
    const { view, model } = shown({ state: 'series=1,2;data=text;text=so it goes' });
    await settle();
    tryOut(view, 'Vanishing');
    expect(model.text('state')).toBe('series=1,2;text=so it goes;cell=simple_rnn;data=text;gain=0.5');
    tryOut(view, 'Forgetting');
    expect([model.kind, model.now.series, model.now.text]).toEqual(['series', [1, 2], 'so it goes']);
    view.remove();
    const numbers = [1, 1, 1, 2, 2, 2, 0, 0, 0, 0, 0, 0.5, 1, 1];
    const data = new DataView(Float32Array.from(numbers).buffer);
    const given = { cell: 'gru', units: 1, inputs: 1, steps: 2, biases: 2, reset_after: false, data };
    const mine = shown({ state: 'cell=gru;data=own;gain=2', given });
    await settle();
    const h = (): number => mine.model.steps.values.h![1]![0]!;
    tryOut(mine.view, 'What remembers');
    expect([mine.model.kind, mine.model.now.gain]).toEqual(['own', 1]);
    const before = h();
    tryOut(mine.view, 'The next letter');
    expect(mine.model.kind).toBe('text');
    // And back: it resets before the product, as it did.
    mine.model.change({ data: 'own' });
    expect(h()).toBe(before);
    expect(mine.model.resetAfter).toBe(false);
  });

  it('forgets the first number in the example that says so', async () => {
    Element.prototype.scrollIntoView = vi.fn();
    const { view, model } = shown();
    await settle();
    tryOut(view, 'Forgetting');
    const gates = model.steps.values.f!.slice(1).flat();
    expect(Math.max(...gates)).toBeLessThan(0.25);
    const outputs = (): number[] =>
      [0.8, -0.8].map((first) => {
        model.change({ series: [first, ...model.now.series.slice(1)] });
        return model.outputs(11)[0]!;
      });
    let [positive, negative] = outputs();
    expect(negative).toBeCloseTo(positive!, 2);
    model.change({ gain: 1 });
    [positive, negative] = outputs();
    expect(positive! > 0.5 && negative! < 0.5).toBe(true);
  });

  it('offers only what belongs to the cell', async () => {
    const { view } = shown({ state: 'cell=gru;weights=random' });
    await settle();
    expect([part(view, 'forget').hidden, part(view, 'reset_after').hidden]).toEqual([true, false]);
    expect(formula(view)).toContain('g = tanh(x·W + b + r·(h₋·U + b′))');
    part(view, 'reset_after').querySelector('input')!.click();
    await settle();
    expect(formula(view)).toContain('g = tanh(x·W + b + (r·h₋)·U)');
    const menu = part(view, 'cell').querySelector('select')!;
    menu.value = 'lstm';
    menu.dispatchEvent(new Event('change'));
    await settle();
    expect([part(view, 'forget').hidden, part(view, 'reset_after').hidden]).toEqual([false, true]);
    expect(formula(view)).toContain('weights: 4·(1·4 + 4·4 + 4) = 96');
  });
});
