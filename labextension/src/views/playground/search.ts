/** Axes that are looked for by trying: what separates more points is kept. */

import { random } from '../../shared/concept/batches';
import { type Axes, separation, wrapped } from './coordinates';
import { REACH } from '../../shared/concept/points';
import type { Points } from '../../shared/concept/points';

/** After so many attempts without any gain, it is enough. */
const MOST_FAILURES = 90;

export class Search {
  attempts = 0;
  private failures = 0;
  private best: number;
  private readonly next: () => number;

  constructor(
    private readonly points: Points,
    public axes: Axes,
    seed: number,
  ) {
    this.next = random(seed);
    this.best = separation(points, axes).share;
  }

  /** One attempt; false when there is nothing more to gain. */
  advance(): boolean {
    if (this.best === 1 || this.failures >= MOST_FAILURES) return false;
    const { axes, next } = this;
    // At first far, then near.
    const size = 1 / (1 + this.failures / 12);
    const by = (most: number): number => (next() - 0.5) * 2 * most * size;
    const tried: Axes = {
      ...axes,
      angle: Math.round(wrapped(axes.angle + by(70))),
      shift: [inside(axes.shift[0] + by(0.7)), inside(axes.shift[1] + by(0.7))],
    };
    this.attempts += 1;
    const { share } = separation(this.points, tried);
    this.failures = share > this.best ? 0 : this.failures + 1;
    if (share >= this.best) [this.axes, this.best] = [tried, share];
    return true;
  }
}

function inside(value: number): number {
  return Math.round(Math.min(REACH, Math.max(-REACH, value)) * 100) / 100;
}
