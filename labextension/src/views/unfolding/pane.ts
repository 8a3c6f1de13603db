import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Points } from '../../shared/concept/points';
import type { Spot } from './flow';
import { drawPlane, placesAt, type Shown } from './plot';

interface Options {
  label: () => string;
  /** A point of the data is selected, by its index. */
  select: (index: number) => void;
  hover: (index: number | null) => void;
  /** Arrow keys: the layer by so much, or the next point. */
  turn: (by: number) => void;
  next: (by: number) => void;
}

/** A point that is closer to the pointer is pointed at, in px. */
const NEAR = 24;

/** The large picture of the plane. */
export class PlanePane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private spots: Spot[] = [];
  private size = 1;

  constructor(options: Options) {
    this.root = el(
      'div',
      'dlw-unfold-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    const { root } = this;
    root.addEventListener('pointermove', (event) => {
      if (event.pointerType !== 'touch') options.hover(this.nearest(event));
    });
    root.addEventListener('pointerleave', () => options.hover(null));
    root.addEventListener('click', (event) => {
      const index = this.nearest(event);
      if (index !== null) options.select(index);
    });
    root.addEventListener('keydown', (event) => {
      const far = event.shiftKey ? 1 : 0.1;
      if (event.key === 'ArrowRight') options.turn(far);
      else if (event.key === 'ArrowLeft') options.turn(-far);
      else if (event.key === 'ArrowUp') options.next(1);
      else if (event.key === 'ArrowDown') options.next(-1);
      else return;
      event.preventDefault();
    });
  }

  private nearest(event: MouseEvent): number | null {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.size / (box.width || 1);
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    let best: number | null = null;
    let least = NEAR;
    this.spots.forEach((spot, i) => {
      const away = Math.hypot(spot[0] - x, spot[1] - y);
      if (away >= least) return;
      least = away;
      best = i;
    });
    return best;
  }

  show(theme: Theme, size: number, shown: Shown): void {
    this.size = size;
    const context = sizedCanvas(this.canvas, size, size);
    this.canvas.style.width = this.canvas.style.height = `${size}px`;
    if (!context) return;
    const toPixels = drawPlane(context, theme, size, shown);
    this.spots = placesAt(shown.flow, shown.points, shown.position).map(toPixels);
  }
}

/** The place of a point in the input. */
export function inputOf({ x1, x2 }: Points, index: number): Spot {
  return [x1[index]!, x2[index]!];
}
