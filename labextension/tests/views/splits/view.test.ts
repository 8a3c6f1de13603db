// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { measure } from '../../../src/views/splits/evaluate';
import { SplitsModel } from '../../../src/views/splits/model';
import { inWords, swingText } from '../../../src/views/splits/texts';
import { SwingPane } from '../../../src/views/splits/swing-pane';
import { SplitsView } from '../../../src/views/splits/view';
import { display, settle } from '../../harness';

interface Made {
  model: SplitsModel;
  view: SplitsView;
}

async function shown(traits: Record<string, unknown> = {}): Promise<Made> {
  const made = display(SplitsModel, SplitsView, traits);
  await settle();
  return made;
}

const text = (view: SplitsView, selector: string): string => view.el.querySelector(selector)!.textContent;
const scores = (view: SplitsView): string[] =>
  [...view.el.querySelectorAll('.dlw-splits-score')].map((one) => one.textContent);
const captions = (view: SplitsView): string[] =>
  [...view.el.querySelectorAll('.dlw-splits-caption')].map((one) => one.textContent);
const part = (view: SplitsView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;

function key(view: SplitsView, selector: string, name: string): void {
  const all = view.el.querySelectorAll(selector);
  all[all.length - 1]!.dispatchEvent(new KeyboardEvent('keydown', { key: name }));
}

function table(rows: number[][], names: string[]): Record<string, unknown> {
  const data = new DataView(Float32Array.from(rows.flat()).buffer);
  return { features: rows[0]!.length - 1, names, data };
}

beforeEach(() => document.body.replaceChildren());

describe('the splits widget', () => {
  it('says the score of each model and their mean', async () => {
    const { view, model } = await shown({ state: 'at=2' });
    expect(scores(view).at(-1)).toBe('82.7%');
    expect(captions(view).at(-1)).toBe(
      'Model 2: trained on 142 samples, validated on 36: 29 right, accuracy 80.6%.',
    );
    expect(text(view, '.dlw-concept-formula')).toBe(
      'Accuracy = (86.1% + 80.6% + 69.4% + 85.7% + 91.4%) / 5 = 82.7%   (k = 5)',
    );
    expect(model.said).toContain('k-fold with seed 0: 5 models, mean score 82.7%.');
    expect(part(view, 'careless').classList.contains('dlw-splits-absent')).toBe(true);
  });

  it('goes from row to row by keys, and keeps the row in the state', async () => {
    const { view, model } = await shown({ state: 'at=1' });
    key(view, '.dlw-splits-surface', 'ArrowDown');
    await settle();
    expect(model.text('state')).toBe('at=2');
    key(view, '.dlw-splits-surface', 'End');
    await settle();
    expect(model.now.at).toEqual([5]);
    key(view, '.dlw-splits-surface', 'ArrowDown');
    await settle();
    expect(model.now.at).toEqual([5]);
    expect(captions(view).at(-1)).toContain('Model 5');
  });

  it('shows the careless score beside the right one, and by how much it misleads', async () => {
    const { view, model } = await shown({ state: 'trap=duplicates;copies=100;seed=3' });
    expect(scores(view)).toEqual(['96.6%', '82.0%']);
    expect(text(view, '.dlw-splits-gap')).toBe('The careless score is too good by 14.7 points.');
    model.change({ trap: 'sorted', folds: 3 });
    await settle();
    expect(scores(view)[0]).toBe('19.8%');
    expect(text(view, '.dlw-splits-gap')).toContain('differs by 58.9 points');
    expect(part(view, 'copies').hidden).toBe(true);
    model.change({ trap: 'none' });
    await settle();
    expect(view.el.querySelector<HTMLElement>('.dlw-splits-gap')!.hidden).toBe(true);
  });

  it('has the scores of 40 seeds in time, of each protocol', async () => {
    const { view, model } = await shown({ state: 'at=1' });
    for (let i = 0; i < 400 && !model.fill(50); i += 1);
    expect(model.swings.map((one) => one.scores.length)).toEqual([40, 40, 40]);
    const spans = model.swings.map((one) => Math.max(...one.scores) - Math.min(...one.scores));
    expect(spans[0]).toBeGreaterThan(2 * spans[1]!);
    expect(spans[1]).toBeGreaterThan(spans[2]!);
    model.change({ seed: 1 });
    await settle();
    expect(model.swings[0]!.scores).toHaveLength(40);
    expect(model.said).toContain('Hold-out: 63.9% to 91.7%; k-fold: 75.3% to 84.3%');
    key(view, '.dlw-splits-swing', 'ArrowRight');
    expect(model.now.seed).toBe(2);
  });

  it('says how many seeds are known until all are, and names no row without one', async () => {
    const { model } = await shown({ state: 'at=1' });
    expect(swingText(model, 'Right', [0.5])).toBe('Right: 50.0%, 1 of 40 seeds so far');
    expect(swingText(model, 'Right', [0.5, 0.75])).toBe('Right: 50.0%–75.0%, 2 of 40 seeds so far');
    expect(swingText(model, 'Right', new Array<number>(40).fill(0.5))).toBe('Right: 50.0% with every seed');
    for (let i = 0; i < 400 && model.swings[2]!.scores.length < 40; i += 1) await settle();
    await settle();
    expect(model.said).toContain('Iterated k-fold: 78.5% to');
    expect(model.said).not.toContain('so far');
    model.swings.forEach(({ scores }, i) => scores.splice(i === 0 ? 1 : 0));
    const measured = model.measured(false, 0);
    expect(inWords(model, null, measured, 0)).toMatch(
      /Over the seeds: Hold-out: [\d.]+%, 1 of 40 seeds so far\.$/,
    );
  });

  it('draws 40 dots in a row that isn’t of the protocol, and 39 with a ring', () => {
    const arc = vi.fn();
    const context = new Proxy(
      { measureText: () => ({ width: 10 }) },
      {
        get: (target, name) => (name === 'arc' ? arc : name === 'measureText' ? target.measureText : vi.fn()),
        set: () => true,
      },
    );
    const spy = vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    const pane = new SwingPane(() => undefined);
    const scores = Array.from({ length: 40 }, (_, i) => i / 40);
    const row = { label: '', scores, warn: false };
    const theme = { palette: ['#000', '#111'] };
    pane.show(theme as never, 600, {
      rows: [
        { ...row, now: null },
        { ...row, now: 0.5 },
      ],
      regression: false,
      baseline: 0.4,
      seed: 3,
      said: '',
      axis: '',
      write: String,
    });
    spy.mockRestore();
    expect(arc.mock.calls.filter(([, , radius]) => radius === 3)).toHaveLength(40 + 39);
    expect(arc.mock.calls.filter(([, , radius]) => radius === 5)).toHaveLength(1);
  });

  it('explains a single hold-out with what its score may be off by', async () => {
    const { view } = await shown({ state: 'protocol=holdout;seed=3' });
    expect(text(view, '.dlw-concept-formula')).toMatch(
      /^Accuracy = \d+ \/ 36 = [\d.]+%; standard error √\(p·\(1 − p\) \/ n\) = [\d.]+ points$/,
    );
    expect(part(view, 'folds').hidden).toBe(true);
    expect(part(view, 'share').hidden).toBe(false);
  });

  it('predicts the future from the past only, as an error', async () => {
    const { view } = await shown({ state: 'trap=time;protocol=iterated;seed=3' });
    expect(scores(view)[1]).toBe('3.69');
    expect(text(view, '.dlw-splits-notes')).toContain('so one is shown');
    expect(captions(view)[1]).toContain('trained on 100 samples, validated on 20: mean absolute error');
    expect(text(view, '.dlw-splits-gap')).toContain('too good by');
  });

  it('uses the user’s samples, with their names', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [i, i % 2]);
    const { view, model } = await shown({ state: 'data=own;seed=1', own: table(rows, ['cat', 'dog']) });
    expect(model.usesOwn).toBe(true);
    expect(text(view, '.dlw-splits-legend')).toContain('catdog');
    expect(part(view, 'features').hidden).toBe(true);
    view.el.querySelectorAll<HTMLButtonElement>('.dlw-concept-tries button')[2]!.click();
    await settle();
    expect(model.text('state')).toBe('data=own;trap=sorted;folds=3');
    const lost = await shown({ state: 'data=own;seed=1' });
    expect(text(lost.view, '.dlw-splits-notes')).toContain('aren’t in this page');
    expect(scores(lost.view)).toHaveLength(2);
    const broken = await shown({ state: 'data=own', own: table([[1, 7]], ['cat']) });
    expect(broken.model.usesOwn).toBe(false);
  });

  it('measures much in many frames, with the same scores', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [
      ...Array.from({ length: 64 }, (_unused, j) => ((i * 37 + j * 11) % 29) + (i % 3)),
      i % 3,
    ]);
    const state = 'data=own;trap=duplicates;copies=100;protocol=iterated;folds=10;repeats=5;seed=1';
    const { view, model } = await shown({ state, own: table(rows, ['a', 'b', 'c']) });
    let calls = 1;
    for (; !model.prepare(2, -1); calls += 1) expect(model.isReady(2)).toBe(false);
    expect(calls).toBeGreaterThan(90);
    expect(model.measured(true, 2)).toEqual(measure(model.samples, model.now, true, 2));
    expect(model.measured(false, 2).scores).toHaveLength(50);
    expect(model.rows).toBe(50);
    // Little is measured at once, however slow the machine is.
    model.change({ protocol: 'holdout' });
    expect(model.prepare(2, -1)).toBe(true);
    expect(view.el.querySelector('.dlw-concept-formula')).not.toBeNull();
  });

  it('shows one row after another, step by step, and then begins again', async () => {
    const { view } = await shown({ state: 'folds=3;at=1' });
    const step = view.el.querySelector<HTMLButtonElement>('button[aria-label="Step"]')!;
    step.click();
    await settle();
    expect(captions(view).at(-1)).toContain('Model 1');
    step.click();
    await settle();
    expect(view.el.dataset.playing).toBe('false');
  });

  it('steps on from a row that was selected', async () => {
    const { view, model } = await shown({ state: 'folds=3;at=3' });
    const press = (name: string): void =>
      view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
    press('Step');
    await settle();
    expect(model.text('state')).toBe('folds=3');
    expect(captions(view).at(-1)).toContain('Model 1');
    press('Step');
    await settle();
    expect(captions(view).at(-1)).toContain('Model 2');
    // The same row once more.
    model.change({ at: [3] });
    await settle();
    expect(captions(view).at(-1)).toContain('Model 3');
  });

  it('knows which classes the models of sorted samples have seen', async () => {
    const { view, model } = await shown({ state: 'trap=sorted;folds=3;seed=1' });
    const seen = model
      .measured(true, 0)
      .splits.map(({ train }) =>
        [0, 1, 2].map((label) => train.filter((sample) => model.samples.y[sample] === label).length),
      );
    expect(seen).toEqual([
      [0, 70, 48],
      [59, 12, 48],
      [59, 60, 0],
    ]);
    const about = text(view, '.dlw-concept-about');
    expect(about).toContain('the first and the last model are asked for a class that they never saw');
    expect(about).toContain('only 12 of its 71');
  });
});
