// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { MetricsModel } from '../../../src/views/metrics/model';
import { MetricsView } from '../../../src/views/metrics/view';
import { display, settle } from '../../harness';

async function shown(
  traits: Record<string, unknown> = {},
): Promise<{ model: MetricsModel; view: MetricsView }> {
  const made = display(MetricsModel, MetricsView, traits);
  await settle();
  return made;
}

const text = (view: MetricsView, selector: string): string => view.el.querySelector(selector)!.textContent;
const outputs = (view: MetricsView): string[] =>
  [...view.el.querySelectorAll('.dlw-metrics-value output')].map((one) => one.textContent);
const counts = (view: MetricsView): string[] =>
  [...view.el.querySelectorAll('.dlw-metrics-cell strong')].map((one) => one.textContent);

function key(view: MetricsView, selector: string, name: string): void {
  view.el.querySelector(selector)!.dispatchEvent(new KeyboardEvent('keydown', { key: name }));
}

function samples(labels: number[], scores: number[]): Record<string, unknown> {
  const both = Float32Array.from([...labels, ...scores]);
  return { count: labels.length, data: new DataView(both.buffer) };
}

beforeEach(() => document.body.replaceChildren());

describe('the metrics widget', () => {
  it('begins with the book’s example: 99%, undefined, 0%', async () => {
    const { view, model } = await shown();
    expect(counts(view)).toEqual(['0', '1', '0', '99']);
    expect(outputs(view)).toEqual(['99%', 'undefined', '0%', '0%']);
    expect(text(view, '.dlw-concept-formula')).toContain('TP / (TP + FP) = 0 / (0 + 0) = undefined');
    expect(text(view, '.dlw-metrics-notes')).toContain('0 / 0 has no value');
    expect(model.said).toContain('the more frequent class has an accuracy of 99%');
  });

  it('steps from score to score by keys, on the scores and on the curves', async () => {
    const { view, model } = await shown({ state: 'threshold=1.01' });
    const levels = model.evaluated.levels.length;
    key(view, '.dlw-metrics-scores', 'ArrowLeft');
    await settle();
    expect(counts(view)).toEqual(['0', '1', '1', '98']);
    for (let i = 0; i < 3; i += 1) key(view, '.dlw-metrics-curve', 'ArrowRight');
    await settle();
    expect(counts(view)).toEqual(['1', '0', '3', '96']);
    expect(model.now.threshold).toEqual([0.802]);
    key(view, '.dlw-metrics-scores', 'Home');
    await settle();
    expect(counts(view)).toEqual(['1', '0', '99', '0']);
    expect(outputs(view)[2]).toBe('100%');
    // Every level can be reached and left.
    for (let i = levels - 1; i > 0; i -= 1) {
      const before = model.now.threshold[0]!;
      key(view, '.dlw-metrics-scores', 'ArrowRight');
      expect(model.now.threshold[0]).toBeGreaterThan(before);
    }
    await settle();
    expect(outputs(view)[1]).toBe('undefined');
  });

  it('takes the threshold where it is dragged', async () => {
    const { view, model } = await shown();
    const surface = view.el.querySelector<HTMLElement>('.dlw-metrics-scores')!;
    const canvas = surface.querySelector('canvas')!;
    canvas.getBoundingClientRect = (): DOMRect => new DOMRect(0, 0, 600, 190);
    surface.setPointerCapture = (): void => undefined;
    surface.dispatchEvent(new PointerEvent('pointerdown', { clientX: 300, button: 0 }));
    expect(model.now.threshold[0]).toBeGreaterThan(0.45);
    expect(model.now.threshold[0]).toBeLessThan(0.55);
    surface.dispatchEvent(new PointerEvent('pointerdown', { clientX: 600, button: 0 }));
    await settle();
    expect(counts(view)).toEqual(['0', '1', '0', '99']);
  });

  it('marks the counts that a metric is made of', async () => {
    const { view } = await shown();
    const precision = view.el.querySelectorAll<HTMLElement>('.dlw-metrics-value')[1]!;
    precision.dispatchEvent(new Event('focus'));
    const used = [...view.el.querySelectorAll('.dlw-metrics-used')].map((one) => one.textContent);
    expect(used).toEqual(['0true positives, TP', '0false positives, FP']);
    precision.dispatchEvent(new Event('blur'));
    expect(view.el.querySelector('.dlw-metrics-used')).toBeNull();
  });

  it('uses the samples of the user’s, also scores beyond 0 and 1, and of one class', async () => {
    const own = samples([1, 0, 1, 0], [3, 2, 1, -4]);
    const { view, model } = await shown({ state: 'data=own;threshold=1.5', samples: own });
    expect(counts(view)).toEqual(['1', '1', '1', '1']);
    expect(model.evaluated.range).toEqual([-4, 3]);
    expect(view.el.querySelector<HTMLElement>('[data-part="positives"]')!.hidden).toBe(true);
    expect(view.el.textContent).toContain('ROC curve, area 0.750');
    const one = await shown({ state: 'data=own', samples: samples([1, 1], [0.2, 0.4]) });
    expect(text(one.view, '.dlw-metrics-notes')).toContain('of one class');
    expect(one.view.el.textContent).toContain('ROC curve, area undefined');
    const lost = await shown({ state: 'data=own' });
    expect(text(lost.view, '.dlw-metrics-notes')).toContain('aren’t in this page');
  });

  it('reaches scores that the state rounds, and passes over those that it takes for one', async () => {
    // As float32, 0.7 is a little less; the two next ones differ in the seventh decimal.
    const own = samples([1, 1, 0, 0], [0.7, 0.5000003, 0.5000002, 0.2]);
    const { view, model } = await shown({ state: 'data=own;threshold=2', samples: own });
    const found: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      key(view, '.dlw-metrics-scores', 'ArrowLeft');
      await settle();
      found.push(counts(view).map(Number)[0]! + counts(view).map(Number)[2]!);
    }
    expect(found).toEqual([1, 3, 4, 4]);
    key(view, '.dlw-metrics-scores', 'ArrowRight');
    key(view, '.dlw-metrics-scores', 'ArrowRight');
    key(view, '.dlw-metrics-scores', 'ArrowRight');
    expect(model.now.threshold[0]).toBeGreaterThan(0.7);
  });

  it('passes all scores in about a hundred steps, and begins again', async () => {
    const scores = Array.from({ length: 950 }, (_, i) => i / 1000);
    const own = samples(
      scores.map((_, i) => i % 2),
      scores,
    );
    const { view, model } = await shown({ state: 'data=own;threshold=2', samples: own });
    const step = view.el.querySelector<HTMLButtonElement>('button[aria-label="Step"]')!;
    step.click();
    await settle();
    expect(Number(counts(view)[0]) + Number(counts(view)[2])).toBe(10);
    model.change({ threshold: [0] });
    step.click();
    await settle();
    expect(outputs(view)[1]).toBe('undefined');
  });

  it('compares both errors, and moves a point by keys', async () => {
    const { view, model } = await shown({ state: 'task=regression;y=0,1,2,10' });
    const cells = (): string[] =>
      [...view.el.querySelectorAll('.dlw-metrics-table td')].map((one) => one.textContent);
    // Through the first three points; the last one is 7 above: 49 / 4 and 7 / 4.
    expect(cells().slice(3)).toEqual(['12.3', '1.75', '1']);
    expect(text(view, '.dlw-metrics-share')).toContain('The point at x = ');
    key(view, '.dlw-metrics-points', 'ArrowDown');
    key(view, '.dlw-metrics-points', 'ArrowLeft');
    key(view, '.dlw-metrics-points', 'ArrowUp');
    expect(model.now.y).toEqual([0, 1, 2.5, 9.5]);
    await settle();
    expect(model.said).toContain('MSE');
    // An error of 0 is no division by 0.
    model.change({ y: [1, 2, 3] });
    await settle();
    expect(text(view, '.dlw-metrics-share')).toContain('0% of the first line’s MSE');
  });

  it('ticks off its lesson', async () => {
    const { view, model } = await shown({ lesson: ['drag', 'all', 'outlier'] });
    key(view, '.dlw-metrics-scores', 'Home');
    model.change({ task: 'regression' });
    model.change({ y: [1, 2, 3] });
    expect(text(view, '.dlw-concept-lesson')).toContain('All steps are done.');
  });
});
