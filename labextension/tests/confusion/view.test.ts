// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../views';

const { ConfusionPlotModel, readMatrix } = await import('../../src/confusion/model');
const { ConfusionPlotView } = await import('../../src/confusion/view');
const { cellAt, layoutMatrix, moveCell } = await import('../../src/confusion/layout');
const { cellText, strength } = await import('../../src/confusion/painter');
const { score, sorted } = await import('../../src/confusion/table');
const { path } = await import('../../src/confusion/threshold');

const matrix = (counts: number[]): object => ({
  k: Math.sqrt(counts.length),
  counts: new DataView(Int32Array.from(counts).buffer),
});
const scores = {
  accuracy: 0.99,
  precision: [0.99, null],
  recall: [1, 0],
  f1: [0.995, 0],
  support: [99, 1],
  macro: [0.99, 0.5, 0.4975],
};
const curves = {
  false_positive_rate: [0, 0, 1],
  recall: [0, 1, 1],
  precision: [null, 1, 0.01],
  roc_auc: 1,
  average_precision: 1,
  share: 0.01,
  point: [0, 0, null],
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(ConfusionPlotModel, ConfusionPlotView, {
    matrix: matrix([99, 0, 1, 0]),
    scores,
    curves,
    class_names: ['real', '<b>fake</b>'],
    ...traits,
  });
  const sent = connect(model);
  await settle();
  const find = (selector: string): HTMLInputElement => view.el.querySelector<HTMLInputElement>(selector)!;
  const key = (name: string): boolean =>
    find('.dlw-matrix').dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  return { model, view, sent, find, key };
};

describe('readMatrix', () => {
  it('sums rows and columns', () => {
    const read = readMatrix(matrix([5, 1, 0, 2, 3, 0, 0, 0, 4]));
    expect([...read.rows]).toEqual([6, 5, 4]);
    expect([...read.columns]).toEqual([7, 4, 4]);
    expect(read.largest).toBe(5);
  });

  it('refuses another number of bytes', () => {
    expect(() => readMatrix({ k: 3, counts: new DataView(new ArrayBuffer(16)) })).toThrow(
      '3 classes need 36 bytes. Received: 16',
    );
    expect(() => readMatrix({ k: -1, counts: 0 })).toThrow('k must be a whole number');
  });
});

describe('the layout', () => {
  it('has room for numbers with ten classes, and for all cells with 200', () => {
    const ten = layoutMatrix(10, 600, 20, 3);
    expect(ten.numbers).toBe(true);
    expect(ten.width).toBeLessThanOrEqual(600);
    const many = layoutMatrix(200, 600, 90, 3);
    expect(many.numbers).toBe(false);
    expect(many.width).toBeLessThanOrEqual(602);
    expect(many.every * many.cell).toBeGreaterThanOrEqual(13);
  });

  it('finds the cell, the row and the column under the pointer', () => {
    const ten = layoutMatrix(10, 600, 20, 3);
    const at = (x: number, y: number): unknown => cellAt(ten, 10, x, y);
    expect(at(ten.left + 2.5 * ten.cell, ten.top + 0.5 * ten.cell)).toEqual([0, 2]);
    expect(at(ten.left - 3, ten.top + 3.5 * ten.cell)).toEqual([3, -1]);
    expect(at(ten.left + 9.5 * ten.cell, ten.top - 3)).toEqual([-1, 9]);
    expect(at(2, 2)).toBeNull();
    expect(at(ten.left + 10.1 * ten.cell, ten.top + 5)).toBeNull();
  });

  it('keeps the cursor inside', () => {
    expect(moveCell('ArrowUp', [0, 3], 5)).toEqual([0, 3]);
    expect(moveCell('End', [0, 0], 5)).toEqual([4, 4]);
    expect(moveCell('a', [0, 0], 5)).toBeNull();
  });
});

describe('numbers', () => {
  it('are counts or shares of a row', () => {
    const read = readMatrix(matrix([999, 1, 0, 0]));
    expect([cellText(read, 0, 0, false), cellText(read, 0, 0, true)]).toEqual(['999', '100']);
    expect([cellText(read, 0, 1, true), cellText(read, 1, 0, true)]).toEqual(['<1', '']);
    expect(strength(read, 1, 0, true)).toBe(0);
    expect(strength(read, 0, 1, false)).toBeCloseTo(Math.sqrt(1 / 999));
  });

  it('are a dash where they are 0/0, and come last', () => {
    expect([score(NaN), score(0), score(1, false)]).toEqual(['–', '0.0 %', '1.000']);
    expect(sorted([NaN, 2, 1], false)).toEqual([2, 1, 0]);
    expect(sorted([NaN, 2, 1], true)).toEqual([1, 2, 0]);
  });

  it('that are not defined interrupt a curve', () => {
    expect(path([0, 0.5, 1], [NaN, 0, 1])).toBe('M88.0 172.0L172.0 4.0');
  });
});

describe('ConfusionPlotView', () => {
  it('says not defined for 0/0, and shows names as text', async () => {
    const { view, find } = await shown();
    const cells = [...view.el.querySelectorAll('.dlw-scores tbody tr:nth-child(2) > *')];
    expect(cells.map((cell) => cell.textContent)).toEqual(['<b>fake</b>', '–', '0.0 %', '0.000', '1']);
    expect((cells[1] as HTMLElement).title).toBe('0/0: not defined');
    expect(view.el.querySelector('td b, th b, label b')).toBeNull();
    expect(find('.dlw-tile b').textContent).toBe('not defined');
    expect(find('.dlw-threshold').textContent).toContain('Say “<b>fake</b>”');
  });

  it('moves with the keys and chooses with Enter', async () => {
    const { sent, find, key } = await shown();
    key('ArrowDown');
    key('ArrowDown');
    expect(find('.dlw-matrix-readout').textContent).toBe(
      '1 of 1 (100.0 %) of class <b>fake</b> taken for real',
    );
    key('Enter');
    expect(sent).toEqual([{ type: 'cell', row: 1, column: 0 }]);
    key('Escape');
    expect(sent.at(-1)).toEqual({ type: 'cell', row: -1, column: -1 });
  });

  it('sends the threshold while it is dragged, the newest when answered', async () => {
    const { model, sent, find } = await shown();
    const slider = find('[data-role="threshold"]');
    for (const value of ['0.6', '0.7', '0.8', '0.9']) {
      slider.value = value;
      slider.dispatchEvent(new Event('input'));
    }
    expect(sent[0]).toEqual({ type: 'threshold', value: 0.6, asked: 1 });
    const before = sent.length;
    expect(before).toBeLessThan(4);
    model.set('answered', before);
    expect(sent.at(-1)).toMatchObject({ value: 0.9 });
  });

  it('sorts the table by a heading', async () => {
    const { view } = await shown();
    view.el.querySelectorAll<HTMLElement>('.dlw-head')[4]!.click();
    expect(view.el.querySelector('.dlw-scores tbody th')!.textContent).toBe('real');
    view.el.querySelectorAll<HTMLElement>('.dlw-head')[2]!.click();
    expect(view.el.querySelector('.dlw-scores tbody th')!.textContent).toBe('<b>fake</b>');
  });

  it('hides the threshold where there is none, and all without a matrix', async () => {
    const { model, find } = await shown({ curves: {} });
    expect(find('.dlw-binary').hidden).toBe(true);
    model.set({ matrix: {}, notice: 'No confusion matrix: it rained' });
    await settle();
    expect(find('.dlw-confusion-body').hidden).toBe(true);
    expect(find('.dlw-problem').textContent).toContain('it rained');
  });
});
