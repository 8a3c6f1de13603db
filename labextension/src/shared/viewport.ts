/** Zooming and moving a drawing: arithmetic between its coordinates and pixels, and the pointer's gestures. */

/** Where a drawing is seen: its point (x, y) is at (x * scale + left, y * scale + top) pixels. */
export interface Viewport {
  left: number;
  top: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Zooms by a factor around a pixel, which stays where it is; the scale stays within the limits. */
export function zoomAt(
  view: Viewport,
  factor: number,
  [x, y]: readonly [number, number],
  [least, most]: readonly [number, number],
): Viewport {
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const by = scale / view.scale;
  return { scale, left: x - (x - view.left) * by, top: y - (y - view.top) * by };
}

/** A press that moves less than this, in px, is a click. */
const SLOP = 4;

export interface Gestures {
  /** The drawing is dragged by so many pixels. */
  pan(dx: number, dy: number): void;
  /** Two fingers zoom around the middle between them, in pixels of the surface. */
  zoom(factor: number, at: [number, number]): void;
  /** A press that was neither. */
  click(event: PointerEvent): void;
  /** The pointer moves without a press. */
  hover?(event: PointerEvent): void;
}

/** How far two fingers have gone: the factor of their distance, and of their middle the movement and the place. */
export interface PinchStep {
  factor: number;
  dx: number;
  dy: number;
  /** Before the movement, in pixels of the window. */
  middle: [number, number];
}

/** Follows the fingers on a surface. */
export class Pinch {
  private readonly fingers = new Map<number, PointerEvent>();

  /** How many fingers, or buttons of a mouse, are down. */
  get count(): number {
    return this.fingers.size;
  }

  press(event: PointerEvent): void {
    this.fingers.set(event.pointerId, event);
  }

  /** Whether the pointer was down. */
  release(event: PointerEvent): boolean {
    return this.fingers.delete(event.pointerId);
  }

  /** Where the pointer was last; undefined for one that isn't down. */
  last(event: PointerEvent): PointerEvent | undefined {
    return this.fingers.get(event.pointerId);
  }

  /** Takes over where a finger is now; null unless there are two of them. */
  move(event: PointerEvent): PinchStep | null {
    const before = this.last(event);
    if (!before) return null;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, event);
    if (!other) return null;
    return {
      factor: distance(event, other) / Math.max(1, distance(before, other)),
      dx: (event.clientX - before.clientX) / 2,
      dy: (event.clientY - before.clientY) / 2,
      middle: [(before.clientX + other.clientX) / 2, (before.clientY + other.clientY) / 2],
    };
  }
}

/** Turns the pointers on a surface into gestures: one pointer moves the drawing, two zoom it. */
export function followPointers(surface: HTMLElement, gestures: Gestures): void {
  const pinch = new Pinch();
  let moved = false;
  const onMove = (event: PointerEvent): void => {
    const before = pinch.last(event);
    if (!before) {
      if (pinch.count === 0) gestures.hover?.(event);
      return;
    }
    if (!moved && distance(event, before) < SLOP) return;
    // From here on it is no click; the pointer may leave the surface.
    if (!moved) surface.setPointerCapture(event.pointerId);
    moved = true;
    const step = pinch.move(event);
    if (step) {
      const box = surface.getBoundingClientRect();
      const { factor, middle, dx, dy } = step;
      gestures.zoom(factor, [middle[0] + dx - box.left, middle[1] + dy - box.top]);
    } else {
      gestures.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    }
  };
  surface.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    surface.focus({ preventScroll: true });
    pinch.press(event);
    if (pinch.count === 1) moved = false;
  });
  surface.addEventListener('pointermove', onMove);
  surface.addEventListener('pointerup', (event) => {
    if (pinch.release(event) && !moved) gestures.click(event);
  });
  surface.addEventListener('pointercancel', (event) => pinch.release(event));
}

function distance(a: PointerEvent, b: PointerEvent): number {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
