import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { Frame } from '../../shared/concept/frame';
import type { Pair } from './geometry';

/** What can be dragged. */
export type Handle = 'u' | 'v' | 'a' | 'b' | 'shift';

interface Options {
  label: () => string;
  /** Where each handle is now. */
  handles: () => readonly (readonly [Handle, Pair])[];
  /** A handle is dragged to a place. */
  drag: (handle: Handle, to: Pair) => void;
  /** An arrow key: by so much. */
  move: (by: Pair) => void;
  home: () => void;
  /** Draws it once more: nothing is dragged any longer. */
  dropped: () => void;
}

const LARGEST = 440;
const SMALLEST = 240;
/** A handle that is closer to the pointer is taken, in px. */
const NEAR = 22;
const REACHES = [2, 3, 5, 10, 20, 40, 90];
const ARROWS: Readonly<Record<string, Pair>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** A plane with arrows whose tips can be dragged. */
export class Plane {
  readonly root: HTMLElement;
  readonly surface: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private frame: Frame | null = null;
  private reach = REACHES[0]!;
  private dragged: Handle | null = null;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-linear-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    this.root = el('div', 'dlw-linear-plane', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      this.dragged = this.nearest(event) ?? 'a';
      this.drag(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (this.dragged && surface.hasPointerCapture(event.pointerId)) this.drag(event);
      else surface.style.cursor = this.nearest(event) ? 'grab' : '';
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      surface.addEventListener(kind, () => {
        this.dragged = null;
        options.dropped();
      });
    }
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const by = ARROWS[event.key];
    if (!by && event.key !== 'Home') return;
    event.preventDefault();
    const far = (event.shiftKey ? 0.5 : 0.1) * (this.reach / 2);
    if (by) this.options.move([by[0] * far, by[1] * far]);
    else this.options.home();
  }

  private drag(event: PointerEvent): void {
    const spot = this.spot(event);
    if (spot && this.frame && this.dragged) this.options.drag(this.dragged, this.frame.at(...spot));
  }

  private spot(event: PointerEvent): Pair | null {
    const box = this.canvas.getBoundingClientRect();
    if (!this.frame || box.width === 0) return null;
    return [
      ((event.clientX - box.left) / box.width) * this.frame.width,
      ((event.clientY - box.top) / box.height) * this.frame.height,
    ];
  }

  private nearest(event: PointerEvent): Handle | null {
    const spot = this.spot(event);
    if (!spot) return null;
    let best: Handle | null = null;
    let least = NEAR;
    for (const [handle, [x, y]] of this.options.handles()) {
      const away = Math.hypot(this.frame!.px(x) - spot[0], this.frame!.py(y) - spot[1]);
      if (away >= least) continue;
      least = away;
      best = handle;
    }
    return best;
  }

  /**
   * Draws it.
   *
   * @param room how wide it may be, in px
   * @param inside what must be seen
   */
  show(
    theme: Theme,
    room: number,
    inside: readonly Pair[],
    draw: (context: CanvasRenderingContext2D, frame: Frame, reach: number) => void,
  ): void {
    // What is dragged doesn't change the scale under the hand.
    if (!this.dragged) {
      const far = Math.max(...inside.flat().map(Math.abs));
      this.reach = REACHES.find((one) => far <= one) ?? REACHES.at(-1)!;
    }
    const side = Math.max(SMALLEST, Math.min(LARGEST, room || LARGEST));
    const context = sizedCanvas(this.canvas, side, side);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    const range = [-this.reach, this.reach] as const;
    const edges = { left: 6, top: 6, right: side - 6, bottom: side - 6 };
    this.frame = new Frame(side, side, range, range, edges);
    if (!context) return;
    context.fillStyle = theme.background;
    context.fillRect(0, 0, side, side);
    draw(context, this.frame, this.reach);
  }
}
