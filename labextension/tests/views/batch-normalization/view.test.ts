// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { BatchNormalizationModel } from '../../../src/views/batch-normalization/model';
import { BatchNormalizationView } from '../../../src/views/batch-normalization/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): {
  model: BatchNormalizationModel;
  view: BatchNormalizationView;
} {
  return display(BatchNormalizationModel, BatchNormalizationView, traits);
}

const formula = (view: BatchNormalizationView): string =>
  view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: BatchNormalizationView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const notes = (view: BatchNormalizationView): string => part(view, 'notes').textContent;
const stepOf = (view: BatchNormalizationView): number =>
  Number(view.el.querySelector<HTMLElement>('.dlw-bn')!.dataset.step);

function press(view: BatchNormalizationView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function tryOut(view: BatchNormalizationView, name: string): void {
  const all = [...view.el.querySelectorAll('.dlw-concept-tries li')];
  all
    .find((one) => one.textContent.startsWith(name))!
    .querySelector('button')!
    .click();
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

function own(rows: number[][]): Record<string, unknown> {
  const data = new DataView(Float32Array.from(rows.flat()).buffer);
  return { units: rows[0]!.length, data };
}

describe('the widget of batch normalization', () => {
  it('learns by itself, and starts again where it is at its end', async () => {
    const { view, model } = shown({ state: 'layers=1;units=2' });
    see();
    await pause(600);
    expect(view.el.dataset.playing).toBe('true');
    expect(stepOf(view)).toBeGreaterThan(1);
    press(view, 'Pause');
    model.change({ step: [200] });
    for (let i = 0; i < 40 && stepOf(view) < 200; i += 1) await settle();
    expect(stepOf(view)).toBe(200);
    press(view, 'Step');
    await settle();
    expect(stepOf(view)).toBe(0);
    expect(model.text('state')).toBe('layers=1;units=2');
  });

  it('writes out a unit of the batch, with what becomes of the moving averages', async () => {
    const rows = [[1], [3]];
    const { view } = shown({
      state: 'data=own;batch_size=2;momentum=0.75;step=0;epsilon=0.5;gamma=3;beta=-1',
      batch: own(rows),
    });
    await settle();
    expect(formula(view)).toContain('μ = 2, σ² = 1');
    expect(formula(view)).toMatch(/= \((1|3) − 2\) \/ √\(1 \+ 0\.5\) = −?0\.816/);
    expect(formula(view)).toMatch(/y₁ = γ · ẑ₁ \+ β = 3 · .* \+ \(−1\) = (1\.45|−3\.45)/);
    expect(formula(view)).toContain('moving mean: 0.75 · 0 + 0.25 · 2 = 0.5');
    expect(formula(view)).toContain('moving variance: 0.75 · 1 + 0.25 · 1 = 1');
    expect(part(view, 'loss').hidden).toBe(true);
    expect(part(view, 'gamma').hidden).toBe(false);
    expect(notes(view)).toContain('Parameters: 4 · 1 = 4.');
  });

  it('uses the moving averages at inference, and says how much of their first values is left', async () => {
    const { view, model } = shown({ state: 'layers=2;units=3;momentum=0.9;step=2' });
    await settle();
    expect(notes(view)).toContain('weigh 0.9 to the power of 2 = 81%');
    expect(formula(view)).toContain('moving mean: 0.9 ·');
    model.change({ mode: 'inference' });
    await settle();
    expect(formula(view)).toContain('moving averages: μ = ');
    expect(formula(view)).not.toContain('moving mean:');
    // Dense: 2·3 + 3, 3·3 + 3, 3 + 1; four more parameters for each of 6 units.
    expect(notes(view)).toContain('The network has 25 without normalization and 49 with it.');
  });

  it('says what a batch of one sample loses', async () => {
    const { view } = shown({ state: 'batch_size=1;layers=1;units=2;step=1' });
    await settle();
    expect(notes(view)).toContain('whatever comes in, the output is β');
    expect(formula(view)).toContain('√(0 + 0.001) = 0');
  });

  it('has layers to select by keys, and keeps the step when the network changes', async () => {
    const { view, model } = shown({ state: 'units=4;step=5', lesson: ['unit'] });
    see();
    await pause(300);
    expect(view.el.dataset.playing).toBe('false');
    const slider = part(view, 'distributions').querySelector<HTMLElement>('[role="slider"]')!;
    slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'End' }));
    await settle();
    expect(model.text('state')).toBe('units=4;unit=3,1;step=5');
    expect(slider.getAttribute('aria-valuetext')).toBe('Layer 3, unit 1');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    model.change({ layers: 1, learning_rate: 0.1 });
    await settle();
    expect(stepOf(view)).toBe(5);
    expect(slider.getAttribute('aria-valuetext')).toBe('Layer 1, unit 1');
  });

  it('says where the batch of a link isn’t in the page', async () => {
    const { view } = shown({ state: 'data=own;step=1' });
    await settle();
    expect(notes(view)).toContain('Your own batch isn’t in this page, so a network is shown.');
    expect(notes(view)).toContain('Step 1: loss');
  });

  it('keeps the user’s batch where something is tried that isn’t about the network', () => {
    const { view, model } = shown({ state: 'data=own', batch: own([[1], [3], [4]]) });
    tryOut(view, 'Inference too early');
    expect(model.text('state')).toBe('data=own;mode=inference;step=100;momentum=0.99');
    tryOut(view, 'Not needed');
    expect(model.isOwn).toBe(false);
    tryOut(view, 'Batch size 1');
    expect(model.text('state')).toBe('batch_size=1;learning_rate=0.3');
  });

  it('goes on from the step of a link, which is no deed of the user’s', async () => {
    const lesson = [{ text: 'Go', done: 'step' }];
    const { view, model } = shown({ state: 'layers=1;units=2;step=3', lesson });
    see();
    press(view, 'Play');
    for (let i = 0; i < 100 && model.now.step.length > 0; i += 1) await pause(10);
    expect(model.text('state')).toBe('layers=1;units=2');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
    model.change({ step: [5] });
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
  });
});
