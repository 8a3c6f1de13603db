// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { BatchesModel } from '../../../src/views/batches/model';
import { BatchesView } from '../../../src/views/batches/view';
import { display, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: BatchesModel; view: BatchesView } {
  return display(BatchesModel, BatchesView, traits);
}

const find = (view: BatchesView, selector: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(selector)!;
const text = (view: BatchesView, selector: string): string => find(view, selector).textContent;
const formula = (view: BatchesView): string => text(view, '.dlw-concept-formula');
const step = async (view: BatchesView, times = 1): Promise<void> => {
  for (let i = 0; i < times; i += 1) find(view, '[aria-label="Step"]').click();
  await settle();
};
const key = (element: HTMLElement, name: string): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));

beforeEach(() => {
  document.body.replaceChildren();
  stubSight();
});

describe('the batches widget', () => {
  it('takes a batch with each step, and ends an epoch when all samples are used', async () => {
    const { view, model } = shown({ lesson: ['step', 'epoch'] });
    await settle();
    expect(text(view, '[data-part="batch"]')).toContain('No batch yet');
    await step(view);
    expect(text(view, '[data-part="pool"]')).toContain('18 wait, 6 in the batch, 0 used');
    expect(text(view, '[data-part="batch"]')).toContain('update 1.');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    await step(view, 3);
    expect(text(view, '[data-part="pool"]')).toContain('0 wait, 6 in the batch, 18 used');
    expect(text(view, '[data-part="progress"]')).toContain('Iteration 4 of 4 in this epoch');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(2);
    // Each sample was in one of the batches.
    const used = [1, 2, 3, 4].flatMap((finished) => {
      const { from, to, epoch } = model.place(finished);
      return [...model.order(epoch).slice(from, to)];
    });
    expect(used.sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    await step(view);
    expect(text(view, '[data-part="progress"]')).toContain('Epoch 2 of 20, update 5 of 80');
  });

  it('writes out the counts', async () => {
    const { view, model } = shown({ state: 'samples=60000;batch_size=128;epochs=5' });
    await settle();
    expect(formula(view)).toContain('⌈60,000 / 128⌉ = ⌈468.75⌉ = 469');
    expect(formula(view)).toContain('60,000 − 468 · 128 = 96');
    expect(formula(view)).toContain('469 · 5 = 2,345');
    expect(find(view, 'select')).toHaveProperty('value', 'mnist');
    model.change({ drop_remainder: true, samples: 25, batch_size: 6 });
    await settle();
    expect(formula(view)).toContain('⌊25 / 6⌋ = ⌊4.16…⌋ = 4');
    expect(text(view, '[data-part="notes"]')).toContain('leaves out 1 sample, another each time');
    model.change({ samples: 5 });
    await settle();
    expect(text(view, '[data-part="notes"]')).toContain('No batch is full');
    await step(view);
    expect(text(view, '[data-part="progress"]')).toContain('Iteration 0 of 0');
  });

  it('goes to an iteration by keys, within all that there are', async () => {
    const { view, model } = shown({ state: 'at=79' });
    await settle();
    const [epoch, all] = view.el.querySelectorAll<HTMLElement>('.dlw-batches-track');
    expect(epoch!.getAttribute('aria-valuetext')).toBe('Iteration 3 of 4 in this epoch');
    key(all!, 'ArrowRight');
    key(all!, 'ArrowRight');
    await settle();
    expect(model.text('state')).toBe('at=80');
    key(all!, 'PageDown');
    key(epoch!, 'Home');
    await settle();
    expect(model.text('state')).toBe('at=72');
    key(all!, 'Home');
    await settle();
    expect(model.text('state')).toBe('at=0');
    expect(model.said).toContain('Now: epoch 1, iteration 0, update 0.');
  });

  it('offers other batch sizes with what they would do', async () => {
    const { view, model } = shown({ state: 'samples=2000;batch_size=20;epochs=30' });
    await settle();
    const rows = [...view.el.querySelectorAll<HTMLElement>('tbody tr')].filter((row) => !row.hidden);
    expect(rows.map((row) => row.textContent)).toEqual([
      '12,0001100.0%',
      '8250835.3%',
      '201002022.3%',
      '32631617.5%',
      '12816808.6%',
      '51244643.8%',
      '2,000 (all)12,0000.0%',
    ]);
    rows[6]!.querySelector('button')!.click();
    await settle();
    expect(model.now.batch_size).toBe(2000);
    expect(text(view, '[data-part="notes"]')).toContain('plain gradient descent');
  });

  it('says nothing of sorted samples where the user’s aren’t', async () => {
    const classes = (...of: number[]): { data: DataView } => ({
      data: new DataView(Uint8Array.from(of).buffer),
    });
    const state = 'samples=6;batch_size=2;shuffle=0;at=1';
    const { view, model } = shown({ state, classes: classes(1, 1, 0, 2, 1, 0) });
    await settle();
    expect(model.counts(model.place(1)).size).toBe(1);
    expect(text(view, '[data-part="notes"]')).not.toContain('sorted');
    model.set('classes', classes(1, 1, 0, 0, 2, 2));
    await settle();
    expect(text(view, '[data-part="notes"]')).toContain('The samples are sorted by class');
    model.set('classes', classes(1, 1, 1, 1, 1, 1));
    await settle();
    expect(text(view, '[data-part="notes"]')).not.toContain('sorted');
  });

  it('says that sorted samples give batches of one class', async () => {
    const { view, model } = shown({ state: 'shuffle=0;at=1' });
    await settle();
    expect(find(view, '[data-part="batch"] canvas').getAttribute('aria-label')).toBe(
      'Classes in the batch: 0: 6',
    );
    expect(text(view, '[data-part="notes"]')).toContain('this batch has a single one');
    expect(find(view, '[data-part="seed"]').hidden).toBe(true);
    model.change({ shuffle: true });
    await settle();
    expect(model.counts(model.place(1)).size).toBeGreaterThan(1);
    expect(find(view, '[data-part="seed"]').hidden).toBe(false);
  });

  it('has the classes of the user’s', async () => {
    const data = new DataView(Uint8Array.from([3, 0, 3]).buffer);
    const { view, model } = shown({ state: 'samples=3;batch_size=3;at=1', classes: { data } });
    await settle();
    expect([...model.counts(model.place(1))]).toEqual([
      [0, 1],
      [3, 2],
    ]);
    expect(text(view, '[data-part="notes"]')).not.toContain('made-up');
    // Labels of other samples say nothing about these.
    model.change({ samples: 6 });
    await settle();
    expect(text(view, '[data-part="notes"]')).toContain('made-up');
  });
});
