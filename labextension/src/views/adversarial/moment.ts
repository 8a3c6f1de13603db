/** What an attack is, whoever computes it. */

import type { Margin } from './attack';

/** What is seen at one ε. */
export interface Moment {
  readonly epsilon: number;
  readonly image: Float64Array;
  readonly shares: readonly number[];
  /** The same with random signs. */
  readonly noisy: Float64Array;
  readonly noisyShares: readonly number[];
  /** w · (change), by which the rival's lead grows in a linear network: with the attack, and with noise. */
  readonly along: number;
  readonly noisyAlong: number;
}

export interface Attack {
  readonly height: number;
  readonly width: number;
  /** 1 or 3. */
  readonly channels: number;
  /** Pixels from 0 to 1, the channels of a pixel side by side. */
  readonly x: Float64Array;
  /** Names of the classes that are shown. */
  readonly names: readonly string[];
  /** Which of them the image has, which the attack leads to, and which it shall lead to. */
  readonly label: number;
  readonly rival: number;
  readonly target: number | null;
  readonly levels: readonly number[];
  /** Probabilities by level. */
  readonly adversarial: readonly (readonly number[])[];
  readonly random: readonly (readonly number[])[];
  /** The smallest ε with which it succeeds; null for none. */
  readonly flip: number | null;
  /** What the answer is there. */
  readonly flipped: number;
  readonly margin: Omit<Margin, 'w'>;
  /** The pixel that is written out at first: row and column. */
  readonly pixel: readonly [number, number];
  /** Whether any ε can be computed, not only those of the levels. */
  readonly exact: boolean;
  at(epsilon: number): Moment;
  /** The sign of the gradient by one number of `x`, as one step goes along it: −1, 0 or 1. */
  signAt(index: number): number;
}

/** The lead of the rival: the difference of its logit and the label's. */
export function lead({ label, rival }: Attack, shares: readonly number[]): number {
  return Math.log(Math.max(1e-300, shares[rival]!)) - Math.log(Math.max(1e-300, shares[label]!));
}
