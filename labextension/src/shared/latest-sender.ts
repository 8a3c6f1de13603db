/** Two numbers that go together: coordinates, or a row and nothing. */
export type Place = readonly [number, number];

/** After this long without an answer the next place is sent all the same, in case that it was lost. */
const PATIENCE_MS = 400;
/** For a slow kernel it is twice what an answer took, up to this, or places would queue behind it. */
const MOST_PATIENCE_MS = 3200;

/**
 * Places on their way at a time.
 *
 * More than one, because TCP may hold an answer back until the page sends again (Nagle's algorithm), for
 * 40 ms on servers that do not ask it to be prompt.
 */
const MOST_OPEN = 2;

/**
 * Sends few places at a time: the next, and always the newest, when one of them was answered.
 *
 * So the kernel never has a queue of places behind it, however slow it is and however fast the pointer.
 */
export class LatestSender {
  /** Number of the place sent last. */
  asked = 0;
  private done = 0;
  private waiting: [Place, number] | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private patience = PATIENCE_MS;
  /** When the places were sent whose answers are to come, by number. */
  private readonly open = new Map<number, number>();

  /** @param send hands a place to the kernel, with its number and the time of the movement behind it */
  constructor(private readonly send: (place: Place, asked: number, when: number) => void) {}

  /** Sends a place now, or as soon as it is its turn. */
  offer(place: Place, when = 0): void {
    if (this.asked - this.done >= MOST_OPEN) this.waiting = [place, when];
    else this.dispatch(place, when);
  }

  /** Sends the place that waits, so that it arrives before what is sent next. */
  flush(): void {
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.dispatch(...waiting);
  }

  /** Takes note that the place of this number, and so every one before it, was answered. */
  answered(asked: number): void {
    const sent = this.open.get(asked);
    if (sent !== undefined) this.wait(2 * (performance.now() - sent));
    for (const number of [...this.open.keys()]) if (number <= asked) this.open.delete(number);
    if (asked <= this.done) return;
    this.done = Math.min(asked, this.asked);
    this.next();
  }

  dispose(): void {
    this.stopTimer();
    this.waiting = null;
  }

  private next(): void {
    this.stopTimer();
    const { waiting } = this;
    this.waiting = null;
    if (waiting) this.dispatch(...waiting);
    else if (this.done < this.asked) this.startTimer();
  }

  private dispatch(place: Place, when: number): void {
    this.asked += 1;
    this.open.set(this.asked, performance.now());
    this.startTimer();
    this.send(place, this.asked, when);
  }

  private wait(ms: number): void {
    this.patience = Math.min(Math.max(ms, PATIENCE_MS), MOST_PATIENCE_MS);
  }

  private startTimer(): void {
    this.stopTimer();
    this.timer = setTimeout(() => {
      this.done += 1;
      this.wait(2 * this.patience);
      this.next();
    }, this.patience);
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
