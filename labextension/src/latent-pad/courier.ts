import type { Place } from './plane';

/** After this long without an answer the next place is sent all the same. */
const PATIENCE_MS = 400;

/**
 * Sends places one at a time: the next, and always the newest, when the last was answered.
 *
 * So the kernel never has a queue of places behind it, however slow it is and however fast the pointer.
 */
export class Courier {
  /** Number of the place sent last. */
  asked = 0;
  private open = false;
  private waiting: [Place, number] | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** @param send hands a place to the kernel, with its number and the time of the movement behind it */
  constructor(private readonly send: (place: Place, asked: number, when: number) => void) {}

  /** Sends a place now, or as soon as it is its turn. */
  offer(place: Place, when = 0): void {
    if (this.open) this.waiting = [place, when];
    else this.dispatch(place, when);
  }

  /** Takes note that the place of this number was answered. */
  answered(asked: number): void {
    if (asked >= this.asked) this.next();
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting = null;
  }

  private next(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.open = false;
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.dispatch(...waiting);
  }

  private dispatch(place: Place, when: number): void {
    this.open = true;
    this.asked += 1;
    this.timer = setTimeout(() => this.next(), PATIENCE_MS);
    this.send(place, this.asked, when);
  }
}
