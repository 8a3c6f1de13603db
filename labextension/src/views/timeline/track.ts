/** Where snapshots, epochs and events lie on a track, and how a place is named. */

import { t } from '../../core/i18n';
import { nearest } from '../../shared/ascending';
import { formatFixed, formatInteger } from '../../shared/format';

/** The position of a timeline that shows the newest weights. */
export const LIVE = -1;

/** The snapshots of a run, in ascending order. */
export interface Snapshots {
  steps: Uint32Array;
  epochs: Float32Array;
  /** Seconds of training; null where nobody asked for them. */
  times?: Float32Array | null;
}

/** Something that happened to a run. */
export interface RunEvent {
  step: number;
  kind: string;
  text: string;
}

/** How close to the right end, in px, a press means the newest weights. */
const END_PX = 6;
/** Ticks and marks that are closer together would be one band. */
const TICK_GAP_PX = 3;
const EPOCH_GAP_PX = 7;
/** How far from an event, in px, the pointer is next to it. */
const NEAR_PX = 7;
/** Page Up and Page Down go so many parts of all snapshots. */
const PAGES = 10;

/** Pixels from the left edge of a track of so many pixels and steps. */
export function pixelOf(step: number, last: number, width: number): number {
  return last > 0 ? (Math.min(step, last) / last) * width : 0;
}

/**
 * The snapshot at a pixel, -1 for the newest weights.
 *
 * @param after whether there are newer weights than those of the last snapshot
 */
export function indexAt(steps: Uint32Array, x: number, last: number, width: number, after: boolean): number {
  if (after && x >= width - END_PX) return LIVE;
  return nearest(steps, (Math.max(0, Math.min(width, x)) / Math.max(1, width)) * last);
}

/** The snapshot that a key leads to; null for a key that means nothing, -1 for the newest weights. */
export function indexByKey(key: string, index: number, count: number): number | null {
  const page = Math.max(2, Math.round(count / PAGES));
  const moves: Record<string, number> = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: page,
    PageDown: -page,
  };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key === 'Escape') return LIVE;
  const move = moves[key];
  return move === undefined ? null : moved(index, move, count);
}

/** So many snapshots on; beyond the last are the newest weights. */
export function moved(index: number, by: number, count: number): number {
  const from = index < 0 ? count : index;
  const to = from + by;
  return to >= count ? LIVE : Math.max(0, to);
}

/** Which of ascending steps are drawn, so that none is too close to the one before. */
export function spread(steps: Uint32Array, last: number, width: number, gap = TICK_GAP_PX): number[] {
  const kept: number[] = [];
  let before = -Infinity;
  for (const step of steps) {
    const x = pixelOf(step, last, width);
    if (x - before < gap) continue;
    kept.push(x);
    before = x;
  }
  return kept;
}

/** The ends of epochs that are marked: all, or every second, fifth, tenth, … */
export function epochMarks(ends: Uint32Array, last: number, width: number): number[] {
  const mean = ends.length > 0 ? (pixelOf(ends[ends.length - 1]!, last, width) || 1) / ends.length : 1;
  let every = 1;
  for (let i = 0; mean * every < EPOCH_GAP_PX; i += 1) every *= i % 3 === 1 ? 2.5 : 2;
  return Array.from(ends)
    .filter((_, i) => (i + 1) % every === 0)
    .map((step) => pixelOf(step, last, width));
}

/** The event that the pointer is next to. */
export function eventAt(
  events: readonly RunEvent[],
  x: number,
  last: number,
  width: number,
): RunEvent | undefined {
  const far = ({ step }: RunEvent): number => Math.abs(pixelOf(step, last, width) - x);
  const near = events.filter((event) => far(event) <= NEAR_PX);
  return near.sort((a, b) => far(a) - far(b))[0];
}

/** An epoch as a fraction, without needless zeros. */
export function formatEpoch(epoch: number): string {
  const whole = Math.round(epoch);
  return Math.abs(epoch - whole) < 0.005 ? formatInteger(whole) : formatFixed(epoch, 2);
}

/** Step and epoch of a snapshot. */
export function placeOf({ steps, epochs }: Snapshots, index: number): string {
  const [step, epoch] = [steps[index]!, epochs[index]!];
  const named = { step: formatInteger(step), epoch: formatEpoch(epoch) };
  return Number.isFinite(epoch) ? t('Step {step} · epoch {epoch}', named) : t('Step {step}', named);
}

/**
 * What is shown, in words.
 *
 * @param index which snapshot; -1 for the newest weights
 */
export function labelOf(snapshots: Snapshots, index: number, last: number, lives: boolean): string {
  const count = snapshots.steps.length;
  if (index >= 0) {
    return t('{place} · snapshot {index} of {count}', {
      place: placeOf(snapshots, index),
      index: formatInteger(index + 1),
      count: formatInteger(count),
    });
  }
  const step = formatInteger(last);
  return lives ? t('Live · step {step}', { step }) : t('End of the run · step {step}', { step });
}
