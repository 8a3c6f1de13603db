import { el } from '../../../shared/dom';
import type { Axis, Moment, PlotArea } from '../types';

/**
 * A line at the moment that other views of the run show, over the plot.
 *
 * It is no part of the plot: as a timeline is dragged, nothing else is drawn.
 */
export class Cursor {
  readonly root = el('div', 'dlw-chart-cursor', { hidden: true, 'aria-hidden': 'true' });

  /** Puts the line where the moment is; hides it where that cannot be seen. */
  place(moment: Moment | null, axis: Axis, area: PlotArea | null): void {
    const at = moment?.[axis];
    const inside = area !== null && at !== undefined && at >= area.x[0] && at <= area.x[1];
    this.root.hidden = !inside;
    if (!inside) return;
    const left = area.left + ((at - area.x[0]) / (area.x[1] - area.x[0])) * area.width;
    Object.assign(this.root.style, {
      left: `${Number(left.toFixed(1))}px`,
      top: `${area.top}px`,
      height: `${area.height}px`,
    });
  }
}
