// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, display } from '../../harness';
const { ChoiceTableModel } = await import('../../../src/views/choice-table/model');
const { ChoiceTableView } = await import('../../../src/views/choice-table/view');

const ROWS = [
  ['conv2d', 'Conv2D', '320'],
  ['pool', 'MaxPooling2D', '0'],
  ['dense', 'Dense', '650'],
];

describe('ChoiceTableView', () => {
  afterEach(() => document.body.replaceChildren());

  const shown = (traits: Record<string, unknown> = {}) => {
    const columns = [{ name: 'Layer' }, { name: 'Type' }, { name: 'Parameters', numeric: true }];
    const { model, view } = display(ChoiceTableModel, ChoiceTableView, { columns, rows: ROWS, ...traits });
    connect(model);
    const save = vi.spyOn(model, 'save_changes').mockImplementation(() => undefined);
    const line = (index: number) => view.el.querySelector<HTMLTableRowElement>(`tr[data-index="${index}"]`)!;
    const scroller = view.el.querySelector<HTMLElement>('.dlw-ct-scroller')!;
    const press = (key: string) =>
      scroller.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    return { model, view, line, press, save };
  };

  it('chooses a row by click and by keys, and tells Python', () => {
    const { model, line, press, save } = shown();
    line(1).firstElementChild!.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(model.get('selected')).toBe(1);
    expect(line(1).getAttribute('aria-selected')).toBe('true');
    press('ArrowDown');
    expect(model.get('selected')).toBe(2);
    expect(line(1).getAttribute('aria-selected')).toBeNull();
    press('ArrowDown');
    expect(save).toHaveBeenCalledTimes(2);
    expect(press('x')).toBe(true);
  });

  it('shows text as text, in as many columns as there are', () => {
    const { line, view } = shown({ rows: [['<b>conv</b>', 'T', '1', 'too many'], ['few']] });
    expect([...line(0).cells].map((cell) => cell.textContent)).toEqual(['<b>conv</b>', 'T', '1']);
    expect([...line(1).cells].map((cell) => cell.textContent)).toEqual(['few', '', '']);
    expect(view.el.querySelector('b')).toBeNull();
    expect(line(0).cells[2]!.className).toBe('dlw-ct-number');
  });

  it('indents what is inside a nested model', () => {
    const { line } = shown({ depths: [0, 1, 99] });
    expect(line(0).cells[0]!.style.paddingLeft).toBe('');
    expect(line(1).cells[0]!.style.paddingLeft).toBe('24px');
    expect(line(2).cells[0]!.style.paddingLeft).toBe('136px');
  });

  it('searches long tables, and says when nothing is found', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [`layer_${i}`, i % 2 ? 'Conv2D' : 'ReLU', String(i)]);
    const { view, line, press, model } = shown({ rows });
    const search = view.el.querySelector<HTMLInputElement>('input')!;
    expect(search.hidden).toBe(false);
    search.value = 'conv 39';
    search.dispatchEvent(new Event('input'));
    expect([line(0).hidden, line(39).hidden]).toEqual([true, false]);
    press('Home');
    expect(model.get('selected')).toBe(39);
    search.value = 'nothing';
    search.dispatchEvent(new Event('input'));
    expect(view.el.querySelector('.dlw-notice')!.textContent).toBe('No matching rows.');
    model.set('rows', ROWS);
    expect(search.hidden).toBe(true);
    expect(line(0).hidden).toBe(false);
  });

  it('says so when it is empty', () => {
    const { view } = shown({ rows: [], empty_text: 'No model yet.' });
    expect(view.el.querySelector('.dlw-notice')!.textContent).toBe('No model yet.');
    expect(view.el.querySelector<HTMLElement>('.dlw-ct-scroller')!.hidden).toBe(true);
  });
});
