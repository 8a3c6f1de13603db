// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';

import { PoolingModel } from '../../../src/views/pooling/model';
import { PoolingView } from '../../../src/views/pooling/view';
import { display, settle } from '../../harness';

async function shown(
  traits: Record<string, unknown> = {},
): Promise<{ model: PoolingModel; view: PoolingView }> {
  const made = display(PoolingModel, PoolingView, traits);
  await settle();
  return made;
}

function press(view: PoolingView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

const text = (view: PoolingView, selector: string): string => view.el.querySelector(selector)!.textContent;

beforeEach(() => document.body.replaceChildren());

describe('the pooling widget', () => {
  it('writes out a window, the size and the change, and all in words', async () => {
    const { view, model } = await shown({ state: 'image=exercise;at=0,1' });
    expect(text(view, '.dlw-concept-formula')).toContain('output[0, 1] = max(2, 1, 6, 8) = 8');
    expect(text(view, '.dlw-concept-formula')).toContain('⌊(4 − 2) / 2⌋ + 1 = 2');
    const results = [...view.el.querySelectorAll('.dlw-pooling-result')].map((one) => one.textContent);
    expect(results).toEqual(['8', '4.25', '2']);
    expect(view.el.querySelector('.dlw-number-marked')!.textContent).toBe('8');
    expect(text(view, '.dlw-concept-words')).toContain('in row 0, column 1 it is 8.');
    expect(text(view, '.dlw-concept-words')).toContain('15,915,968 instead of 351,168');
    model.change({ kind: 'average' });
    await settle();
    expect(text(view, '.dlw-concept-formula')).toContain('(2 + 1 + 6 + 8) / 4 = 4.25');
    expect(view.el.querySelector('.dlw-number-marked')).toBeNull();
  });

  it('keeps windows side by side until the stride is set', async () => {
    const { view, model } = await shown();
    press(view, 'Window: more');
    expect(model.text('state')).toBe('window=3;stride=3');
    await settle();
    press(view, 'Stride: less');
    await settle();
    press(view, 'Window: more');
    expect(model.text('state')).toBe('window=4');
  });

  it('moves the digit by hand and by keys, within its bounds, and says how much changes', async () => {
    const { view, model } = await shown();
    const moved = view.el.querySelectorAll<HTMLElement>('.dlw-pane-surface')[1]!;
    const key = (name: string, shiftKey = false): boolean =>
      moved.dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey }));
    key('ArrowRight', true);
    key('ArrowRight');
    key('ArrowUp');
    expect(model.now.shift).toEqual([6, -1]);
    await settle();
    expect(model.said).toContain('Shifted by 6 to the right and -1 down');
    key('Home');
    await settle();
    const shares = [...view.el.querySelectorAll('.dlw-pooling-share')].map((one) => one.textContent);
    expect(shares).toEqual(['0%', '0%', '0%', '0%']);
    // The window has stayed where it was.
    expect(model.now.at).toEqual([]);
  });

  it('drags the digit from where it was pressed', async () => {
    const { view, model } = await shown({ state: 'shift=0,0' });
    const moved = view.el.querySelectorAll<HTMLElement>('.dlw-pane-surface')[1]!;
    const canvas = moved.querySelector('canvas')!;
    canvas.getBoundingClientRect = (): DOMRect => new DOMRect(0, 0, 280, 280);
    moved.setPointerCapture = (): void => undefined;
    moved.hasPointerCapture = (): boolean => true;
    const send = (kind: string, x: number, y: number): boolean =>
      moved.dispatchEvent(new PointerEvent(kind, { clientX: x, clientY: y, button: 0, pointerId: 1 }));
    send('pointerdown', 105, 105);
    expect(model.now.shift).toEqual([0, 0]);
    send('pointermove', 125, 95);
    send('pointermove', 135, 95);
    expect(model.now.shift).toEqual([3, -1]);
    send('pointerdown', 105, 105);
    send('pointermove', 115, 105);
    expect(model.now.shift).toEqual([4, -1]);
  });

  it('compares the network with and without pooling, as far as it fits', async () => {
    const { view, model } = await shown();
    const table = (): string => text(view, '.dlw-pooling-table');
    expect(table()).toContain('15,860,224');
    expect(table()).toContain('3×3×64 sees 18×18');
    model.change({ window: 4, stride: 4 });
    await settle();
    expect(table()).toContain('doesn’t fit');
    expect(text(view, '.dlw-pooling-savings')).toContain('nothing is left of the image');
    model.change({ window: 1, stride: 1 });
    await settle();
    expect(text(view, '.dlw-pooling-savings')).toContain('saves no weights');
  });

  it('says what doesn’t fit, and uses an array of the user’s', async () => {
    const data = new DataView(Uint8Array.from([1, 2, 3, 4]).buffer);
    const picture = { height: 2, width: 2, channels: 1, kind: 'uint8', data };
    const { view, model } = await shown({ state: 'image=own;at=0,0', picture });
    expect(text(view, '.dlw-concept-formula')).toContain('max(1, 2, 3, 4) = 4');
    model.change({ window: 3 });
    await settle();
    expect(view.el.textContent).toContain('it has 3×3 pixels, and the image 2×2');
    expect(view.el.querySelectorAll('.dlw-pane-surface:not([hidden])')).toHaveLength(3);
    const colors = { height: 1, width: 2, channels: 3, kind: 'uint8' };
    const rgb = new DataView(Uint8Array.from([3, 6, 9, 10, 20, 30]).buffer);
    const three = await shown({
      state: 'image=own;window=1;stride=1;at=0,1',
      picture: { ...colors, data: rgb },
    });
    expect(text(three.view, '.dlw-concept-formula')).toContain('max(20) = 20');
    expect(text(three.view, '.dlw-pooling-notes')).toContain('mean of the three channels');
    const lost = await shown({ state: 'image=own' });
    expect(lost.view.el.textContent).toContain('Your own array isn’t in this page');
  });

  it('ticks off its lesson', async () => {
    const { view, model } = await shown({ lesson: ['window', 'network'], hide: ['units'] });
    model.change({ window: 4 });
    model.change({ window: 2 });
    expect(text(view, '.dlw-concept-lesson')).toContain('All steps are done.');
  });
});
