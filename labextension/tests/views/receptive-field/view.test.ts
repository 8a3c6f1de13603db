// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { ReceptiveFieldModel } from '../../../src/views/receptive-field/model';
import { ReceptiveFieldView } from '../../../src/views/receptive-field/view';
import { display, settle } from '../../harness';

interface Shown {
  model: ReceptiveFieldModel;
  view: ReceptiveFieldView;
}

async function shown(traits: Record<string, unknown> = {}): Promise<Shown> {
  const made = display(ReceptiveFieldModel, ReceptiveFieldView, traits);
  await settle();
  return made;
}

const text = (view: ReceptiveFieldView, selector: string): string =>
  view.el.querySelector(selector)!.textContent;
const facts = (view: ReceptiveFieldView): string[] =>
  [...view.el.querySelectorAll('.dlw-receptive-facts')].map((one) => one.textContent);
const buttons = (view: ReceptiveFieldView, name: string): HTMLButtonElement[] => [
  ...view.el.querySelectorAll<HTMLButtonElement>(`button[aria-label="${name}"]`),
];
function add(view: ReceptiveFieldView, which: number): void {
  view.el.querySelectorAll<HTMLButtonElement>('.dlw-receptive-add button')[which]!.click();
}

beforeEach(() => document.body.replaceChildren());

describe('the receptive field widget', () => {
  it('writes out how the field grows, and what a unit sees', async () => {
    const { view, model } = await shown({ state: 'at=5,1,1' });
    expect(text(view, '.dlw-concept-formula')).toContain('r₅ = r₄ + (k − 1)·j₄ = 10 + (3 − 1)·4 = 18');
    expect(facts(view)[0]).toBe('3×3 units, sees 18×18, step 4');
    expect(model.said).toContain('unit [1, 1] sees the columns 4 to 21 of 28');
    expect(text(view, '.dlw-pane-caption')).toBe('5. Convolution: unit [1, 1]');
    expect(text(view, '.dlw-pane-under')).toContain('18×18');
  });

  it('says who sees a pixel', async () => {
    const { view, model } = await shown({ state: 'at=0,10,10' });
    expect(model.said).toBe(
      'Pixel 10 of 28 is seen by so many units, from the first layer on: 3, 2, 4, 2, 3.',
    );
    expect(text(view, '.dlw-pane-caption')).toBe('Pixel [10, 10]');
  });

  it('moves by keys from layer to layer and from unit to unit', async () => {
    const { view, model } = await shown({ state: 'at=5,1,1' });
    const cut = view.el.querySelector('.dlw-receptive-surface')!;
    const key = (name: string, shiftKey = false): boolean =>
      cut.dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey }));
    key('ArrowRight');
    expect(model.now.at).toEqual([5, 1, 2]);
    key('ArrowRight');
    expect(model.now.at).toEqual([5, 1, 2]);
    key('ArrowDown');
    expect(model.now.at).toEqual([4, 2, 2]);
    for (let i = 0; i < 9; i += 1) key('ArrowDown');
    expect(model.now.at[0]).toBe(0);
    key('ArrowLeft', true);
    expect(model.now.at[2]).toBe(8);
  });

  it('adds, changes and removes layers', async () => {
    const { view, model } = await shown({ state: 'layers=c3' });
    add(view, 1);
    add(view, 0);
    await settle();
    expect(model.text('state')).toBe('layers=c3,p2,c3');
    // The highest layer comes first: convolution, pooling, convolution.
    buttons(view, 'Kernel: more')[1]!.click();
    await settle();
    buttons(view, 'Dilation: more')[0]!.click();
    await settle();
    expect(model.text('state')).toBe('layers=c3,p3,c3.1.2');
    buttons(view, 'Remove this layer')[1]!.click();
    await settle();
    expect(model.text('state')).toBe('layers=c3,c3.1.2');
    buttons(view, 'Remove this layer')[0]!.click();
    await settle();
    buttons(view, 'Remove this layer')[0]!.click();
    expect(model.text('state')).toBe('layers=c3');
    for (let i = 0; i < 12; i += 1) add(view, 0);
    await settle();
    for (let i = 0; i < 12; i += 1) add(view, 0);
    expect(view.el.querySelectorAll<HTMLButtonElement>('.dlw-receptive-add button')[0]!.disabled).toBe(true);
  });

  it('says what doesn’t fit, and shows what does', async () => {
    const { view, model } = await shown({ state: 'layers=c5,p20,c5;at=3,0,0' });
    expect(facts(view)[0]).toBe('doesn’t fit');
    expect(text(view, '.dlw-receptive-notes')).toContain('reaches over 5 units, and there are 1');
    // What the state points at isn't there: the highest layer that is.
    expect(text(view, '.dlw-pane-caption')).toContain('2. Pooling');
    model.change({ size: 3 });
    await settle();
    expect(text(view, '.dlw-pane-caption')).toContain('Pixel [0, 0]');
    model.change({ size: 1, layers: [{ kind: 'conv', kernel: 1, stride: 1, dilation: 1, same: false }] });
    await settle();
    expect(facts(view)).toEqual(['1×1 units, sees 1×1, step 1', '1×1 pixels']);
  });

  it('shows the names of the user’s layers until others are set', async () => {
    const own = { layers: 'c3,p2', names: ['edges', 'smaller'] };
    const { view, model } = await shown({ state: 'layers=c3,p2', own });
    const names = (): string[] =>
      [...view.el.querySelectorAll('.dlw-receptive-name')].map((one) => one.textContent);
    expect(names()).toEqual(['smaller', 'edges', 'Input']);
    model.show('layers=c3,p3');
    await settle();
    expect(names()).toEqual(['2. Pooling', '1. Convolution', 'Input']);
  });

  it('shows many layers without their settings', async () => {
    const { view } = await shown({ state: `layers=${Array(12).fill('c3s').join(',')};size=64` });
    expect(facts(view)).toHaveLength(13);
    expect(view.el.querySelector('.dlw-receptive-settings')).toBeNull();
    expect(text(view, '.dlw-receptive-notes')).toContain('not edited here');
  });

  it('ticks off its lesson only where the deed was done', async () => {
    const { view } = await shown({ lesson: ['deeper', 'stride', 'dilation'] });
    const done = (): number => view.el.querySelectorAll('.dlw-concept-done').length;
    add(view, 0);
    await settle();
    expect(done()).toBe(1);
    buttons(view, 'Dilation: more')[0]!.click();
    await settle();
    expect(done()).toBe(2);
    for (let i = 0; i < 2; i += 1) {
      const poolings = [...view.el.querySelectorAll('.dlw-receptive-layer')].filter((one) =>
        one.textContent.includes('Pooling'),
      );
      poolings[0]!.querySelector<HTMLButtonElement>('button[aria-label="Remove this layer"]')!.click();
      await settle();
    }
    expect(done()).toBe(3);
  });
});
