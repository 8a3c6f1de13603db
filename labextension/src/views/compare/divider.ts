/** Where a key moves the divider, null for a key that moves nothing. */
export function moveDivider(key: string, position: number, fine: boolean): number | null {
  const step = fine ? 0.01 : 0.05;
  const moves: Record<string, number> = {
    ArrowLeft: position - step,
    ArrowDown: position - step,
    ArrowRight: position + step,
    ArrowUp: position + step,
    PageDown: position - 0.2,
    PageUp: position + 0.2,
    Home: 0,
    End: 1,
  };
  const to = Object.hasOwn(moves, key) ? moves[key]! : null;
  return to === null ? null : clamp(Math.round(to * 1000) / 1000);
}

/** Where a pointer is between the left and the right edge of a box, 0 to 1. */
export function pointerPosition(x: number, box: { left: number; width: number }): number {
  return box.width > 0 ? clamp((x - box.left) / box.width) : 0.5;
}

/** The largest size at which a picture of `width` x `height` fits; never more than four times its own. */
export function fit(
  width: number,
  height: number,
  room: { width: number; height: number },
): { width: number; height: number } {
  const scale = Math.min(4, room.width / width, room.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
