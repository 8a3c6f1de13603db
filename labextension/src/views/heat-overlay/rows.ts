export const GAP = 14;
const LARGEST_SIDE = 260;
/** The longest name of a method fits above it on one line. */
const SMALLEST_SIDE = 150;

/** Side in px of so many panels in so wide a room: in as few rows as can be, and the rows alike. */
export function panelSide(count: number, room: number): number {
  const most = Math.max(1, Math.floor((room + GAP) / (SMALLEST_SIDE + GAP)));
  const rows = Math.ceil(Math.max(1, count) / most);
  const columns = Math.ceil(Math.max(1, count) / rows);
  const fitting = Math.floor((room - (columns - 1) * GAP) / columns);
  return Math.max(Math.min(SMALLEST_SIDE, room), Math.min(LARGEST_SIDE, fitting));
}
