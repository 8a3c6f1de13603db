/** What may follow a moment after the frame in which the user sees the answer to a deed of theirs. */

/** However busy the page is, it follows after so many ms. */
const LATEST_MS = 100;

/**
 * Does something once the page has time, however often it was asked for.
 *
 * Browsers that don't tell when they have time do it at once.
 */
export class Afterwards {
  private handle: number | null = null;

  constructor(private readonly act: () => void) {}

  request(): void {
    if (!('requestIdleCallback' in window)) {
      this.now();
      return;
    }
    this.handle ??= window.requestIdleCallback(() => this.now(), { timeout: LATEST_MS });
  }

  /** Does it at once, not later. */
  now(): void {
    this.dispose();
    this.act();
  }

  dispose(): void {
    if (this.handle !== null) window.cancelIdleCallback(this.handle);
    this.handle = null;
  }
}
