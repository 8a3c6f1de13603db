import { describe, expect, it } from 'vitest';

import { actionOfKey, fraction, offer, type RunState, stateText } from '../../src/run-bar/state';

const traits = { canStart: true, canRestart: false, blocking: false, alive: true };
const actions = (state: RunState, change = {}): string[] =>
  [...offer(state, { ...traits, ...change }).enabled].sort();

describe('offer', () => {
  it('has the actions of each state', () => {
    expect(actions('ready')).toEqual(['start']);
    expect(actions('ready', { canStart: false })).toEqual([]);
    expect(actions('running')).toEqual(['pause', 'stop']);
    expect(actions('paused')).toEqual(['resume', 'step', 'stop']);
    expect(actions('failed')).toEqual([]);
    expect(actions('finished', { canRestart: true })).toEqual(['start']);
  });

  it('offers nothing, and says why, while fit blocks the cell or the kernel is gone', () => {
    expect(actions('running', { blocking: true })).toEqual([]);
    expect(offer('running', { ...traits, blocking: true }).reason).toMatch(/dlwidgets\.fit/);
    expect(actions('running', { alive: false })).toEqual([]);
  });
});

describe('actionOfKey', () => {
  it('does what is possible now', () => {
    const running = offer('running', traits).enabled;
    const paused = offer('paused', traits).enabled;
    expect([' ', 's', 'x', 'q'].map((key) => actionOfKey(key, running))).toEqual([
      'pause',
      null,
      'stop',
      null,
    ]);
    expect([' ', 's', '.', 'x'].map((key) => actionOfKey(key, paused))).toEqual([
      'resume',
      'step',
      'step',
      'stop',
    ]);
  });
});

describe('words and fractions', () => {
  it('says what the run is doing', () => {
    expect(stateText('running', 'validating')).toBe('Validating');
    expect(stateText('failed', 'validating')).toBe('Failed');
  });

  it('stays within the bar', () => {
    expect([fraction(5, 10), fraction(12, 10), fraction(-1, 10), fraction(1, 0)]).toEqual([0.5, 1, 0, null]);
  });
});
