/** How a descent ends, as far as it goes. */

import type { Landscape, Point } from './landscape';
import type { Path } from './descend';

export type Verdict =
  { kind: 'arrives' | 'diverges'; step: number } | { kind: 'local' | 'saddle' | 'swings' | 'travels' };

/** The last so many steps show whether something still moves. */
const LAST = 20;
/** Less than this share of what is shown is no movement. */
const STILL = 0.004;
/** Less than this share of the loss at the usual start is as good as nothing. */
const CLOSE = 0.002;

/** Who gets no farther than this share of the way it goes swings to and fro. */
const STRAY = 0.25;

/** What counts as the lowest loss. */
export function closeTo(landscape: Landscape): number {
  const { lowest, start } = landscape;
  return Math.max(1e-9, CLOSE * (landscape.loss(start) - lowest.loss));
}

/** The smallest curvature at a place, from differences of the gradient. */
function leastCurvature(landscape: Landscape, at: Point): number {
  const step = landscape.bounds.map(([low, high]) => (high - low) * 1e-4);
  const rows = at.map((_, i) => {
    const moved = (by: number): number[] =>
      landscape.gradient(at.map((value, j) => (i === j ? value + by * step[i]! : value)));
    const [before, after] = [moved(-1), moved(1)];
    return after.map((value, j) => (value - before[j]!) / (2 * step[i]!));
  });
  if (rows.length === 1) return rows[0]![0]!;
  const [[a, b], [c, d]] = rows as [[number, number], [number, number]];
  const mixed = (b + c) / 2;
  return (a + d) / 2 - Math.sqrt(((a - d) / 2) ** 2 + mixed * mixed);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** How far the last steps reach, as a share of what is shown. */
function reach(points: readonly Point[], { bounds }: Landscape): number {
  return Math.max(
    ...bounds.map(([low, high], i) => {
      const values = points.map((point) => point[i]!);
      return (Math.max(...values) - Math.min(...values)) / (high - low);
    }),
  );
}

export function verdictOf(landscape: Landscape, path: Path): Verdict {
  const { points, losses, diverged } = path;
  if (diverged !== null) return { kind: 'diverges', step: diverged };
  const close = closeTo(landscape);
  const above = losses.map((loss) => loss - landscape.lowest.loss);
  // Batches shake the last steps, so their mean counts.
  if (mean(above.slice(-LAST)) <= close) {
    let step = above.length - 1;
    const isClose = (at: number): boolean =>
      above[at]! <= close || mean(above.slice(Math.max(0, at - 4), at + 1)) <= close;
    while (step > 0 && isClose(step - 1)) step -= 1;
    return { kind: 'arrives', step };
  }
  const last = points.slice(-LAST);
  if (reach(last, landscape) < STILL) {
    const least = leastCurvature(landscape, points.at(-1)!);
    const at = path.steps.at(-1)!;
    const flat =
      Math.hypot(...landscape.gradient(at.at)) < 0.05 * Math.hypot(...landscape.gradient(points[0]!));
    if (!flat) return { kind: 'travels' };
    return { kind: least > 0 ? 'local' : 'saddle' };
  }
  const before = mean(above.slice(-2 * LAST, -LAST));
  if (mean(above.slice(-LAST)) > 0.9 * before && straightness(last) < STRAY) return { kind: 'swings' };
  return { kind: 'travels' };
}

/** The distance from the first place to the last one, as a share of the way between them. */
function straightness(points: readonly Point[]): number {
  const between = (a: Point, b: Point): number => Math.hypot(...a.map((value, i) => value - b[i]!));
  let way = 0;
  for (let i = 1; i < points.length; i += 1) way += between(points[i]!, points[i - 1]!);
  return between(points.at(-1)!, points[0]!) / way;
}
