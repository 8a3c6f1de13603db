// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { AugmentationModel } from '../../../src/views/augmentation/model';
import { AugmentationView } from '../../../src/views/augmentation/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: AugmentationModel; view: AugmentationView } {
  return display(AugmentationModel, AugmentationView, traits);
}

const part = (view: AugmentationView, name: string): HTMLElement =>
  view.el.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const caption = (view: AugmentationView): string =>
  view.el.querySelector('.dlw-augment-caption')!.textContent;
const notes = (view: AugmentationView): string => part(view, 'notes').textContent;
const formula = (view: AugmentationView): string =>
  view.el.querySelector('.dlw-concept-formula')!.textContent;

function key(view: AugmentationView, name: string): void {
  part(view, 'throws')
    .querySelector('[role="application"]')!
    .dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
}

function press(view: AugmentationView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

function slide(view: AugmentationView, name: string, value: string): void {
  const input = part(view, name).querySelector('input')!;
  input.value = value;
  input.dispatchEvent(new Event('input'));
}

function tryOut(view: AugmentationView, name: string): void {
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

describe('the widget of augmentation', () => {
  it('throws again in each step, and comes back to the first throws', async () => {
    const { view, model } = shown();
    await settle();
    const first = caption(view);
    expect(first).toContain('Throw 16: 36° counterclockwise');
    press(view, 'Step');
    await settle();
    expect(caption(view)).toContain('Throw 17');
    press(view, 'Reset');
    await settle();
    expect(caption(view)).toBe(first);
    expect(model.text('state')).toBe('');
  });

  it('moves by itself, and stops where a link selects a throw', async () => {
    const { view } = shown();
    see();
    await pause(400);
    expect(view.el.dataset.playing).toBe('true');
    view.remove();
    const link = shown({ state: 'at=20,23' });
    see();
    await pause(300);
    expect(link.view.el.dataset.playing).toBe('false');
    expect(caption(link.view)).toContain('Throw 21');
    // The cells beside it are those of the link as well: the newest throw is 24.
    key(link.view, 'ArrowRight');
    key(link.view, 'ArrowRight');
    await settle();
    expect(link.model.text('state')).toBe('at=22,23');
  });

  it('keeps the dice where a range changes', async () => {
    const { view, model } = shown({ state: 'rotation=20' });
    await settle();
    expect(caption(view)).toContain('18° counterclockwise · 3.0% right');
    slide(view, 'rotation', '10');
    await settle();
    expect(caption(view)).toContain('9° counterclockwise · 3.0% right');
    slide(view, 'rotation', '0');
    await settle();
    expect(caption(view)).toMatch(/^Throw 16: 3\.0% right/);
    expect(model.text('state')).toBe('rotation=0');
    expect(part(view, 'code').textContent).not.toContain('RandomRotation');
  });

  it('says where a label has become wrong', async () => {
    const { view } = shown({ state: 'image=digit;rotation=180;horizontal_flip=0', lesson: ['label'] });
    await settle();
    expect(notes(view)).toContain('This reads as 9, but it still has the label 6.');
    expect(notes(view)).toContain('7 of 16 throws don’t read as 6');
    key(view, 'ArrowRight'); // beyond the last one
    key(view, 'Home');
    await settle();
    expect(notes(view)).not.toContain('This reads as');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
    for (let i = 0; i < 2; i += 1) {
      key(view, 'ArrowRight');
      await settle();
    }
    expect(notes(view)).toContain('This reads as 9');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    slide(view, 'rotation', '40');
    await settle();
    expect(notes(view)).toContain('All 16 throws still read as 6.');
  });

  it('lets the hand set the numbers of a throw, within bounds', async () => {
    const { view, model } = shown({
      state: 'image=letter;horizontal_flip=0;rotation=0;width_shift=0;height_shift=0;shear=0;zoom=0',
    });
    await settle();
    const [angle] = part(view, 'throw').querySelectorAll('input');
    angle!.focus();
    for (const text of ['1e9', 'abc', '', '-180']) {
      angle!.value = text;
      angle!.dispatchEvent(new Event('input'));
    }
    await settle();
    expect(model.now.throw[0]).toBe(-180);
    expect(caption(view)).toContain('By hand: 180° clockwise');
    // Half a turn of an image of 32×32 pixels goes from (x, y) to (31 - x, 31 - y).
    expect(formula(view)).toContain('[-1, 0, 31, 0, -1, 31, 0, 0]');
    press(view, 'Step');
    await settle();
    expect(model.now.throw).toEqual([]);
    expect(caption(view)).toContain('Throw 17');
  });

  it('writes a pixel between its four neighbors', async () => {
    const bytes = new DataView(Uint8Array.from([0, 100, 200, 50]).buffer);
    const picture = { height: 2, width: 2, channels: 1, kind: 'uint8', data: bytes };
    const { view } = shown({
      state: 'image=own;throw=0,0.25,0,0,1,1,0,0;fill_mode=constant',
      picture,
    });
    await settle();
    // Half a pixel to the right: half of the zero outside, and half of the first pixel.
    expect(formula(view)).toContain('x = 0, y = 0:  x′ = 1·0 + 0·0 − 0.5 = −0.5');
    expect(formula(view)).toContain('value = 1·(0.5·0 + 0.5·0) + 0·(0.5·0 + 0.5·200) = 0');
    part(view, 'result')
      .querySelector('[role="application"]')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
    await settle();
    expect(formula(view)).toContain('(0.5·0 + 0.5·100)');
    expect(formula(view)).toContain('= 50');
  });

  it('shows a digit where the array of a link isn’t there', async () => {
    const { view } = shown({ state: 'image=own' });
    await settle();
    expect(notes(view)).toContain('Your own array isn’t in this page');
  });

  it('keeps the user’s image where no other one is tried', () => {
    const { view, model } = shown({ state: 'image=drawing;zoom=0.5' });
    tryOut(view, 'Only flips');
    expect(model.text('state')).toBe('image=drawing;rotation=0;width_shift=0;height_shift=0;shear=0;zoom=0');
    tryOut(view, 'b, d, p, q');
    expect(model.now.image).toBe('letter');
    tryOut(view, 'Only flips');
    expect(model.now.image).toBe('photo');
  });

  it('throws on from a link, which is no deed of the user’s', async () => {
    const lesson = [{ text: 'Go', done: 'at' }];
    const { view, model } = shown({ state: 'at=20,23', lesson });
    press(view, 'Step');
    await settle();
    expect(model.text('state')).toBe('');
    expect(caption(view)).toContain('Throw 25:');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(0);
  });
});
