// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ClockModel } from '../../../src/views/clock/model';
import { ClockView } from '../../../src/views/clock/view';
import { display, pause, settle, stubSight } from '../../harness';

interface Shown {
  model: ClockModel;
  view: ClockView;
}

async function shown(traits: Record<string, unknown> = {}): Promise<Shown> {
  const made = display(ClockModel, ClockView, traits);
  await settle();
  return made;
}

const texts = (view: ClockView, selector: string): string[] =>
  [...view.el.querySelectorAll(selector)].map((one) => one.textContent);
const formula = (view: ClockView): string => view.el.querySelector('.dlw-concept-formula')!.textContent;
const notes = (view: ClockView): string => view.el.querySelector('.dlw-clock-notes')!.textContent;
const step = async (view: ClockView): Promise<void> => {
  view.el.querySelector<HTMLElement>('[aria-label="Step"]')!.click();
  await settle();
};
function key(view: ClockView, name: string): void {
  view.el
    .querySelector('.dlw-clock-dial')!
    .dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
}

beforeEach(() => document.body.replaceChildren());
afterEach(() => vi.unstubAllGlobals());

describe('the clock widget', () => {
  it('shows the numbers of each representation', async () => {
    const { view, model } = await shown();
    expect(texts(view, '.dlw-clock-numbers')).toEqual([
      '12×12 = 144 numbers',
      'minute hand (0.71, 0.71)\nhour hand (0.50, −0.03)',
      'minute hand 45°\nhour hand 93.75°',
      '',
    ]);
    expect(formula(view)).toContain('⌊93.75° / 30°⌋ = 3 h, 45° / 6° = 7.5 min');
    expect(model.said).toContain('The clock shows 3:07. The networks have learned from 16 clocks.');
    expect(notes(view)).toContain('This is a toy');
  });

  it('learns step by step, and begins anew with other settings only', async () => {
    const { view, model } = await shown();
    expect(notes(view)).toContain('Learning from 16 clocks: step 0 of 1,500.');
    const before = texts(view, '.dlw-clock-test');
    await step(view);
    expect(notes(view)).toContain('step 30 of');
    expect(texts(view, '.dlw-clock-test')[2]).not.toBe(before[2]);
    model.change({ time: 300 });
    await settle();
    expect(notes(view)).toContain('step 30 of');
    model.change({ answer: 'circle' });
    await settle();
    expect(notes(view)).toContain('two curves');
    expect(formula(view)).toContain('atan2(');
    expect(view.el.dataset.playing).toBe('true');
  });

  it('turns by keys, around the clock', async () => {
    const { view, model } = await shown({ lesson: ['drag', 'wrap'] });
    key(view, 'ArrowRight');
    await settle();
    expect(model.text('state')).toBe('time=188.5');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(1);
    key(view, 'Home');
    key(view, 'ArrowLeft');
    await settle();
    expect(model.text('state')).toBe('time=719');
    expect(texts(view, '.dlw-clock-numbers')[2]).toBe('minute hand 354°\nhour hand 359.5°');
    expect(notes(view)).toContain('jumps from 1 to 0');
    expect(view.el.querySelectorAll('.dlw-concept-done')).toHaveLength(2);
    key(view, 'PageUp');
    expect(model.text('state')).toBe('time=59');
    expect(view.el.querySelector('.dlw-clock-dial')!.getAttribute('role')).toBe('slider');
  });

  it('shows what the user’s model reads', async () => {
    const data = new DataView(new ArrayBuffer(1440 * 4));
    for (let i = 0; i < 1440; i += 1) data.setFloat32(4 * i, (i / 2 + 10) % 720, true);
    const own = { representation: 'pixels', answer: 'circle', data };
    const { view, model } = await shown({ own });
    expect(texts(view, '.dlw-clock-answer')[3]).toBe('reads 3:17');
    expect(texts(view, '.dlw-clock-test')[3]).toContain('10 min');
    expect(model.said).toContain('Your model: 3:17, 10 min off');
    const none = await shown();
    expect([...none.view.el.querySelectorAll<HTMLElement>('.dlw-clock-card')].at(-1)!.hidden).toBe(true);
  });

  it('sets the number of clocks, and says what of a link can’t be used', async () => {
    const { view, model } = await shown({ state: 'samples=20;time=720' });
    expect(view.el.querySelector<HTMLElement>('.dlw-concept-notice')!.hidden).toBe(false);
    const slider = view.el.querySelector<HTMLInputElement>('[data-part="samples"] input')!;
    expect(slider.value).toBe('2');
    slider.value = '6';
    slider.dispatchEvent(new Event('input'));
    await settle();
    expect(model.now.samples).toBe(256);
    // Those of 16 are shown until its own learn.
    expect(model.said).toContain('learned from 16 clocks');
  });

  it('learns without motion for those who want none', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    const { view, model } = display(ClockModel, ClockView, { state: 'units=2' });
    const learned = async (): Promise<void> => {
      const till = async (said: RegExp): Promise<void> => {
        for (let i = 0; i < 300 && !said.test(notes(view)); i += 1) await pause(10);
        expect(notes(view)).toMatch(said);
      };
      await till(/Learning from 16/);
      await till(/Learning from (?!16)/);
    };
    await learned();
    view.el.querySelector<HTMLElement>('[aria-label="Reset"]')!.click();
    expect(view.el.querySelector('[aria-label="Pause"]')).toBeNull();
    await learned();
    model.change({ units: 1 });
    expect(view.el.querySelector('[aria-label="Pause"]')).toBeNull();
    await learned();
    view.remove();
  });

  it('stays paused, whatever is set', async () => {
    const see = stubSight();
    const { view, model } = display(ClockModel, ClockView, {});
    const button = (name: string): HTMLElement | null => view.el.querySelector(`[aria-label="${name}"]`);
    see();
    await pause();
    button('Pause')!.click();
    model.change({ units: 4 });
    button('Reset')!.click();
    await pause();
    expect(view.el.dataset.playing).toBe('false');
    expect(notes(view)).toContain('step 0 of');
    button('Play')!.click();
    model.change({ units: 3 });
    await pause();
    expect(view.el.dataset.playing).toBe('true');
  });
});
