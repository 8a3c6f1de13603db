import { moved } from './track';

/** What is played. */
export interface Film {
  readonly count: number;
  /** Which snapshot is shown; -1 for the newest weights. */
  readonly index: number;
  /** Snapshots per second. */
  readonly speed: number;
  /** Whether what was asked for is shown. */
  readonly settled: boolean;
  /** Whether the run goes on. */
  readonly lives: boolean;
  seek(index: number): void;
}

/** Plays snapshots one after another: the next only once all views show the one before. */
export class Player {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private due = 0;

  /** @param changed hears that it begins or ends */
  constructor(
    private readonly film: Film,
    private readonly changed: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get playing(): boolean {
    return this.timer !== null;
  }

  toggle(): void {
    if (this.playing) this.stop();
    else this.start();
  }

  start(): void {
    const { film } = this;
    if (this.playing || film.count === 0) return;
    if (film.index < 0 || film.index === film.count - 1) film.seek(0);
    this.plan();
    this.changed();
  }

  stop(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.changed();
  }

  /** What was asked for is shown: the next may be late. */
  settled(): void {
    if (this.timer === null || this.now() < this.due) return;
    clearTimeout(this.timer);
    this.next();
  }

  private plan(): void {
    const wait = 1000 / this.film.speed;
    this.due = this.now() + wait;
    this.timer = setTimeout(() => this.next(), wait);
  }

  private next(): void {
    const { film } = this;
    if (!film.settled) {
      this.timer = setTimeout(() => this.next(), 1000); // until `settled`, or so
      return;
    }
    if (film.index < 0) {
      this.stop(); // somebody went back to the present
      return;
    }
    const next = moved(film.index, 1, film.count);
    if (next < 0 && !film.lives) {
      this.stop();
      return;
    }
    this.plan();
    film.seek(next);
    if (next < 0) this.stop();
  }
}
