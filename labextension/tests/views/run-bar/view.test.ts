// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { connect, display } from '../../harness';

const { RunBarModel } = await import('../../../src/views/run-bar/model');
const { RunBarView } = await import('../../../src/views/run-bar/view');

describe('RunBarView', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame'] });
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
    expect(said()).not.toMatch(/^Waiting/);
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
});
