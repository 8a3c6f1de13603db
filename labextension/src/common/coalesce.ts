/** What a `Coalescer` needs from its surroundings; tests pass their own. */
export interface Clock {
  now(): number;
  /** Calls back before the next paint; returns a handle for `cancelFrame`. */
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  setTimer(callback: () => void, ms: number): number;
  clearTimer(handle: number): void;
}

export const BROWSER_CLOCK: Clock = {
  now: () => performance.now(),
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  setTimer: (callback, ms) => window.setTimeout(callback, ms),
  clearTimer: (handle) => clearTimeout(handle),
};

/** A draw may take at most this share of the page's time: the rest is for the user. */
const SHARE = 3;
const LONGEST_WAIT_MS = 250;

/**
 * Turns any number of requests into one draw per animation frame, and into fewer when a draw is slow.
 *
 * The wait between two draws grows with what a draw costs, so that many charts on one page leave time for clicks.
 */
export class Coalescer {
  private frame: number | null = null;
  private timer: number | null = null;
  private lastEnd = -Infinity;
  private cost = 0;
  private held = false;
  private pending = false;
  private disposed = false;

  /**
   * @param draw what to do, once, in an animation frame
   * @param clock time and frames; the browser's unless a test says otherwise
   */
  constructor(
    private readonly draw: () => void,
    private readonly clock: Clock = BROWSER_CLOCK,
  ) {}

  /** Asks for a draw. With `urgent` (a user's own action) the wait that protects the page is skipped. */
  request(urgent = false): void {
    if (this.disposed) return;
    this.pending = true;
    if (this.held || this.frame !== null) return;
    const wait = urgent ? 0 : this.lastEnd + this.interval() - this.clock.now();
    if (wait <= 1) {
      this.clearTimer();
      this.frame = this.clock.requestFrame(() => this.run());
    } else {
      this.timer ??= this.clock.setTimer(() => {
        this.timer = null;
        if (!this.disposed && !this.held) this.frame ??= this.clock.requestFrame(() => this.run());
      }, wait);
    }
  }

  /** Holds draws back (while the user drags) and lets the one that was asked for through afterwards. */
  hold(held: boolean): void {
    this.held = held;
    if (held) this.cancel();
    else if (this.pending) this.request(true);
  }

  dispose(): void {
    this.disposed = true;
    this.cancel();
  }

  /** The shortest time between the end of a draw and the start of the next, in ms. */
  interval(): number {
    return Math.min(LONGEST_WAIT_MS, this.cost * SHARE);
  }

  private run(): void {
    this.frame = null;
    if (this.disposed || this.held) return;
    this.pending = false;
    const begun = this.clock.now();
    this.draw();
    this.lastEnd = this.clock.now();
    // A falling average: one slow first draw must not slow the next ones for long.
    this.cost = 0.6 * this.cost + 0.4 * (this.lastEnd - begun);
  }

  private cancel(): void {
    if (this.frame !== null) this.clock.cancelFrame(this.frame);
    this.frame = null;
    this.clearTimer();
  }

  private clearTimer(): void {
    if (this.timer !== null) this.clock.clearTimer(this.timer);
    this.timer = null;
  }
}
