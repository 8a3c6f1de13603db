import { describe, expect, it } from 'vitest';

import {
  actionOfKey,
  fraction,
  note,
  rateReason,
  offer,
  processorLoad,
  type RunState,
  stateText,
} from '../../../src/views/run-bar/state';

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

  it('says what to do where a run cannot be started again', () => {
    expect(offer('finished', traits).noStart).toMatch(/dlwidgets\.fit/);
    expect(offer('finished', { ...traits, canRestart: true }).noStart).toBe('');
    expect(offer('running', traits).noStart).toBe('');
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
    expect(stateText('running', 'pausing')).toBe('Pausing');
    expect(stateText('running', 'stopping')).toBe('Stopping');
    expect(stateText('failed', 'validating')).toBe('Failed');
  });

  it('stays within the bar', () => {
    expect([fraction(5, 10), fraction(12, 10), fraction(-1, 10), fraction(1, 0)]).toEqual([0.5, 1, 0, null]);
  });
});

describe('note', () => {
  it("puts Python's words before the page's own", () => {
    expect(note('Loading the data…', 'info', true, 'why')).toEqual({
      text: 'Loading the data…',
      kind: 'info',
    });
    expect(note('Out of memory', 'error', true, '').kind).toBe('error');
    expect(note('odd', 'blinking', false, '').kind).toBe('info');
  });

  it('says that it waits, else why nothing can be pressed', () => {
    expect(note('', 'info', true, 'why').text).toMatch(/^Waiting for the kernel/);
    expect(note('', 'error', false, 'Why.')).toEqual({ text: 'Why.', kind: 'info' });
    expect(note('', 'info', false, '').text).toBe('');
  });
});

describe('processorLoad', () => {
  it('measures by all cores', () => {
    expect(processorLoad(120, 2)).toEqual({ share: 0.6, text: '120% of 2 cores' });
    expect(processorLoad(50, 1)).toEqual({ share: 0.5, text: '50% of 1 core' });
  });

  it('does without a count that cannot be right', () => {
    expect(processorLoad(350, 1)).toEqual({ share: 1, text: '350%' });
    expect(processorLoad(40, 0)).toEqual({ share: 0.4, text: '40%' });
  });
});

describe('rateReason', () => {
  it.each([
    ['running', 0.1, ''],
    ['paused', 0.1, ''],
    ['ready', 0.1, ''],
    ['ready', -1, 'You can change the learning rate while a run is training.'],
    ['finished', 0.1, 'This run has ended. You can change the learning rate while a run is training.'],
    ['interrupted', 0.1, 'This run has ended. You can change the learning rate while a run is training.'],
  ] as const)('when %s with rate %d is "%s"', (state, rate, reason) => {
    expect(rateReason(state, rate)).toBe(reason);
  });
});
