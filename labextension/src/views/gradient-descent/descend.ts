/** The way of an optimizer, step by step. */

import type { Landscape, Point } from './landscape';
import { change, freshMemory, type Knobs, type OptimizerName } from './optimizers';

export const STEPS = 150;
/** So many times the width of what is shown is too far away. */
const FAR = 10;

/** One step: from where, with which gradient, and what the optimizer remembered after it. */
export interface Step {
  readonly at: Point;
  readonly gradient: readonly number[];
  readonly velocity: readonly number[];
  readonly squares: readonly number[];
  readonly change: readonly number[];
}

export interface Path {
  readonly optimizer: OptimizerName;
  /** The places, from the start; fewer than `STEPS + 1` if it diverges. */
  readonly points: readonly Point[];
  /** The loss at each place, of all samples. */
  readonly losses: readonly number[];
  readonly steps: readonly Step[];
  /** The step in which it went too far away; null if it didn't. */
  readonly diverged: number | null;
}

type Gradient = (at: Point, step: number) => number[];

/** Whether a place is so far away that no descent comes back, or no place at all. */
function isFar(at: Point, { bounds }: Landscape): boolean {
  for (let i = 0; i < at.length; i += 1) {
    const low = bounds[i]![0];
    const high = bounds[i]![1];
    if (!(Math.abs(at[i]! - (low + high) / 2) <= FAR * (high - low))) return true;
  }
  return false;
}

/** Lets an optimizer descend; `gradient` may estimate what the landscape's own would be. */
export function descend(
  landscape: Landscape,
  start: Point,
  optimizer: OptimizerName,
  knobs: Knobs,
  gradient: Gradient = (at) => landscape.gradient(at),
  steps = STEPS,
): Path {
  const memory = freshMemory(optimizer, start.length);
  const points: Point[] = [start];
  const losses = [landscape.loss(start)];
  const taken: Step[] = [];
  let diverged: number | null = null;
  for (let t = 1; t <= steps; t += 1) {
    const at = points[t - 1]!;
    const slope = gradient(at, t - 1);
    const by = change(optimizer, slope, memory, knobs, t);
    const next = by.slice();
    for (let i = 0; i < next.length; i += 1) next[i]! += at[i]!;
    const loss = landscape.loss(next);
    const far = isFar(next, landscape);
    if (far) diverged = t;
    if (!Number.isFinite(loss)) break;
    taken.push({
      at,
      gradient: slope,
      velocity: memory.velocity.slice(),
      squares: memory.squares.slice(),
      change: by,
    });
    points.push(next);
    losses.push(loss);
    if (far) break;
  }
  return { optimizer, points, losses, steps: taken, diverged };
}
