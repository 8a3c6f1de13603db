/** Where weights are on the canvas. */

import type { Landscape } from './landscape';

/** A rectangle of the canvas that shows a range of weights; `y` grows upward in weights, downward on the canvas. */
export class Frame {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly x: readonly [number, number],
    readonly y: readonly [number, number],
    /** Left, top, right and bottom of the part that shows weights, in px. */
    readonly edges: { left: number; top: number; right: number; bottom: number },
  ) {}

  px(value: number): number {
    const { left, right } = this.edges;
    return left + ((value - this.x[0]) / (this.x[1] - this.x[0])) * (right - left);
  }

  py(value: number): number {
    const { top, bottom } = this.edges;
    return bottom - ((value - this.y[0]) / (this.y[1] - this.y[0])) * (bottom - top);
  }

  /** The weights at a place of the canvas, within what is shown. */
  at(x: number, y: number): [number, number] {
    const { left, top, right, bottom } = this.edges;
    const across = Math.min(1, Math.max(0, (x - left) / (right - left)));
    const up = Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
    return [this.x[0] + across * (this.x[1] - this.x[0]), this.y[0] + up * (this.y[1] - this.y[0])];
  }
}

/** Round numbers inside a range, about so many. */
export function ticks([low, high]: readonly [number, number], about: number): number[] {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough) ?? rough;
  const found: number[] = [];
  for (let n = Math.ceil(low / step); n * step <= high + step * 1e-9; n += 1) found.push(n * step + 0);
  return found;
}

/** The range of losses that a curve shows. */
export function lossRange(landscape: Landscape): [number, number] {
  const [low, high] = landscape.bounds[0]!;
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i <= 100; i += 1) {
    const loss = landscape.loss([low + ((high - low) * i) / 100]);
    least = Math.min(least, loss);
    most = Math.max(most, loss);
  }
  const room = (most - least) * 0.06 || 1;
  return [least - room * 3, most + room];
}
