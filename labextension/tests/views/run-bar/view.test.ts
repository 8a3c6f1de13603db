// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { connect, display } from '../../harness';

const { RunBarModel } = await import('../../../src/views/run-bar/model');
const { RunBarView } = await import('../../../src/views/run-bar/view');

describe('RunBarView', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: [
        'setTimeout',
        'clearTimeout',
        'setInterval',
        'clearInterval',
        'performance',
        'requestAnimationFrame',
      ],
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  const bar = () => {
    const { model, view } = display(RunBarModel, RunBarView);
    const sent = connect(model);
    const root = view.el;
    const start = root.querySelector<HTMLButtonElement>('[data-action="start"]')!;
    model.set('can_start', true);
    view.update();
    start.click();
    return { model, root, sent, start, said: () => root.querySelector('.dlw-run-message span')!.textContent };
  };

  it('says that it waits only until Python has spoken', () => {
    const { model, sent, start, said } = bar();
    expect(sent).toEqual([{ type: 'start', n: 1 }]);
    expect(start.getAttribute('aria-busy')).toBe('true');
    vi.advanceTimersByTime(2000);
    expect(said()).toMatch(/^Waiting for the kernel/);
    model.set('message', 'Starting TensorFlow…');
    expect(said()).toBe('Starting TensorFlow…');
    model.set('message', '');
    expect(said()).toBe('');
  });

  it.each([
    ['phase', 'starting'],
    ['can_start', false],
    ['can_restart', true],
    ['seq', 1],
    ['message', 'Loading the data…'],
  ])('takes a change of %s for an answer', (name, value) => {
    const { model, start, said } = bar();
    model.set(name, value);
    expect(start.getAttribute('aria-busy')).toBeNull();
    vi.advanceTimersByTime(5000);
    expect(said()).not.toMatch(/^Waiting for the kernel/);
  });

  it('takes back a refused learning rate when another run begins', () => {
    const { model, root } = bar();
    model.set('learning_rate', 0.001);
    const input = root.querySelector<HTMLInputElement>('[data-role="learning-rate"]')!;
    const problem = root.querySelector('[data-role="learning-rate-error"]')!;
    input.value = '0.5';
    input.dispatchEvent(new Event('input'));
    model.trigger('msg:custom', { type: 'learning_rate_error', text: 'no training is going on' });
    expect(problem.textContent).toBe('no training is going on');
    expect(input.value).toBe('0.5');
    model.set('state', 'running');
    expect(problem.textContent).toBe('');
    expect(input.value).not.toBe('0.5');
  });

  it('is lost with its kernel: clocks stopped, nothing to press, and the reason below', () => {
    const { model, root, said } = bar();
    const values = (): (string | null)[] =>
      [...root.querySelectorAll('.dlw-stat-value')].map((value) => value.textContent);
    model.set({ state: 'running', phase: 'training', steps_per_second: 50, elapsed: 60, remaining: 90 });
    model.set({ cpu_percent: 80, message: 'Loading the data…' });
    vi.advanceTimersByTime(1000);
    expect([root.dataset.state, values()[3]]).toEqual(['running', '1\u00a0min 30\u00a0s']);
    model.comm_live = false;
    vi.advanceTimersByTime(1000);
    expect(root.dataset.state).toBe('lost');
    expect(root.querySelector('.dlw-chip')!.textContent).toBe('Lost');
    expect(values()).toEqual(['–', '–', '1\u00a0min 00\u00a0s', '–']);
    expect(said()).toBe('This panel has no kernel.');
    expect(root.querySelectorAll('.dlw-buttons button:enabled')).toHaveLength(0);
    expect(root.querySelector('.dlw-bar-busy')).toBeNull();
  });

  it('has speed and time left in one line, and all else behind a button', () => {
    const { model, root } = bar();
    const brief = (): string => root.querySelector('.dlw-run-brief')!.textContent;
    const toggle = root.querySelector<HTMLButtonElement>('.dlw-run-toggle')!;
    const figures = root.querySelector<HTMLElement>('.dlw-figures')!;
    expect([brief(), figures.hidden]).toEqual(['', true]);
    model.set({ state: 'running', steps_per_second: 50, remaining: 90 });
    vi.advanceTimersByTime(1000);
    expect(brief()).toBe('50 steps/s · 1\u00a0min 30\u00a0s left');
    toggle.click();
    expect([figures.hidden, toggle.getAttribute('aria-expanded')]).toEqual([false, 'true']);
    expect(toggle.getAttribute('aria-controls')).toBe(figures.id);
    toggle.click();
    expect(figures.hidden).toBe(true);
  });

  it('fills its bars, and lets the dot beat, without a transform or an animation', () => {
    const { model, root } = bar();
    const chip = root.querySelector<HTMLElement>('.dlw-chip')!;
    const fills = [...root.querySelectorAll<HTMLElement>('.dlw-bar-fill')];
    model.set({ state: 'running', step: 30, total_steps: 400, step_in_epoch: 30, steps_per_epoch: 40 });
    vi.advanceTimersByTime(20);
    expect(fills.map(({ style }) => [style.width, style.transform])).toEqual([
      ['75%', ''],
      ['7.5%', ''],
    ]);
    const beat = chip.dataset.beat;
    vi.advanceTimersByTime(800);
    expect(chip.dataset.beat).toBe(beat);
    model.set('step', 31);
    vi.advanceTimersByTime(20);
    expect(chip.dataset.beat).not.toBe(beat);
    model.set({ state: 'paused', steps_per_epoch: 0 });
    vi.advanceTimersByTime(20);
    expect([chip.dataset.beat, fills[0]!.style.width]).toEqual(['', '0%']);
    model.set('state', 'running');
    vi.advanceTimersByTime(20);
    expect(root.querySelectorAll('.dlw-bar-busy')).toHaveLength(1);
    expect(fills[0]!.style.width).toBe('');
  });

  it('stays finished without a kernel, as in a saved notebook', () => {
    const { model, root } = bar();
    model.set('state', 'finished');
    model.comm_live = false;
    vi.advanceTimersByTime(1000);
    expect(root.dataset.state).toBe('finished');
  });

  it('is lost with a kernel that was preparing a run, and no clock goes on', () => {
    const { model, root, said } = bar();
    model.comm_live = true;
    model.set({ state: 'ready', message: 'Starting TensorFlow…', message_kind: 'info' });
    vi.advanceTimersByTime(1000);
    expect([root.dataset.state, said()]).toEqual(['ready', 'Starting TensorFlow…']);
    model.comm_live = false;
    vi.advanceTimersByTime(1000);
    expect([root.dataset.state, said()]).toEqual(['lost', 'This panel has no kernel.']);
    model.comm_live = true;
    model.set({ state: 'running', message: '', phase: 'starting' });
    vi.advanceTimersByTime(3000);
    expect(root.querySelector('.dlw-run-elapsed')!.textContent).toBe('3\u00a0s');
    model.comm_live = false;
    vi.advanceTimersByTime(3000);
    expect([root.dataset.state, said()]).toEqual(['lost', 'This panel has no kernel.']);
    expect(root.querySelector('.dlw-run-elapsed')!.textContent).toBe('');
  });

  it('hears from a served page that its kernel has ended', () => {
    const { model } = bar();
    window.dispatchEvent(new Event('dlw:kernel-lost'));
    expect(model.comm_live).toBe(false);
  });

  it('says for how long it has been waiting for the first step', () => {
    const { model, root, said } = bar();
    const since = () => root.querySelector('.dlw-run-elapsed')!.textContent;
    model.set({ state: 'running', phase: 'starting' });
    vi.advanceTimersByTime(1500);
    expect([said(), since()]).toEqual(['Waiting for the first step…', '']);
    vi.advanceTimersByTime(4000);
    expect(since()).toBe('5\u00a0s');
    model.set('phase', 'training');
    expect([said(), since()]).toEqual(['', '']);
  });

  it('says whose learning rate it is only where there are several', () => {
    const { model, root } = bar();
    const note = root.querySelector<HTMLElement>('[data-role="learning-rates"]')!;
    expect(note.hidden).toBe(true);
    model.set('learning_rates', 'd_optimizer 0.0003, g_optimizer 0.0002');
    model.set('seq', 2);
    expect(note.textContent).toBe('d_optimizer 0.0003, g_optimizer 0.0002');
    expect(note.hidden).toBe(false);
  });
});
