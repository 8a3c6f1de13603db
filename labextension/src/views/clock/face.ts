/**
 * A clock as pixels, coordinates and angles, and what an answer stands for, without a page.
 *
 * `dlwidgets/concepts/_clock.py` is the reference; both are tested with the same cases.
 */

import { random } from '../../shared/concept/batches';
import { type Answer, HALF_DAY, type Representation } from './fields';

/** Pixels of the image along each side. */
export const SIDE = 12;
const REACH = 1.1;
/** Length and half of the width of minute hand and hour hand, in radii. */
export const HANDS = [
  [1, 0.03],
  [0.5, 0.09],
] as const;

export function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** The turns of minute hand and hour hand, from 0 to 1. */
export function turnsOf(time: number): number[] {
  return [modulo(time, 60) / 60, modulo(time, HALF_DAY) / HALF_DAY];
}

/** x and y of the minute hand's tip and of the hour hand's. */
export function coordinatesOf(time: number): number[] {
  return turnsOf(time).flatMap((turn, i) => {
    const [angle, length] = [2 * Math.PI * turn, HANDS[i]![0]];
    return [length * Math.sin(angle), length * Math.cos(angle)];
  });
}

/** An image of both hands, row by row from the top. */
export function pixelsOf(time: number): Float64Array {
  const wide = (2 * REACH) / SIDE;
  const tips = coordinatesOf(time);
  const found = new Float64Array(SIDE * SIDE);
  HANDS.forEach(([, half], hand) => {
    const [tipX, tipY] = [tips[2 * hand]!, tips[2 * hand + 1]!];
    const square = tipX ** 2 + tipY ** 2;
    for (let row = 0; row < SIDE; row += 1) {
      const y = REACH - (row + 0.5) * wide;
      for (let column = 0; column < SIDE; column += 1) {
        const x = (column + 0.5) * wide - REACH;
        const share = Math.min(1, Math.max(0, (x * tipX + y * tipY) / square));
        const away = Math.hypot(x - share * tipX, y - share * tipY);
        const ink = Math.min(1, Math.max(0, 1 - Math.max(0, away - half) / wide));
        const at = row * SIDE + column;
        found[at] = Math.max(found[at]!, ink);
      }
    }
  });
  return found;
}

/** What a network gets. */
export function inputsOf(time: number, representation: Representation): ArrayLike<number> {
  if (representation === 'pixels') return pixelsOf(time);
  return representation === 'coordinates' ? coordinatesOf(time) : turnsOf(time);
}

/** What a network is to answer. */
export function targetsOf(time: number, answer: Answer): number[] {
  const turns = turnsOf(time);
  if (answer === 'number') return turns;
  return turns.flatMap((turn) => [Math.sin(2 * Math.PI * turn), Math.cos(2 * Math.PI * turn)]);
}

/** The turns that an answer stands for: of two numbers as they are, even outside of 0 to 1. */
export function turnsRead(outputs: ArrayLike<number>, answer: Answer): [number, number] {
  if (answer === 'number') return [outputs[0]!, outputs[1]!];
  const turn = (i: number): number => Math.atan2(outputs[i]!, outputs[i + 1]!) / (2 * Math.PI);
  return [turn(0), turn(2)];
}

/** The time that an answer stands for. */
export function read(outputs: ArrayLike<number>, answer: Answer): number {
  const [first, hour] = turnsRead(outputs, answer);
  const minute = modulo(first, 1);
  // Of the hours, the one at which the hour hand is closest.
  return (modulo(Math.floor(12 * hour - minute + 0.5), 12) + minute) * 60;
}

/** By how many minutes two times differ, around the clock. */
export function minutesOff(found: number, time: number): number {
  const apart = modulo(Math.abs(found - time), HALF_DAY);
  return Math.min(apart, HALF_DAY - apart);
}

/** The times of the test, between the marks. */
export const TEST_TIMES: readonly number[] = Array.from({ length: HALF_DAY / 3 }, (_, i) => 1.5 + 3 * i);

/** Random times to learn from; the first ones are those of a smaller number. */
export function sampleTimes(seed: number, count: number): number[] {
  const next = random(seed + 4000);
  return Array.from({ length: count }, () => HALF_DAY * next());
}
