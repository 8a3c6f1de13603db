import { random } from '../../shared/concept/batches';
import type { Phase, Scaling } from './fields';

/** Between the seeds of two steps. */
const STEP = 7919;

/** Which units are kept in a step, counted from 0: 1, or 0 for a unit that is dropped. */
export function maskOf(size: number, rate: number, seed: number, step: number): number[] {
  const next = random(seed * 1000 + step * STEP);
  return Array.from({ length: size }, () => (next() >= rate ? 1 : 0));
}

/** By which number the kept activations are multiplied. */
export function scaleOf(rate: number, scaling: Scaling, phase: Phase): number {
  if (scaling === 'training' && phase === 'training') return 1 / (1 - rate);
  return scaling === 'test' && phase === 'test' ? 1 - rate : 1;
}

/** What a layer passes on in training. */
export function dropped(
  values: readonly number[],
  mask: readonly number[],
  rate: number,
  scaling: Scaling,
): number[] {
  const scale = scaleOf(rate, scaling, 'training');
  return values.map((value, i) => value * mask[i]! * scale);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
