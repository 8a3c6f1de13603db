import { FrameScheduler } from '../../core/frame-scheduler';

/** So much slower is slow. */
const SLOW = 5;
/** After a pause of the browser, steps that were missed are not made up for. */
const MOST_STEPS = 8;

interface Options {
  /** Goes on by one step; false when there is nothing more to do. */
  advance: () => boolean;
  /** Playing, slow or sight has changed. */
  changed: () => void;
  /** Steps in a second. */
  rate: number;
  now?: () => number;
}

/** Lets something move step by step in animation frames, while it plays and is in sight. */
export class Player {
  playing = false;
  slow = false;
  private seen = false;
  private last = 0;
  private due = 0;
  private readonly frames: FrameScheduler;
  private readonly now: () => number;

  constructor(private readonly options: Options) {
    this.frames = new FrameScheduler(() => this.tick(), { prompt: true });
    this.now = options.now ?? ((): number => performance.now());
  }

  /** Whether it comes into sight, or leaves it. */
  sight(seen: boolean): void {
    this.seen = seen;
    this.go();
  }

  play(playing: boolean): void {
    if (this.playing === playing) return;
    this.playing = playing;
    // The first step at once: the user sees that something has begun.
    this.due = 1;
    this.options.changed();
    this.go();
  }

  setSlow(slow: boolean): void {
    this.slow = slow;
    this.options.changed();
  }

  dispose(): void {
    this.frames.dispose();
  }

  private go(): void {
    if (!this.playing || !this.seen) return;
    this.last = this.now();
    this.frames.request();
  }

  private tick(): void {
    if (!this.playing || !this.seen) return;
    const now = this.now();
    this.due += ((now - this.last) / 1000) * (this.options.rate / (this.slow ? SLOW : 1));
    this.last = now;
    let left = Math.min(MOST_STEPS, Math.floor(this.due));
    this.due = Math.min(1, this.due - Math.floor(this.due));
    for (; left > 0; left -= 1) {
      if (this.options.advance()) continue;
      this.play(false);
      return;
    }
    this.frames.request();
  }
}

/** Whether the user prefers that nothing moves by itself. */
export function prefersStillness(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;
}
