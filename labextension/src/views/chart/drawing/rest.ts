/** Points come about ten times a second: the rest is drawn between two messages, but waits no longer than this for one. */
const MOST_OVERDUE_MS = 500;
/** Between the rests of two charts, ms: each may take as long as a frame or two. */
const APART_MS = 50;

/** When the rest of any chart was drawn last. */
let last = -Infinity;

/** When a chart is drawn whole again, where only lines were drawn for the sake of new points. */
export class Rest {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;

  /** @param overdue called when nobody has taken it for long */
  constructor(private readonly overdue: () => void) {}

  /** Plans it in `wait` ms, if not for earlier. */
  plan(wait: number): void {
    const due = performance.now() + wait;
    if (this.timer !== undefined && due >= this.due) return;
    this.cancel();
    this.due = due;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.overdue();
    }, wait + MOST_OVERDUE_MS);
  }

  /** Whether it is to be drawn now; to be called just after a frame, when there is time until the next points. */
  take(): boolean {
    const now = performance.now();
    if (this.timer === undefined || now < this.due || now < last + APART_MS) return false;
    this.cancel();
    last = now;
    return true;
  }

  /** Everything is drawn in any case. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
