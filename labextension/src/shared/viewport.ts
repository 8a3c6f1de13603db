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

/** Turns the pointers on a surface into gestures: one pointer moves the drawing, two zoom it. */
export function followPointers(surface: HTMLElement, gestures: Gestures): void {
  const pressed = new Map<number, PointerEvent>();
  let moved = false;
  const onMove = (event: PointerEvent): void => {
    const before = pressed.get(event.pointerId);
    if (!before) {
      if (pressed.size === 0) gestures.hover?.(event);
      return;
    }
    if (!moved && distance(event, before) < SLOP) return;
    // From here on it is no click; the pointer may leave the surface.
    if (!moved) surface.setPointerCapture(event.pointerId);
    moved = true;
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    pressed.set(event.pointerId, event);
    if (other) {
      const box = surface.getBoundingClientRect();
      const middle: [number, number] = [
        (event.clientX + other.clientX) / 2 - box.left,
        (event.clientY + other.clientY) / 2 - box.top,
      ];
      gestures.zoom(distance(event, other) / Math.max(1, distance(before, other)), middle);
    } else {
      gestures.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    }
  };
  surface.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    surface.focus({ preventScroll: true });
    pressed.set(event.pointerId, event);
    if (pressed.size === 1) moved = false;
  });
  surface.addEventListener('pointermove', onMove);
  surface.addEventListener('pointerup', (event) => {
    if (pressed.delete(event.pointerId) && !moved) gestures.click(event);
  });
  surface.addEventListener('pointercancel', (event) => pressed.delete(event.pointerId));
}

function distance(a: PointerEvent, b: PointerEvent): number {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
