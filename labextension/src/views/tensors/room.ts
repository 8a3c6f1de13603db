import type { Theme } from '../../core/theme';

/** One of the things that the widget shows. */
export interface Room {
  readonly root: HTMLElement;
  /**
   * Shows what the state says.
   *
   * @param width how wide it may be, in px
   */
  show: (theme: Theme, width: number) => void;
  /** Moves on by one step, a small one while it plays; false where nothing moves. */
  advance: (playing: boolean) => boolean;
  /** What moves is at its end. */
  finish: () => void;
  formula: () => string[];
  /** What is seen, in words. */
  said: () => string;
  remarks: () => string[];
}

/** The same for all rooms: steps in a second, in a movement, and of rest at its end. */
export const RATE = 30;
export const MOVE = 40;
export const REST = 30;

/** A movement that begins again after a rest. */
export class Movement {
  private step = 0;

  /** How much of it is over, from 0 to 1. */
  get share(): number {
    return Math.min(1, this.step / MOVE);
  }

  advance(playing: boolean): void {
    if (playing) this.step = this.step >= MOVE + REST ? 0 : this.step + 1;
    else this.step = this.step >= MOVE ? 0 : MOVE;
  }

  finish(): void {
    this.step = MOVE;
  }
}
