/** Many narrow bars in one drawing: the units of a layer, or a histogram. */

import { svg } from '../shared/dom';

const HEIGHT = 64;
const WIDTH = 240;

/** Bars of the same width, which grow from a line at zero where some values are negative. */
export class Bars {
  readonly root = svg('svg', {
    class: 'dlw-bars',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  private readonly path = svg('path', { class: 'dlw-bars-fill' });
  private readonly line = svg('path', { class: 'dlw-bars-zero' });

  constructor() {
    this.root.append(this.path, this.line);
  }

  /**
   * @param values any number of them
   * @param low the lowest value of the scale
   * @param high the highest
   * @param zero where a line marks zero across the bars, from 0 to 1; outside for none
   */
  show(values: ArrayLike<number>, low: number, high: number, zero = -1): void {
    const span = high - low || 1;
    const each = WIDTH / Math.max(1, values.length);
    const gap = each > 3 ? 0.5 : 0;
    const y = (value: number): number => HEIGHT - ((value - low) / span) * HEIGHT;
    const base = y(Math.min(high, Math.max(low, 0)));
    let path = '';
    for (let i = 0; i < values.length; i += 1) {
      const top = y(values[i]!);
      path += `M${round(i * each)} ${round(base)}V${round(top)}h${round(each - gap)}V${round(base)}z`;
    }
    this.path.setAttribute('d', path);
    const upright = zero >= 0 && zero <= 1 ? `M${round(zero * WIDTH)} 0V${HEIGHT}` : '';
    this.line.setAttribute('d', `${upright}M0 ${round(base)}H${WIDTH}`);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
