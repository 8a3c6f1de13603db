/** What a model answered for the recorded samples at a moment. */

import { t } from '../core/i18n';
import { formatValue } from '../shared/format';
import type { Probe } from './document';

export interface Guess {
  class: number;
  value: number;
}

/** The likeliest classes of a sample at a moment, the first one first. */
export function guesses({ answers }: Probe, moment: number, sample: number): Guess[] {
  const entry = answers[moment];
  if (!entry || !('top' in entry)) return [];
  const { top, indices, values } = entry;
  const classes = new Uint16Array(indices.buffer, sample * top * 2, top);
  const numbers = new Float32Array(values.buffer, sample * top * 4, top);
  return Array.from(classes, (of, i) => ({ class: of, value: numbers[i]! }));
}

export interface Said {
  /** Below a sample. */
  label: string;
  tooltip: string;
  /** Whether it is the true class; null where that isn't known. */
  right: boolean | null;
}

export function nameOf(probe: Probe, of: number): string {
  return probe.classes[of] ?? String(of);
}

/** The answer for each sample in words. */
export function said(probe: Probe, moment: number): Said[] {
  return Array.from({ length: probe.count }, (_, i) =>
    probe.kind === 'number' ? ofNumber(probe, moment, i) : ofClass(probe, moment, i),
  );
}

function ofClass(probe: Probe, moment: number, i: number): Said {
  const guess = guesses(probe, moment, i)[0];
  const truth = probe.labels[i] ?? -1;
  const known = truth >= 0;
  const is = known ? nameOf(probe, truth) : '';
  if (!guess) return { label: is, tooltip: is, right: null };
  const name = nameOf(probe, guess.class);
  if (!known) return { label: name, tooltip: t('predicted: {name}', { name }), right: null };
  const right = guess.class === truth;
  return {
    label: right ? name : `${is} → ${name}`,
    tooltip: t('true: {truth}, predicted: {name}', { truth: is, name }),
    right,
  };
}

function ofNumber({ answers, targets }: Probe, moment: number, i: number): Said {
  const entry = answers[moment];
  if (!entry || !('values' in entry)) return { label: '', tooltip: '', right: null };
  const name = formatValue(new Float32Array(entry.values.buffer)[i]!);
  const target = targets[i];
  if (target === undefined) return { label: name, tooltip: t('predicted: {name}', { name }), right: null };
  const truth = formatValue(target);
  return {
    label: `${truth} → ${name}`,
    tooltip: t('true: {truth}, predicted: {name}', { truth, name }),
    right: null,
  };
}
