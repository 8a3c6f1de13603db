// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { ConvolutionModel } from '../../../src/views/convolution/model';
import { ConvolutionView } from '../../../src/views/convolution/view';
import { display, pause, settle, stubSight } from '../../harness';

function shown(traits: Record<string, unknown> = {}): { model: ConvolutionModel; view: ConvolutionView } {
  return display(ConvolutionModel, ConvolutionView, traits);
}

function press(view: ConvolutionView, name: string): void {
  view.el.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();
}

const formula = (view: ConvolutionView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const cells = (view: ConvolutionView): HTMLInputElement[] => [
  ...view.el.querySelectorAll<HTMLInputElement>('input.dlw-number'),
];

let see: (inSight?: boolean) => void;

beforeEach(() => {
  document.body.replaceChildren();
  see = stubSight();
});

describe('the convolution widget', () => {
  it('writes out the sum of a window, the size, and all in words', async () => {
    const { view } = shown({ state: 'image=diagonal;kernel=1,0,0/0,1,0/0,0,1;at=0,0' });
    await settle();
    expect(formula(view)).toContain(
      'output[0, 0] = Σ pixel · weight = 1·1 + 1·0 + 1·0 + 0·0 + 1·1 + 1·0 + 0·0 + 1·0 + 1·1 = 3',
    );
    expect(formula(view)).toContain('⌊(5 − 3) / 1⌋ + 1 = 3');
    const words = view.el.querySelector('.dlw-concept-words')!;
    expect(words.textContent).toContain('its value is 3');
    expect(view.el.dataset.playing).toBe('false');
  });

  it('has an exercise with decimals, and says whose numbers they are', async () => {
    const { view, model } = shown({ state: 'image=sums;kernel=1,1,1/0,0,0/-1,-1,-1;at=0,0' });
    await settle();
    const file = join(import.meta.dirname, '../../../../tests/concepts/cases/convolution.json');
    const cases = JSON.parse(readFileSync(file, 'utf8')) as {
      sums: { image: number[][]; output: number[][] };
    };
    const { image, output } = cases.sums;
    expect([...model.image.data]).toEqual(image.flat());
    expect(formula(view)).toContain('= 2.8');
    model.result.output.data.forEach((value, i) => expect(value).toBeCloseTo(output.flat()[i]!, 12));
    model.change({ at: [0, 1] });
    await settle();
    expect(formula(view)).toContain('= 0.3');
    expect(view.el.textContent).toContain('the numbers here are ours');
  });

  it('plays by itself in sight, and stops for good when the user takes over', async () => {
    const { view } = shown();
    await settle();
    expect(view.el.dataset.playing).not.toBe('true');
    see();
    await pause();
    expect(view.el.dataset.playing).toBe('true');
    const before = formula(view);
    press(view, 'Step');
    await settle();
    expect(view.el.dataset.playing).toBe('false');
    expect(formula(view)).not.toBe(before);
    see();
    await settle();
    expect(view.el.dataset.playing).toBe('false');
  });

  it('sends what the user sets as its state', async () => {
    const { model, view } = shown();
    await settle();
    press(view, 'Stride: more');
    expect(model.text('state')).toBe('stride=2');
    const [first] = cells(view);
    first!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    first!.value = '−0.5';
    first!.dispatchEvent(new Event('input'));
    await settle();
    expect(model.text('state')).toBe('kernel=-0.5,0,-1/2,0,-2/1,0,-1;stride=2');
    // A number that is only begun isn't overwritten by a frame.
    document.body.append(view.el);
    first!.focus();
    first!.value = '-';
    first!.dispatchEvent(new Event('input'));
    press(view, 'Step');
    await settle();
    expect(first!.value).toBe('-');
    first!.value = '1000';
    first!.dispatchEvent(new Event('input'));
    expect(first!.className).toContain('bad');
    expect(model.now.kernel[0]![0]).toBe(-0.5);
    press(view, 'Reset');
    expect(model.text('state')).toBe('');
    // What code sets is what Reset returns to.
    model.set('state', 'dilation=2');
    await settle();
    press(view, 'Stride: more');
    expect(model.text('state')).toBe('stride=2;dilation=2');
    press(view, 'Reset');
    expect(model.text('state')).toBe('dilation=2');
  });

  it('says what of a link can’t be used, and that a kernel does not fit', async () => {
    const { view, model } = shown({ state: 'stride=9;image=diagonal;dilation=4' });
    await settle();
    expect(view.el.querySelector('.dlw-concept-notice')!.textContent).toContain('stride=9');
    expect(view.el.textContent).toContain('reaches over 9×9 pixels, and the image with its padding has 5×5');
    model.set('state', 'image=own');
    await settle();
    expect(view.el.querySelector('.dlw-concept-notice')!.hasAttribute('hidden')).toBe(true);
    expect(view.el.textContent).toContain('Your own array isn’t in this page');
  });

  it('hides parts, and ticks off what a lesson asks for', async () => {
    const own = { text: 'Stride **three**.', part: 'stride', done: 'stride=3' };
    const { view, model } = shown({ hide: ['dilation', 'link'], lesson: ['padding', own, 'nonsense'] });
    await settle();
    const hidden = [...view.el.querySelectorAll<HTMLElement>('.dlw-concept-hidden')].map(
      (e) => e.dataset.part,
    );
    expect(hidden.sort()).toEqual(['dilation', 'link']);
    const marked = (): string | undefined =>
      view.el.querySelector<HTMLElement>('.dlw-concept-marked')?.dataset.part;
    expect(marked()).toBe('padding');
    model.change({ padding: 'same' });
    expect(marked()).toBe('stride');
    model.change({ stride: 3 });
    expect(view.el.querySelector('.dlw-concept-lesson')!.textContent).toContain('All steps are done.');
  });

  it('uses an array of the user’s, and adds up its channels', async () => {
    const data = new DataView(Uint8Array.from([1, 2, 3, 10, 20, 30]).buffer);
    const picture = { height: 1, width: 2, channels: 3, kind: 'uint8', data };
    const { view } = shown({ state: 'image=own;kernel=2,-1;at=0,0', picture });
    await settle();
    expect(formula(view)).toContain('= 6·2 + 60·(−1) = −48');
    expect(view.el.textContent).toContain('A color image has 3 channels.');
  });
});
