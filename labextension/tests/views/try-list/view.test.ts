// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';

const { TryListModel } = await import('../../../src/views/try-list/model');
const { TryListView } = await import('../../../src/views/try-list/view');

const ITEMS = [{ text: '**Batch size.** Compare 8 with 512.' }, { text: '**Draw.** Draw a digit.' }];

describe('TryListView', () => {
  afterEach(() => document.body.replaceChildren());

  const list = () => {
    const { model, view } = display(TryListModel, TryListView, { items: ITEMS });
    const buttons = [...view.el.querySelectorAll<HTMLButtonElement>('[data-index]')];
    return { model, root: view.el, sent: connect(model), buttons };
  };

  it('has a button per text, named after its first words', () => {
    const { root, buttons } = list();
    expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual([
      'Try it: Batch size',
      'Try it: Draw',
    ]);
    expect(root.querySelector('li strong')!.textContent).toBe('Batch size.');
  });

  it('offers to restore the settings only after something was tried', () => {
    const { model, root, sent } = list();
    const reset = root.querySelector<HTMLButtonElement>('[data-action="reset"]')!;
    expect(reset.hidden).toBe(true);
    model.set('current', 1);
    expect(reset.hidden).toBe(false);
    expect(root.querySelectorAll('li[data-current]')).toHaveLength(1);
    reset.click();
    expect(sent).toEqual([{ type: 'reset' }]);
  });

  it('says below the text what its button has set up', () => {
    const { model, root } = list();
    const notes = (): (string | null)[] =>
      [...root.querySelectorAll('.dlw-try-note')].map((note) => note.textContent);
    expect(notes()).toEqual(['', '']);
    model.set({ current: 1, note: 'A 1 is drawn.' });
    expect(notes()).toEqual(['', 'A 1 is drawn.']);
    model.set({ current: -1, note: '' });
    expect(notes()).toEqual(['', '']);
  });

  it('brings what is to be watched into sight and outlines it', async () => {
    const { model, sent, buttons } = list();
    const watched = document.createElement('div');
    document.body.append(watched);
    watched.getClientRects = () => [{}] as unknown as DOMRectList;
    const scrolled = vi.spyOn(watched, 'scrollIntoView').mockReturnValue();
    const views = { v: Promise.resolve({ el: watched }) };
    Object.assign(model.widget_manager, { get_model: vi.fn().mockResolvedValue({ views }) });
    model.trigger('msg:custom', { type: 'watch', model: 'w', part: '' });
    await settle();
    expect(scrolled).not.toHaveBeenCalled(); // another view has asked
    buttons[1]!.click();
    expect(sent).toEqual([{ type: 'try', index: 1 }]);
    model.trigger('msg:custom', { type: 'watch', model: 'w', part: '' });
    await settle();
    expect(scrolled).toHaveBeenCalledOnce();
    expect(watched.classList.contains('dlw-watched')).toBe(true);
  });
});
