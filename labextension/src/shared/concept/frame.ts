/** Where values are on a canvas. */

/** A rectangle of a canvas that shows ranges of values; `y` grows upward in values, downward on the canvas. */
export class Frame {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly x: readonly [number, number],
    readonly y: readonly [number, number],
    /** Left, top, right and bottom of the part that shows values, in px. */
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

  /** The values at a place of the canvas, within what is shown. */
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
