// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { connect, display } from '../../harness';

const { PageToolsModel } = await import('../../../src/views/page-tools/model');
const { PageToolsView } = await import('../../../src/views/page-tools/view');

const TRAITS = {
  has_code: true,
  keeps: true,
  can_save: true,
  saved: [{ name: 'mine', text: 'MLP, digits' }],
  targets: [{ page: 'mistakes', title: 'Mistakes' }],
};

describe('PageToolsView', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    document.body.dataset.voila = 'voila';
  });

  afterEach(() => {
    vi.useRealTimers();
    delete document.body.dataset.voila;
    document.body.replaceChildren();
    history.replaceState(null, '', '/');
  });

  const tools = (traits: Record<string, unknown> = {}) => {
    const { model, view } = display(PageToolsModel, PageToolsView, { ...TRAITS, ...traits });
    const root = view.el;
    const button = (tool: string) => root.querySelector<HTMLButtonElement>(`[data-tool="${tool}"]`)!;
    return { model, view, root, button, sent: connect(model) };
  };

  const leaves = (): boolean => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));

  it('asks before a page is left that has an active run', () => {
    const { model, view } = tools();
    expect(leaves()).toBe(true);
    model.set('active', true);
    expect(leaves()).toBe(false);
    delete document.body.dataset.voila; // in JupyterLab the kernel goes on
    expect(leaves()).toBe(true);
    document.body.dataset.voila = 'voila';
    view.remove();
    expect(leaves()).toBe(true);
  });

  it('keeps a recorded run, once there is one', () => {
    const { model, button, sent } = tools();
    expect(button('keep').hidden).toBe(true);
    model.set('can_keep', true);
    button('keep').click();
    expect(sent).toEqual([{ type: 'keep' }]);
    expect(button('keep').hidden).toBe(false);
  });

  it('keeps the settings in the address, beside what others keep there', () => {
    history.replaceState(null, '', '/?lang=zh&epochs=3');
    const { model } = tools();
    model.set('link', { dataset: 'digits28', epochs: '' });
    expect(location.search).toBe('?lang=zh&epochs=3');
    vi.advanceTimersByTime(1000);
    expect(location.search).toBe('?lang=zh&dataset=digits28');
  });

  it('says why a model cannot be opened on a page', () => {
    const problem = 'This page needs convolutional layers, and the model has none.';
    const { root, button } = tools({ targets: [{ page: 'dream', title: 'DeepDream', problem }] });
    button('open').click();
    expect(root.querySelector<HTMLButtonElement>('.dlw-page-tools-choice button')!.disabled).toBe(true);
    expect(root.querySelector('.dlw-page-tools-choice')!.textContent).toContain(problem);
  });

  it('offers to save a model that no other page shows', () => {
    const { button } = tools({ targets: [] });
    expect(button('save').hidden).toBe(false);
    expect(button('open').hidden).toBe(true);
  });

  it('leaves the address of JupyterLab alone', () => {
    delete document.body.dataset.voila;
    const { model, button } = tools();
    model.set('link', { dataset: 'digits28' });
    vi.advanceTimersByTime(1000);
    expect(location.search).toBe('');
    expect(button('open').hidden).toBe(true);
    expect(button('code').hidden).toBe(false);
  });

  it('shows the code that it asked for', () => {
    const { model, root, button, sent } = tools();
    button('code').click();
    const request = sent[0]!.request as number;
    expect(sent).toEqual([{ type: 'code', request }]);
    model.trigger('msg:custom', { type: 'code', request: request + 1, text: 'of another view' });
    expect(root.querySelector('pre')).toBeNull();
    model.trigger('msg:custom', { type: 'code', request, text: 'import dlwidgets as dl' });
    expect(root.querySelector('pre')!.textContent).toBe('import dlwidgets as dl');
    expect(button('code').getAttribute('aria-expanded')).toBe('true');
  });

  it('saves and loads by name', () => {
    const { root, button, sent } = tools();
    button('save').click();
    root.querySelector('input')!.value = ' first try ';
    root.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    button('load').click();
    root.querySelector<HTMLButtonElement>('.dlw-page-tools-choice button')!.click();
    expect(sent).toEqual([
      { type: 'save', name: 'first try' },
      { type: 'load', name: 'mine' },
    ]);
    expect(root.querySelector<HTMLElement>('.dlw-page-tools-panel')!.hidden).toBe(true);
  });

  it('offers a name again that it could not save under', () => {
    const { model, root, button } = tools();
    const save = (name: string, notice_bad: boolean): void => {
      button('save').click();
      root.querySelector('input')!.value = name;
      root.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
      model.set({ saving: true, notice: '', notice_bad: false });
      model.set({ notice: 'What happened.', notice_bad });
      model.set('saving', false);
    };
    save('a/b', true);
    expect(root.querySelector('input')!.value).toBe('a/b');
    button('save').click();
    save('a b', false);
    expect(root.querySelector('input')).toBeNull();
    button('save').click();
    expect(root.querySelector('input')!.value).toBe('');
  });

  it('opens another page with the model in a tab of its own', () => {
    const tab = { location: { href: '' }, close: vi.fn() };
    const open = vi.spyOn(window, 'open').mockReturnValue(tab as unknown as Window);
    const { model, root, button, sent } = tools();
    button('open').click();
    root.querySelector<HTMLButtonElement>('.dlw-page-tools-choice button')!.click();
    expect(open).toHaveBeenCalledOnce();
    const request = sent[0]!.request as number;
    model.trigger('msg:custom', { type: 'go', request, page: 'mistakes', query: 'saved=abc' });
    expect(tab.location.href).toMatch(/\/mistakes\.ipynb\?saved=abc$/);
  });

  it('closes the tab when the model could not be handed over', () => {
    const tab = { location: { href: '' }, close: vi.fn() };
    vi.spyOn(window, 'open').mockReturnValue(tab as unknown as Window);
    const { model, root, button, sent } = tools();
    button('open').click();
    root.querySelector<HTMLButtonElement>('.dlw-page-tools-choice button')!.click();
    model.trigger('msg:custom', { type: 'failed', request: sent[0]!.request });
    expect(tab.close).toHaveBeenCalledOnce();
  });

  it('says that it saves, and lets the user cancel', () => {
    const { model, root, button, sent } = tools({ notice: 'An old one.', notice_bad: true });
    const state = root.querySelector<HTMLElement>('.dlw-page-tools-state')!;
    const cancel = state.querySelector('button')!;
    expect([state.hidden, cancel.hidden]).toEqual([false, true]);
    model.set('saving', true);
    expect(state.textContent).toContain('Saving…');
    expect(state.querySelector('.dlw-error')).toBeNull();
    expect([button('save').disabled, button('open').disabled, button('load').disabled]).toEqual([
      true,
      true,
      false,
    ]);
    expect(button('save').title).toBe('');
    cancel.click();
    expect(sent).toEqual([{ type: 'cancel' }]);
    model.set({ saving: false, notice: '' });
    expect(state.hidden).toBe(true);
    expect(button('save').disabled).toBe(false);
  });

  it('offers nothing to save before there is a model', () => {
    const { model, button } = tools({ can_save: false });
    expect(button('save').disabled).toBe(true);
    expect(button('open').disabled).toBe(true);
    model.set('can_save', true);
    expect(button('save').disabled).toBe(false);
  });
});
