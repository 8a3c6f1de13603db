/** The states of a run, as Python names them, and the words for them. */

import { t } from '../core/i18n';

export const STATES = ['ready', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted'] as const;
export type RunState = (typeof STATES)[number];

export function stateName(state: RunState): string {
  return {
    ready: t('Ready'),
    running: t('Running'),
    paused: t('Paused'),
    finished: t('Finished'),
    stopped: t('Stopped'),
    failed: t('Failed'),
    interrupted: t('Interrupted'),
  }[state];
}

export function isState(value: unknown): value is RunState {
  return (STATES as readonly unknown[]).includes(value);
}
