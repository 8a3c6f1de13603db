import { Page } from './page';

/** What a `FrameScheduler` needs from its surroundings; tests pass their own. */
export interface Clock {
  now(): number;
  /** Calls back before the next paint; returns a handle for `cancelFrame`. */
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  setTimer(callback: () => void, ms: number): number;
  clearTimer(handle: number): void;
  /** Calls back just after the present frame has been painted. */
  afterPaint(callback: () => void): void;
}

export const BROWSER_CLOCK: Clock = {
  now: () => performance.now(),
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  setTimer: (callback, ms) => window.setTimeout(callback, ms),
  clearTimer: (handle) => clearTimeout(handle),
  afterPaint,
};

const LONGEST_WAIT_MS = 500;
/** A chart that has not drawn for this long leaves its share of the page's time to the others. */
const ACTIVE_MS = 1000;

/** The page that this script runs in. */
export const PAGE = new Page(BROWSER_CLOCK);

/** Runs `action` just after the browser has painted the current frame. */
export function afterPaint(action: () => void): void {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    action();
  };
  channel.port2.postMessage(null);
}

interface Options {
  /** Time and frames; the browser's unless a test says otherwise. */
  clock?: Clock;
  /** With whom the page's time is shared. */
  page?: Page;
  /** The draws take at most one of so many parts of the time. */
  parts?: number;
  /** Waits for a frame that others share only while others draw that are not prompt, such as images. */
  prompt?: boolean;
}

/**
 * Turns any number of requests into one draw per animation frame, and into fewer when a draw is slow.
 *
 * The wait between two draws grows with what a draw costs and with the number of charts that are drawing, so that
 * many charts on one page leave time for clicks. Where each frame of the page is slow, all draws share fewer frames.
 */
export class FrameScheduler {
  private frame: number | null = null;
  private timer: number | null = null;
  private lastEnd = -Infinity;
  private cost = 0;
  private held = false;
  private pending = false;
  private disposed = false;

  private readonly clock: Clock;
  private readonly page: Page;
  private readonly parts: number;
  private readonly prompt: boolean;

  /** @param draw what to do, once, in an animation frame */
  constructor(
    private readonly draw: () => void,
    { clock = BROWSER_CLOCK, page = PAGE, parts = 2, prompt = false }: Options = {},
  ) {
    this.clock = clock;
    this.page = page;
    this.parts = parts;
    this.prompt = prompt;
    page.schedulers.add(this);
  }

  /** Whether a draw was asked for that is still to come. */
  get waiting(): boolean {
    return this.pending && !this.held && !this.disposed;
  }

  /** Asks for a draw. With `urgent` (a user's own action) the wait that protects the page is skipped. */
  request(urgent = false): void {
    if (this.disposed) return;
    this.pending = true;
    if (this.held || this.frame !== null) return;
    const wait = urgent ? 0 : Math.max(this.due, this.shares() ? this.page.due() : 0) - this.clock.now();
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
    this.page.schedulers.delete(this);
    this.cancel();
  }

  /** The shortest time between the end of a draw and the start of the next, in ms. */
  interval(): number {
    return Math.min(LONGEST_WAIT_MS, this.cost * (Math.max(this.parts, 2 * this.active().length) - 1));
  }

  /** Who has drawn not long ago. */
  private active(): FrameScheduler[] {
    const since = this.clock.now() - ACTIVE_MS;
    return [...this.page.schedulers].filter((peer) => peer.lastEnd > since);
  }

  /** Whether this waits for the frames of the page. */
  private shares(): boolean {
    return !this.prompt || this.active().some((peer) => !peer.prompt);
  }

  /** From when on the share of the time allows a draw. */
  private get due(): number {
    return this.lastEnd + this.interval();
  }

  private run(): void {
    this.frame = null;
    if (this.disposed || this.held) return;
    this.pending = false;
    this.page.frame();
    const begun = this.clock.now();
    this.draw();
    this.lastEnd = this.clock.now();
    // A falling average: one slow first draw must not slow the next ones for long.
    this.cost = 0.6 * this.cost + 0.4 * (this.lastEnd - begun);
    // What only waits for a frame of the page has one here.
    for (const peer of this.page.schedulers) peer.join();
  }

  private join(): void {
    if (this.timer === null || this.due > this.clock.now()) return;
    this.clearTimer();
    this.run();
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
