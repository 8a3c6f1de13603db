/** What the bar offers in each state of a run: pure functions of the traits. */

import { t, tn } from '../../core/i18n';
import { formatPercent } from '../../shared/format';
import { type RunState as KnownState, stateName } from '../../shared/run-states';

/** What Python says of a run, and `lost` where there is no Python any more that could. */
export type RunState = KnownState | 'lost';
export type Action = 'start' | 'pause' | 'resume' | 'step' | 'stop';

export interface Offer {
  enabled: ReadonlySet<Action>;
  /** Whether a start is one more, after a run that has ended. */
  again: boolean;
  /** Why nothing can be pressed, or "". */
  reason: string;
  /** Why there is no start, or "". */
  noStart: string;
}

/** Which actions are possible. */
export function offer(
  state: RunState,
  traits: { canStart: boolean; canRestart: boolean; blocking: boolean; alive: boolean },
): Offer {
  const ended = ['finished', 'stopped', 'failed', 'interrupted'].includes(state);
  const nothing = (reason: string): Offer => ({
    enabled: new Set<Action>(),
    again: ended,
    reason,
    noStart: reason,
  });
  if (traits.blocking) {
    return nothing(
      t('Training blocks this cell, so the buttons do nothing. Train with `dlwidgets.fit` to use them.'),
    );
  }
  if (!traits.alive) return nothing(t('This panel has no kernel.'));
  const enabled = new Set<Action>();
  if (state === 'ready' && traits.canStart) enabled.add('start');
  if (ended && traits.canRestart) enabled.add('start');
  if (state === 'running') enabled.add('pause').add('stop');
  if (state === 'paused') enabled.add('resume').add('step').add('stop');
  const noStart =
    ended && !traits.canRestart
      ? t('This run has ended. Run its cell again, or call `dlwidgets.fit`, to train once more.')
      : '';
  return { enabled, again: ended, reason: '', noStart };
}

/** Why the learning rate cannot be changed in this state, or "". */
export function rateReason(state: RunState, rate: number): string {
  if (state === 'running' || state === 'paused') return '';
  if (state === 'lost') return t('This panel has no kernel.');
  if (state === 'ready')
    return rate > 0 ? '' : t('You can change the learning rate while a run is training.');
  return t('This run has ended. You can change the learning rate while a run is training.');
}

/** The action behind a key that was pressed in the panel, if it is possible now. */
export function actionOfKey(key: string, enabled: ReadonlySet<Action>): Action | null {
  const wishes: Record<string, Action[]> = {
    ' ': ['pause', 'resume'],
    s: ['step'],
    S: ['step'],
    '.': ['step'],
    x: ['stop'],
    X: ['stop'],
  };
  return wishes[key]?.find((action) => enabled.has(action)) ?? null;
}

/** The word for a state and what the run is doing in it. */
export function stateText(state: RunState, phase: string): string {
  const phases: Record<string, string> = {
    starting: t('Starting'),
    training: t('Training'),
    validating: t('Validating'),
    pausing: t('Pausing'),
    stopping: t('Stopping'),
  };
  if (phase && (state === 'running' || state === 'ready')) return phases[phase] ?? phase;
  return state === 'lost' ? t('Lost') : stateName(state);
}

export interface Note {
  text: string;
  kind: 'info' | 'warning' | 'error';
}

/**
 * What the line below the figures says: Python's own words before anything the page could add.
 *
 * @param slow whether the kernel has left a press of a button unanswered
 * @param reason why nothing can be pressed, or ""
 */
export function note(message: string, kind: string, slow: boolean, reason: string): Note {
  if (message) return { text: message, kind: kind === 'error' || kind === 'warning' ? kind : 'info' };
  if (slow) return { text: t('Waiting for the kernel, which is busy with something else…'), kind: 'warning' };
  return { text: reason, kind: 'info' };
}

/**
 * The load of a process on a computer with `cores` cores: the share of all of them, and the text for it.
 *
 * @param percent processor use, where 100 is one core
 */
export function processorLoad(percent: number, cores: number): { share: number; text: string } {
  const share = Math.min(1, Math.max(0, percent / (100 * Math.max(1, cores))));
  // A count that the use exceeds is not the computer's.
  if (cores <= 0 || percent > 105 * cores) return { share, text: formatPercent(percent / 100) };
  return {
    share,
    text: tn('{percent} of {n} core', '{percent} of {n} cores', cores, {
      percent: formatPercent(percent / 100),
    }),
  };
}

/** `done / total` in [0, 1], or null when the total is unknown. */
export function fraction(done: number, total: number): number | null {
  return total > 0 && Number.isFinite(done) ? Math.min(1, Math.max(0, done / total)) : null;
}
