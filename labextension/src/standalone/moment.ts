/** Which snapshot the page shows: one for all of it. */

import { nearest } from '../shared/ascending';
import type { Moment, RunDocument } from './document';

export class Moments {
  private readonly listeners: (() => void)[] = [];
  /** Index of the snapshot, -1 where there are none. */
  index: number;
  private readonly steps: readonly number[];

  constructor(private readonly document: RunDocument) {
    this.steps = document.moments.map(({ step }) => step);
    this.index = document.moments.length - 1;
  }

  get all(): readonly Moment[] {
    return this.document.moments;
  }

  /** Null where there is no snapshot. */
  get now(): Moment | null {
    return this.all[this.index] ?? null;
  }

  go(index: number): void {
    const next = Math.min(this.all.length - 1, Math.max(0, Math.round(index)));
    if (next === this.index || this.all.length === 0) return;
    this.index = next;
    for (const listener of this.listeners) listener();
  }

  /** Goes to the snapshot next to a step. */
  seek(step: number): void {
    this.go(nearest(this.steps, step));
  }

  /** Calls `changed` now and whenever another snapshot is shown. */
  follow(changed: () => void): void {
    this.listeners.push(changed);
    changed();
  }
}
