import type { Clock, FrameScheduler } from './frame-scheduler';

/** A page draws as soon as there is news while its frames take no longer than this. */
const QUICK_MS = 2;
/** How much longer it waits after a frame for each ms beyond. */
const WAIT_PER_MS = 50;
const LONGEST_WAIT_MS = 120;
/** So much of the wait passes at least after the first news: others come with it, and share its frame. */
const GATHERING = 0.25;
/** For so long after the user has done something nothing waits: it may be the answer. */
const ATTENTION_MS = 1000;
/** How fast a frame's time is learned: slow ones may be the machine's fault. */
const [SLOWER, FASTER] = [0.05, 0.3];

const ACTIONS = ['pointerdown', 'pointermove', 'wheel', 'keydown', 'input', 'scroll'];

/**
 * The frames of a page, which all its draws share.
 *
 * A frame costs much more than what is drawn in it: on a page of many images style, layout and layers take 8 to
 * 15 ms of the processor, whatever has changed. Messages of one look at a model arrive within some 50 ms, and would make a frame
 * each.
 */
export class Page {
  readonly schedulers = new Set<FrameScheduler>();
  /** What a frame takes from its first draw to the screen, in ms. */
  private cost = 0;
  private lastFrame = -Infinity;
  /** When the next shared frame is to be; in the past when none is planned. */
  private next = -Infinity;
  private acted = -Infinity;
  private inFrame = false;

  constructor(private readonly clock: Clock) {}

  /** Follows what the user does in a window. */
  watch(window: Window): void {
    for (const name of ACTIONS) {
      window.addEventListener(name, () => this.act(), { capture: true, passive: true });
    }
  }

  /** The user has done something. */
  act(): void {
    this.acted = this.clock.now();
  }

  /** When what nobody waits for is to be drawn. */
  due(): number {
    const now = this.clock.now();
    const wait = Math.min(LONGEST_WAIT_MS, WAIT_PER_MS * Math.max(0, this.cost - QUICK_MS));
    if (wait === 0 || now - this.acted < ATTENTION_MS) return now;
    if (this.next < now) this.next = Math.max(this.lastFrame + wait, now + GATHERING * wait);
    // A clock that was set back keeps nothing waiting.
    return (this.next = Math.min(this.next, now + wait));
  }

  /** To be called when something is drawn in a frame. */
  frame(): void {
    if (this.inFrame) return;
    this.inFrame = true;
    const begun = this.clock.now();
    this.lastFrame = begun;
    this.clock.afterPaint(() => {
      this.inFrame = false;
      const took = this.clock.now() - begun;
      this.cost += (took > this.cost ? SLOWER : FASTER) * (took - this.cost);
    });
  }
}
