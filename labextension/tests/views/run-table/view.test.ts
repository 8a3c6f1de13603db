// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display } from '../../harness';

const { RunTableModel } = await import('../../../src/views/run-table/model');
const { RunTableView } = await import('../../../src/views/run-table/view');

const RUNS = [
  {
    id: 'a',
    name: 'first',
    state: 'finished',
    model: 'MLP',
    created: 1,
    epoch: 3,
    epochs: 3,
    tags: ['base'],
  },
  { id: 'b', name: '<b>second</b>', state: 'failed', message: 'NaN', created: 2, tags: [] },
  { id: 'c', name: 'third', state: 'running', created: 3, epoch: 1, epochs: 4 },
];
const ACTIONS = [
  { name: 'open', title: 'Open' },
  { name: 'more', title: 'Continue…', label: 'More epochs', value: 10, low: 1, high: 99 },
  { name: 'resume', title: 'Resume', problem: 'It has finished.' },
  {
    name: 'look',
    title: 'Open in…',
    leaves: true,
    served: true,
    label: 'Page',
    choices: [
      { value: 'look-inside', title: 'Look inside' },
      { value: 'dream', title: 'DeepDream', problem: 'No convolutional layers.' },
    ],
  },
];

describe('RunTableView', () => {
  afterEach(() => {
    delete document.body.dataset.voila;
    document.body.replaceChildren();
    vi.restoreAllMocks();
  });

  const shown = (traits: Record<string, unknown> = {}) => {
    const { model, view } = display(RunTableModel, RunTableView, {
      runs: RUNS,
      drawn: ['a'],
      slots: { a: 0 },
      actions: ACTIONS,
      ...traits,
    });
    const sent = connect(model);
    vi.spyOn(model, 'save_changes').mockImplementation(() => undefined);
    const root: HTMLElement = view.el;
    const line = (id: string) => root.querySelector<HTMLTableRowElement>(`tr[data-id="${id}"]`)!;
    const order = () =>
      [...root.querySelectorAll<HTMLElement>('tr[data-id]')].map((one) => one.dataset.id).join('');
    const press = (element: Element, key: string, more: KeyboardEventInit = {}) =>
      element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
    const click = (element: Element, more: MouseEventInit = {}) =>
      element.dispatchEvent(new MouseEvent('click', { bubbles: true, ...more }));
    const act = (name: string) => root.querySelector<HTMLButtonElement>(`[data-act="${name}"]`)!;
    return { model, view, root, line, order, press, click, act, sent };
  };

  it('shows the newest run first, texts as texts, and says what is unknown', () => {
    const { root, line, order } = shown();
    expect(order()).toBe('cba');
    expect(line('b').textContent).toContain('<b>second</b>');
    expect(root.querySelector('td b')).toBeNull();
    expect(line('b').querySelector('.dlw-rt-best')!.textContent).toBe('–');
    expect(line('c').querySelector('.dlw-rt-epoch')!.textContent).toBe('1 of 4');
    expect(line('b').querySelector('.dlw-rt-badge')!.getAttribute('title')).toBe('NaN');
  });

  it('sorts by a column, and the other way by a second click', () => {
    const { model, root, order, click } = shown();
    const head = (name: string) => root.querySelector<HTMLElement>(`[data-sort="${name}"]`)!;
    click(head('name'));
    expect([order(), model.get('descending')]).toEqual(['bac', false]);
    click(head('name'));
    expect(order()).toBe('cab');
    expect(head('name').closest('th')!.getAttribute('aria-sort')).toBe('descending');
  });

  it('searches', () => {
    const { model, root, order } = shown();
    model.set('search', 'tag:base');
    expect(order()).toBe('a');
    expect(root.querySelector('.dlw-rt-found')!.textContent).toBe('1 of 3 runs');
    model.set('search', 'nothing');
    expect(root.querySelector('.dlw-rt-empty')!.textContent).toBe('No run matches the search.');
  });

  it('draws the curves of a run, or not', () => {
    const { model, line, click, press } = shown();
    expect(line('a').querySelector('.dlw-swatch')!.getAttribute('style')).toContain('#');
    click(line('b').querySelector('[data-tool="draw"]')!);
    expect(model.get('drawn')).toEqual(['a', 'b']);
    expect(model.get('selected')).toEqual([]);
    press(line('a'), ' ');
    expect(model.get('drawn')).toEqual(['b']);
  });

  it('selects by click and by keys, one or several', () => {
    const { model, line, click, press, root } = shown();
    click(line('c'));
    expect(model.get('selected')).toEqual(['c']);
    click(line('a'), { ctrlKey: true });
    expect(model.get('selected')).toEqual(['c', 'a']);
    click(line('b'));
    press(line('b'), 'ArrowDown', { shiftKey: true });
    expect(model.get('selected')).toEqual(['b', 'a']);
    expect(root.querySelector('.dlw-rt-count')!.textContent).toBe('2 runs selected');
    expect(document.activeElement).toBe(line('a'));
    press(line('a'), 'Home');
    expect(model.get('selected')).toEqual(['c']);
    press(line('c'), 'a', { ctrlKey: true });
    expect(model.get('selected')).toEqual(['c', 'b', 'a']);
  });

  it('renames in place: Enter takes the name, Escape does not', () => {
    const { line, press, sent } = shown();
    const field = () => line('a').querySelector('input');
    press(line('a'), 'F2');
    expect(field()!.value).toBe('first');
    field()!.value = '  better  ';
    press(field()!, 'Enter');
    expect(sent).toContainEqual({ type: 'rename', id: 'a', name: 'better' });
    press(line('a'), 'F2');
    field()!.value = 'never';
    press(field()!, 'Escape');
    expect(sent.filter(({ type }) => type === 'rename')).toHaveLength(1);
    expect(field()).toBeNull();
  });

  it('keeps a name that is being typed while the run goes on', () => {
    const { model, line, press } = shown();
    press(line('c'), 'F2');
    const field = line('c').querySelector('input')!;
    field.value = 'half';
    model.set('live', { c: { epoch: 2 } });
    expect(line('c').querySelector('input')).toBe(field);
    press(field, 'Escape');
    expect(line('c').querySelector('.dlw-rt-epoch')!.textContent).toBe('2 of 4');
  });

  it('adds and removes tags', () => {
    const { line, click, press, sent } = shown();
    click(line('a').querySelector('[data-tool="untag base"]')!);
    click(line('b').querySelector('[data-tool="tag"]')!);
    const field = line('b').querySelector('input')!;
    field.value = 'new';
    press(field, 'Enter');
    expect(sent.slice(-2)).toEqual([
      { type: 'untag', id: 'a', tag: 'base' },
      { type: 'tag', id: 'b', tag: 'new' },
    ]);
  });

  it('acts on the selected runs, asks for a number first, and says why it cannot', () => {
    const { root, line, click, act, sent } = shown();
    expect(act('open')).toBeNull();
    click(line('a'));
    click(act('open'));
    expect(sent.at(-1)).toMatchObject({ type: 'act', name: 'open', ids: ['a'], served: false });
    expect(act('resume').disabled).toBe(true);
    expect(act('resume').title).toBe('It has finished.');
    expect(act('look')).toBeNull(); // a notebook has no other pages
    click(act('more'));
    const form = root.querySelector('form')!;
    form.querySelector('input')!.value = '7';
    form.dispatchEvent(new Event('submit', { cancelable: true }));
    expect(sent.at(-1)).toMatchObject({ type: 'act', name: 'more', value: 7 });
    expect(form.hidden).toBe(true);
  });

  it('opens a page in a tab of its own, where the kernel says', () => {
    document.body.dataset.voila = 'voila';
    const { model, root, line, click, act, sent } = shown({ selected: ['a'] });
    const tab = {
      location: { href: '' },
      document: { body: document.createElement('body') },
      close: vi.fn(),
    };
    vi.spyOn(window, 'open').mockReturnValue(tab as never);
    click(line('a'));
    click(act('look'));
    expect([...root.querySelectorAll('option')].map(({ disabled }) => disabled)).toEqual([false, true]);
    root.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    expect(sent.at(-1)).toMatchObject({ type: 'act', name: 'look', choice: 'look-inside', served: true });
    const { request } = sent.at(-1)!;
    model.trigger('msg:custom', { type: 'go', page: 'look-inside', query: 'saved=x', request: -1 });
    expect(tab.location.href).toBe('');
    model.trigger('msg:custom', { type: 'go', page: 'look-inside', query: 'saved=x', request });
    expect(tab.location.href).toMatch(/look-inside\.ipynb\?saved=x$/);

    click(act('look'));
    root.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
    expect(tab.document.body.textContent).toBe('Preparing the page…');
    model.trigger('msg:custom', { type: 'failed', request: sent.at(-1)!.request });
    expect(tab.close).toHaveBeenCalled();
  });

  it('takes back what was deleted', () => {
    const { root, click, act, sent } = shown({ notice: '1 run was deleted.', undo: true });
    expect(root.querySelector('.dlw-rt-said')!.textContent).toBe('1 run was deleted.');
    click(act('undo'));
    expect(sent.at(-1)).toEqual({ type: 'undo' });
  });

  it('keeps only the rows in sight in the page, of however many', () => {
    const runs = Array.from({ length: 500 }, (_, i) => ({ id: `r${i}`, name: `run ${i}`, created: -i }));
    const { root, order, press } = shown({ runs, drawn: [], slots: {}, max_height: 340 });
    expect(root.querySelectorAll('tr[data-id]').length).toBeLessThan(40);
    expect(root.querySelector('table')!.getAttribute('aria-rowcount')).toBe('501');
    press(root.querySelector('tr[data-id]')!, 'End');
    expect(order()).toContain('r499');
    expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('501');
  });

  it('says how to record where there is no run', () => {
    const { root } = shown({ runs: [], empty_text: 'Record with `record="runs/"`.' });
    expect(root.querySelector('.dlw-rt-empty code')!.textContent).toBe('record="runs/"');
    expect(root.querySelector<HTMLElement>('.dlw-rt-toolbar')!.hidden).toBe(true);
  });
});
