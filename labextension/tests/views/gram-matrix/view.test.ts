// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { GramMatrixModel } from '../../../src/views/gram-matrix/model';
import { GramMatrixView } from '../../../src/views/gram-matrix/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: GramMatrixModel; view: GramMatrixView } {
  return display(GramMatrixModel, GramMatrixView, traits);
}

const formula = (view: GramMatrixView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const part = (view: GramMatrixView, name: string, at = 0): HTMLElement =>
  view.el.querySelectorAll<HTMLElement>(`[data-part="${name}"]`)[at]!;
const entries = (view: GramMatrixView, at: number): string[] =>
  [...part(view, 'gram', at).querySelectorAll('.dlw-number')].map((cell) => cell.textContent);
const losses = (view: GramMatrixView): string[] =>
  [...part(view, 'losses').querySelectorAll('output')].map((output) => output.textContent);

function press(view: GramMatrixView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the widget of the Gram matrix', () => {
  it('shuffles by itself: the content changes, the matrix stays', async () => {
    const { view } = shown({ state: 'image=digit' });
    await settle();
    expect(losses(view)).toEqual(['0', '0']);
    see();
    await pause(150);
    expect(view.el.dataset.playing).toBe('true');
    press(view, 'Step');
    await settle();
    const [content, style] = losses(view);
    expect(Number(content)).toBeGreaterThan(1);
    expect(style).toBe('0');
    expect(entries(view, 1)).toEqual(entries(view, 0));
  });

  it('changes when the image is shuffled before, less in larger tiles', async () => {
    const { view, model } = shown({ lesson: ['image'] });
    model.change({ shuffle: 'image' });
    await settle();
    const single = Number(losses(view)[1]);
    expect(entries(view, 1)).not.toEqual(entries(view, 0));
    expect(formula(view)).toContain(`/ 9216 = ${entries(view, 1)[8]!}G `);
    expect(formula(view)).toContain(`G [vertical, horizontal] = ${entries(view, 0)[8]!}`);
    expect(view.el.querySelectorAll('.dlw-concept-done').length).toBe(1);
    model.change({ tile: 16 });
    await settle();
    const large = Number(losses(view)[1]!.replace('−', '-'));
    expect(large).toBeLessThan(single / 100);
    expect(part(view, 'notes').textContent).toContain('less with larger tiles');
  });

  it('writes out the entry that is clicked or chosen', async () => {
    const { view, model } = shown({ state: 'image=stripes' });
    press(view, 'Reset');
    await settle();
    // Stripes that fall aren't there where stripes rise.
    const cell = part(view, 'gram').querySelectorAll('.dlw-number')[3 * 6 + 4]!;
    cell.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await settle();
    expect(model.text('state')).toBe('image=stripes;pair=3,4');
    expect(formula(view)).toMatch(/G′\[rising, falling\] = \(.* \+ …\) \/ 2304 = 0(\.00\d)?G /);
    expect(part(view, 'maps').querySelectorAll('.dlw-gram-marked').length).toBe(2);
    const row = [...view.el.querySelectorAll('select')].at(-2)!;
    row.value = '0';
    row.dispatchEvent(new Event('change'));
    await settle();
    expect(formula(view)).toContain('G [bright, falling]');
  });

  it('compares images of different sizes by their style', async () => {
    const { view } = shown({ state: 'image=digit;compare=stripes' });
    await settle();
    expect(losses(view)[0]).toBe('–');
    expect(Number(losses(view)[1])).toBeGreaterThan(0);
    expect(formula(view)).toContain('the images have different sizes');
    expect(part(view, 'tile').hidden).toBe(true);
    press(view, 'Step');
    await settle();
    expect(Number(losses(view)[1])).toBeGreaterThan(0);
  });

  it('takes the feature maps of the user’s layer', async () => {
    const data = new DataView(Float32Array.from([1, 0, 2, 0, 0, -3, 0, 4]).buffer);
    const maps = { channels: 2, height: 1, width: 4, data };
    const { view, model } = shown({ state: 'image=own', maps });
    press(view, 'Reset');
    await settle();
    expect(entries(view, 0)).toEqual(['1.25', '0', '0', '6.25']);
    expect(entries(view, 1)).toEqual(entries(view, 0));
    expect(part(view, 'shuffle').querySelectorAll('option').length).toBe(1);
    expect(part(view, 'notes').textContent).not.toContain('VGG19');
    model.set('state', 'image=own;compare=photo');
    await settle();
    expect(part(view, 'notes').textContent).toContain('can’t be compared');
    // Six channels are still not the six kernels.
    const six = new DataView(Float32Array.from({ length: 24 }, (_, i) => i % 5).buffer);
    model.set('maps', { channels: 6, height: 2, width: 2, data: six });
    await settle();
    expect(part(view, 'notes').textContent).toContain('can’t be compared');
    expect(losses(view)).toEqual(['–', '–']);
    model.set('maps', {});
    await settle();
    expect(part(view, 'notes').textContent).toContain('Your own array isn’t in this page');
  });
});
