// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { TensorsModel } from '../../../src/views/tensors/model';
import { TensorsView } from '../../../src/views/tensors/view';
import { connect, display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: TensorsModel; view: TensorsView } {
  return display(TensorsModel, TensorsView, traits);
}

const formula = (view: TensorsView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const notes = (view: TensorsView): string => part(view, 'notes').textContent;
const part = (view: TensorsView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;

function choose(view: TensorsView, name: string): void {
  const select = part(view, 'show').querySelector('select')!;
  select.value = name;
  select.dispatchEvent(new Event('change'));
}

function type(view: TensorsView, name: string, at: number, text: string): HTMLInputElement {
  const input = part(view, name).querySelectorAll<HTMLInputElement>('.dlw-shape-input')[at]!;
  input.value = text;
  input.dispatchEvent(new Event('input'));
  return input;
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of tensors', () => {
  it('goes through the batches by itself, the last one smaller', async () => {
    const { view } = shown();
    await settle();
    expect(formula(view)).toContain('Batch 0: x[4·0 : 4·(0 + 1)] = x[:4]');
    see();
    await pause(100);
    expect(view.el.dataset.playing).toBe('true');
    for (let i = 0; i < 2; i += 1) {
      view.el.querySelector<HTMLButtonElement>('button[aria-label="Step"]')!.click();
    }
    await settle();
    expect(formula(view)).toContain('x[8:].shape = (2, 28, 28)');
  });

  it('slices by sliders, from the end as well, and says what is wrong', async () => {
    const { view, model } = shown({ lesson: ['corner'] });
    await settle();
    const rows = [...part(view, 'slice').querySelectorAll('.dlw-tensors-axis-row')];
    expect(rows.filter((row) => !row.hasAttribute('hidden')).length).toBe(3);
    const [start] = rows[2]!.querySelectorAll<HTMLInputElement>('input[type="range"]');
    start!.value = '-14';
    start!.dispatchEvent(new Event('input'));
    await settle();
    expect(model.text('state')).toBe('axis2=-14,28');
    expect(formula(view)).toContain('x[:, :, -14:].shape = (10, 28, 14)');
    expect(notes(view)).toContain('−14 counts from the end of axis 2: it is 14.');
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(1);
    const one = rows[0]!.querySelector<HTMLInputElement>('input[type="checkbox"]')!;
    one.checked = true;
    one.dispatchEvent(new Event('change'));
    await settle();
    expect(formula(view)).toContain('x[0, :, -14:].shape = (28, 14)');
    model.set('state', 'axis0=10');
    await settle();
    expect(formula(view)).toContain('IndexError');
    expect(notes(view)).toContain('Index 10 is out of bounds for axis 0 with size 10.');
    model.set('state', 'axis1=5,2');
    await settle();
    expect(formula(view)).toContain('(10, 0, 28)');
    expect(notes(view)).toContain('the result is empty');
  });

  it('slices an array of the user’s', async () => {
    const data = new DataView(Float32Array.from([1, 2, 3, 4, 5, 6]).buffer);
    const tensor = { shape: [2, 3], kind: 'float32', data };
    const { view, model } = shown({ state: 'array=own;axis0=1', tensor });
    await settle();
    expect(formula(view)).toContain('x[1].shape = (3,)');
    expect(part(view, 'slice').textContent).toContain('Axis 0: 2 rows');
    model.set('tensor', {});
    await settle();
    expect(notes(view)).toContain('Your own array isn’t in this page');
  });

  it('reshapes, transposes, and refuses other counts as NumPy does', async () => {
    const { view, model } = shown({ state: 'show=reshape' });
    await settle();
    expect(formula(view)).toContain('x.reshape(2, 3).shape = (2, 3): 2·3 = 6');
    const to = type(view, 'reshape', 1, '(4, 2)');
    await settle();
    expect(formula(view)).toContain('ValueError: cannot reshape array of size 6 into shape (4, 2)');
    type(view, 'reshape', 1, '−1');
    await settle();
    expect(formula(view)).toContain('x.reshape(-1,).shape = (6,)');
    type(view, 'reshape', 1, '(2, a');
    expect(to.className).toContain('bad');
    expect(model.now.to).toEqual([-1]);
    model.change({ operation: 'transpose' });
    await settle();
    expect(formula(view)).toContain('x.T.shape = (2, 3)');
    // 25 numbers are too many to be drawn.
    expect(type(view, 'reshape', 0, '5, 5').className).toContain('bad');
  });

  it('broadcasts, and says what would fit', async () => {
    const { view, model } = shown({ state: 'show=broadcast;a=3,4;b=3', lesson: ['misfit'] });
    await settle();
    expect(formula(view)).toContain('could not be broadcast together with shapes (3, 4) (3,)');
    expect(notes(view)).toContain('b.reshape(3, 1)');
    const b = type(view, 'broadcast', 1, '(3, 1)');
    await settle();
    expect(formula(view)).toContain('(3, 4) + (3, 1) → (3, 4)');
    b.setSelectionRange(1, 1);
    b.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    expect(model.now.b).toEqual([4, 1]);
    expect(b.value).toBe('(4, 1)');
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(0);
    model.change({ show: 'slice' });
    model.change({ show: 'broadcast' });
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(1);
  });

  it('writes out row by column', async () => {
    const { view, model } = shown({ state: 'show=dot' });
    await settle();
    expect(formula(view)).toContain('z[0, 0] = x[0, :] · y[:, 0] = 1·1 + 2·2 + 0·0 = 5');
    const entry = part(view, 'dot').querySelectorAll<HTMLElement>('.dlw-tensors-dot-z .dlw-number')[3]!;
    entry.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await settle();
    expect(model.text('state')).toBe('show=dot;at=1,1');
    expect(formula(view)).toContain('0·0 + 1·1 + 3·(−1) = −2');
    const marked = part(view, 'dot').querySelectorAll('.dlw-tensors-dot-x .dlw-number-marked');
    expect(marked.length).toBe(3);
    view.el.querySelector<HTMLButtonElement>('button[aria-label="Rows of y: less"]')!.click();
    await settle();
    expect(formula(view)).toContain('shapes (2, 3) and (2, 2) not aligned: 3 (dim 1) != 2 (dim 0)');
  });

  it('keeps the entry that was selected while it played', async () => {
    const { view, model } = shown({ state: 'show=dot' });
    see();
    await pause(100);
    const entry = part(view, 'dot').querySelectorAll<HTMLElement>('.dlw-tensors-dot-z .dlw-number')[3]!;
    entry.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await pause(200);
    expect(model.text('state')).toBe('show=dot;at=1,1');
    expect(view.el.dataset.playing).toBe('false');
    // What comes instead plays by itself, and the entry is there again after it.
    choose(view, 'slice');
    await pause(100);
    expect(view.el.dataset.playing).toBe('true');
    choose(view, 'dot');
    await pause(100);
    expect(model.text('state')).toBe('show=dot;at=1,1');
  });

  it('opens a link to an entry, and stays there', async () => {
    const { view, model } = shown({ state: 'show=dot;at=1,1' });
    see();
    await pause(200);
    expect(model.text('state')).toBe('show=dot;at=1,1');
    expect(formula(view)).toContain('z[1, 1]');
  });

  it('computes the book’s table', async () => {
    const { view, model } = shown();
    await settle();
    choose(view, 'shapes');
    await settle();
    expect(formula(view)).toContain('4 · 240 · 144 · 256 · 3 = 106,168,320');
    expect(formula(view)).toContain('= 405\u00a0MiB');
    model.change({ channels: 'first', dtype: 'uint8' });
    await settle();
    expect(part(view, 'shapes').textContent).toContain(
      '(4, 240, 3, 144, 256): 106,168,320 numbers, 106\u00a0MB',
    );
  });

  it('asks the kernel to time a loop, and says where there is none', async () => {
    const { view, model } = shown({ state: 'show=loop;size=1000' });
    await settle();
    expect(notes(view)).toContain('This page has no kernel');
    const sent = connect(model);
    [...part(view, 'loop').querySelectorAll('button')].at(-1)!.click();
    expect(sent).toEqual([{ type: 'time', size: 1000 }]);
    await settle();
    expect(part(view, 'loop').textContent).toMatch(/Loop in this page\d/);
    model.set('times', { size: 1000, loop: 30, numpy: 0.5 });
    await settle();
    expect(formula(view)).toContain('30 ms / 0.5 ms: NumPy is 60 times as fast.');
    // These are the times of another size.
    model.set('state', 'show=loop;size=2000');
    await settle();
    expect(formula(view)).not.toContain('60 times');
  });
});
