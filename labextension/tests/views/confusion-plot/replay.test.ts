// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
import { countsAt, readHistory, scoresOf } from '../../../src/views/confusion-plot/history';
const { ConfusionPlotModel } = await import('../../../src/views/confusion-plot/model');
const { ConfusionPlotView } = await import('../../../src/views/confusion-plot/view');

const bytes = (counts: number[]): DataView => new DataView(Int32Array.from(counts).buffer);
const matrix = (counts: number[]): object => ({ k: 2, counts: bytes(counts) });
const NOW = [4, 0, 1, 3];
const HISTORY = { type: 'history', k: 2, steps: [0, 20, 45] };
const RECORDED = [bytes([0, 4, 0, 4, 2, 2, 1, 3, ...NOW])];
const SCORES = { accuracy: 7 / 8, precision: [], recall: [], f1: [], support: [4, 4], macro: [] };

type Model = InstanceType<typeof ConfusionPlotModel>;

const shown = async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(ConfusionPlotModel, ConfusionPlotView, {
    matrix: { k: 2, counts: bytes(NOW) },
    scores: SCORES,
    recorded: HISTORY.steps,
    class_names: ['cat', 'dog'],
    summary: 'now',
  });
  const sent = connect(model);
  await settle();
  const find = (selector: string): HTMLInputElement => view.el.querySelector<HTMLInputElement>(selector)!;
  const move = async (at: number): Promise<void> => {
    find('[data-role="step"]').value = String(at);
    find('[data-role="step"]').dispatchEvent(new Event('input'));
    await settle();
  };
  const answer = async (): Promise<void> => {
    model.trigger('msg:custom', HISTORY, RECORDED);
    await settle();
  };
  const press = async (role: string): Promise<void> => {
    find(`[data-role="${role}"]`).click();
    await settle();
  };
  const asked = (): number =>
    sent.filter((content) => (content as { type?: string }).type === 'history').length;
  return { model, view, find, move, answer, press, asked };
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('the replay of the matrix', () => {
  it('asks once, then shows each recorded matrix with its scores', async () => {
    const { model, view, find, move, answer, asked } = await shown();
    expect(find('[data-role="live"]').getAttribute('aria-pressed')).toBe('true');
    await move(0);
    await move(1);
    expect(asked()).toBe(1);
    expect([...model.matrix.counts]).toEqual(NOW);
    await answer();
    expect([...model.matrix.counts]).toEqual([2, 2, 1, 3]);
    expect(view.el.dataset.replayed).toBe('20');
    expect(find('.dlw-summary').textContent).toBe('Replay of step 20: accuracy 62.5%');
    const cells = [...view.el.querySelectorAll('.dlw-scores tbody tr:first-child td')];
    expect(cells.map((cell) => cell.textContent)).toEqual(['66.7%', '50.0%', '0.571', '4']);
    await move(0);
    expect([...model.matrix.counts]).toEqual([0, 4, 0, 4]);
    expect(asked()).toBe(1);
  });

  it('goes back to live, by the button and by Escape', async () => {
    const { model, find, move, answer, press } = await shown();
    await move(0);
    await answer();
    await press('live');
    expect([...model.matrix.counts]).toEqual(NOW);
    expect(find('.dlw-summary').textContent).toBe('now');
    await move(1);
    await answer();
    find('[data-role="step"]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(model.replayed).toBeNull();
  });

  it('plays from the first step to live', async () => {
    const { model, find, answer, press } = await shown();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const seen: (number | null)[] = [];
    model.on('moved', () => seen.push(model.replayed));
    find('[data-role="replay"]').click();
    expect(find('[data-role="replay"]').title).toBe('Pause the replay');
    vi.advanceTimersByTime(1000); // the matrices are still on their way
    await answer();
    vi.advanceTimersByTime(5000);
    expect(seen.slice(-4)).toEqual([0, 1, 2, null]);
    expect(find('[data-role="replay"]').title).toBe('Replay how the mistakes vanished');
    await press('replay');
    expect(model.replayed).toBeNull();
  });

  it.each([
    ['the threshold is moved', (model: Model) => model.moveThreshold(0.7)],
    ['there is nothing recorded', (model: Model) => void model.set('recorded', [])],
    [
      'another run begins',
      (model: Model) => void model.set({ recorded: [1, 2], matrix: matrix([1, 3, 1, 3]) }),
    ],
  ])('stops playing when %s', async (_, end) => {
    const { model, find, answer } = await shown();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    find('[data-role="replay"]').click();
    await answer();
    expect(vi.getTimerCount()).toBe(1);
    expect(find('.dlw-summary').getAttribute('aria-live')).toBe('off');
    end(model);
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(find('[data-role="replay"]').title).toBe('Replay how the mistakes vanished');
    expect(find('.dlw-summary').getAttribute('aria-live')).toBe('polite');
    expect([model.replayed, model.wanted]).toEqual([null, null]);
  });

  it.each([
    ['empty', [{ type: 'history', k: 0, steps: [] }, [bytes([])]]],
    ['unreadable', [HISTORY, [bytes([1])]]],
  ] as const)('stops waiting when the answer is %s, and may ask again', async (_, [content, buffers]) => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { model, find, move, asked } = await shown();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    find('[data-role="replay"]').click();
    model.trigger('msg:custom', content, buffers);
    await settle();
    expect([vi.getTimerCount(), model.wanted]).toEqual([0, null]);
    await move(1);
    expect(asked()).toBe(2);
  });

  it('is offered only with a kernel, and stops waiting when that is lost', async () => {
    const { model, find } = await shown();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    find('[data-role="replay"]').click();
    await settle();
    model.comm_live = false;
    await settle();
    expect([find('.dlw-replay').hidden, vi.getTimerCount()]).toEqual([true, 0]);
    model.comm_live = true;
    await settle();
    expect([find('.dlw-replay').hidden, model.wanted]).toEqual([false, null]);
  });

  it('goes on without a kernel once the matrices are there', async () => {
    const { model, find, move, answer } = await shown();
    await move(0);
    await answer();
    model.comm_live = false;
    await move(1);
    expect(find('.dlw-replay').hidden).toBe(false);
    expect([...model.matrix.counts]).toEqual([2, 2, 1, 3]);
  });

  it('leaves the slider where it was put while the matrices are on their way', async () => {
    const { model, find, move } = await shown();
    await move(0);
    model.set('summary', 'later');
    await settle();
    expect(find('[data-role="step"]').value).toBe('0');
    expect(find('.dlw-replay-step').textContent).toBe('step 0');
  });

  it('ends when another run begins, and goes on while the same one trains', async () => {
    const { model, move, answer } = await shown();
    await move(0);
    await answer();
    model.set({ recorded: [0, 20, 45, 60], matrix: { k: 2, counts: bytes([4, 0, 0, 4]) } });
    await settle();
    expect([...model.matrix.counts]).toEqual([0, 4, 0, 4]);
    model.set({ recorded: [1], matrix: { k: 2, counts: bytes([1, 3, 1, 3]) } });
    await settle();
    expect(model.replayed).toBeNull();
    expect([...model.matrix.counts]).toEqual([1, 3, 1, 3]);
  });

  it('has nothing to offer for a finished model', async () => {
    const { model, find } = await shown();
    model.set('recorded', []);
    await settle();
    expect(find('.dlw-replay').hidden).toBe(true);
  });
});

describe('recorded matrices', () => {
  it('are read, and refused where bytes do not fit', () => {
    const history = readHistory(HISTORY, RECORDED);
    expect([...countsAt(history, 1)]).toEqual([2, 2, 1, 3]);
    expect(() => readHistory(HISTORY, [bytes([1])])).toThrow('3 matrices need 48 bytes. Received: 4');
    expect(() => readHistory(HISTORY, [])).toThrow('Received: none');
    expect(() => readHistory({ k: 2 }, RECORDED)).toThrow('no steps');
  });

  it('have scores as by hand, also of a class that is never predicted', () => {
    const scores = scoresOf([3, 0, 1, 0], [3, 2]); // one sample of class 1 has no answer
    expect(scores.accuracy).toBe(3 / 5);
    expect(scores.precision).toEqual([3 / 4, NaN]);
    expect(scores.recall).toEqual([1, 0]);
    expect(scores.macro[0]).toBe(3 / 4);
  });
});
