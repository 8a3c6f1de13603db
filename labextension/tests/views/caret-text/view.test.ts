// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
const { CaretTextModel } = await import('../../../src/views/caret-text/model');
const { CaretTextView } = await import('../../../src/views/caret-text/view');

const shown = async (traits: Record<string, unknown> = {}) => {
  const { model, view } = display(CaretTextModel, CaretTextView, {
    value: 'to be',
    label: 'Seed',
    ...traits,
  });
  connect(model);
  const save = vi.spyOn(model, 'save_changes').mockReturnValue();
  await settle();
  const box = view.el.querySelector('textarea')!;
  return { model, view, save, box };
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('CaretTextView', () => {
  it('has a label and tells what was written and where the caret is, once it rests', async () => {
    const { model, view, save, box } = await shown();
    expect(view.el.querySelector('label')!.htmlFor).toBe(box.id);
    box.value = 'to 🎲e';
    box.setSelectionRange(5, 5);
    box.dispatchEvent(new Event('input'));
    // Python counts a die as one character.
    expect([model.get('value'), model.get('caret')]).toEqual(['to 🎲e', 4]);
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1));
    view.remove();
  });

  it('tells at once where the box is left', async () => {
    const { view, save, box } = await shown();
    box.value = '';
    box.dispatchEvent(new Event('input'));
    expect(save).not.toHaveBeenCalled();
    box.dispatchEvent(new Event('blur'));
    expect(save).toHaveBeenCalledTimes(1);
    box.dispatchEvent(new Event('blur'));
    expect(save).toHaveBeenCalledTimes(1);
    view.remove();
  });

  it('puts the caret behind what Python has inserted', async () => {
    const { model, view, box } = await shown();
    model.set({ value: '🎲 to be', caret: 2 });
    await settle();
    expect(box.value).toBe('🎲 to be');
    expect(box.selectionStart).toBe(3);
    expect(view.el.dataset.caret).toBe('2');
    view.remove();
  });

  it('shows text as text', async () => {
    const { view, box } = await shown({ value: '<b>x</b>', label: '<i>y</i>' });
    expect(box.value).toBe('<b>x</b>');
    expect(view.el.querySelector('b, i')).toBeNull();
  });
});
