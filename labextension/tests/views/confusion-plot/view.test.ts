// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
const { ConfusionPlotModel } = await import('../../../src/views/confusion-plot/model');
const { ConfusionPlotView } = await import('../../../src/views/confusion-plot/view');

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

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('ConfusionPlotView', () => {
  it('says not defined for 0/0, and shows names as text', async () => {
    const { view, find } = await shown();
    const cells = [...view.el.querySelectorAll('.dlw-scores tbody tr:nth-child(2) > *')];
    expect(cells.map((cell) => cell.textContent)).toEqual(['<b>fake</b>', '–', '0.0%', '0.000', '1']);
    expect((cells[1] as HTMLElement).title).toBe('0/0: not defined');
    expect(view.el.querySelector('td b, th b, label b')).toBeNull();
    expect(find('.dlw-tile b').textContent).toBe('not defined');
    expect(find('.dlw-threshold').textContent).toContain('Predict “<b>fake</b>”');
  });

  it('moves with the keys and chooses with Enter', async () => {
    const { sent, find, key } = await shown();
    key('ArrowDown');
    key('ArrowDown');
    expect(find('.dlw-matrix-readout').textContent).toBe(
      '1 of 1 sample of class <b>fake</b> (100.0%) predicted as real',
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

  const answers = {
    count: 4,
    probabilities: new DataView(Float32Array.from([0.1, 0.3, 0.6, 0.8]).buffer),
    truth: new DataView(Uint8Array.from([0, 0, 0, 1]).buffer),
  };

  it('follows the threshold at once, before the kernel has answered', async () => {
    const { model, view, find } = await shown({ matrix: matrix([2, 1, 0, 1]), samples: answers });
    const slider = find('[data-role="threshold"]');
    const shows = async (): Promise<(string | null)[]> => {
      await settle();
      const [fpr, recall] = ['cx', 'cy'].map((at) => find('.dlw-unit-point').getAttribute(at));
      return [...view.el.querySelectorAll('.dlw-tile b')].map((b) => b.textContent).concat(fpr!, recall!);
    };
    slider.value = '0.7';
    slider.dispatchEvent(new Event('input'));
    const expected = ['100.0%', '100.0%', '1.000', '100.0%', '28.0', '6.0'];
    expect(await shows()).toEqual(expected);
    expect([...model.matrix.counts]).toEqual([3, 0, 0, 1]);
    // What the kernel has judged at an older threshold changes nothing.
    model.set({ matrix: matrix([1, 2, 0, 1]), threshold: 0.2, scores });
    expect(await shows()).toEqual(expected);
    expect([...model.matrix.counts]).toEqual([3, 0, 0, 1]);
    model.set({ matrix: matrix([3, 0, 0, 1]), threshold: 0.7 });
    expect([...model.matrix.counts]).toEqual([3, 0, 0, 1]);
  });

  it('has a point that can be dragged along the curve', async () => {
    const { model, sent, find } = await shown({ matrix: matrix([2, 1, 0, 1]), samples: answers });
    const picture = find('.dlw-unit svg');
    picture.setPointerCapture = () => undefined;
    picture.getBoundingClientRect = () => ({ left: 0, top: 0 }) as DOMRect;
    const point = (kind: string, clientX: number, clientY: number): boolean =>
      picture.dispatchEvent(new PointerEvent(kind, { clientX, clientY, button: 0, bubbles: true }));
    point('pointermove', 192, 6);
    expect(model.threshold).toBe(0.5);
    point('pointerdown', 192, 6);
    expect(model.threshold).toBeCloseTo(0.1);
    point('pointermove', 28, 6);
    expect(model.threshold).toBeCloseTo(0.8);
    expect(sent.at(-1)).toMatchObject({ type: 'threshold' });
    point('pointerup', 28, 6);
    point('pointermove', 192, 6);
    expect(model.threshold).toBeCloseTo(0.8);
  });

  it('sorts the table by a heading', async () => {
    const { view, model } = await shown();
    vi.spyOn(model, 'save_changes').mockReturnValue();
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
    expect(find('.dlw-error').textContent).toContain('it rained');
  });

  it('promises nothing once its kernel is gone, and keeps what went wrong', async () => {
    const { model, view } = await shown({ matrix: {}, notice: 'Soon.' });
    const says = (): string => view.el.querySelector('.dlw-notice')!.textContent;
    expect(says()).toBe('Soon.');
    model.comm_live = false;
    await settle();
    expect(says()).toBe('Nothing to show, because this view has no kernel anymore.');
    model.set('notice', 'No confusion matrix: it rained');
    await settle();
    expect(says()).toBe('No confusion matrix: it rained');
  });
});
