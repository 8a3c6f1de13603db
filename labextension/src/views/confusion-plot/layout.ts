/** Where cells and labels of a matrix lie. */

export interface MatrixLayout {
  /** Side of a cell, in px. */
  cell: number;
  /** Where the first cell begins. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** Every how many classes there is a label. */
  every: number;
  /** Whether the names of the columns stand upright. */
  upright: boolean;
  /** Whether numbers fit into the cells. */
  numbers: boolean;
}

const LARGEST_CELL = 56;
/** Of few classes. */
const ROOMY_CELL = 104;
const TITLE_WIDTH = 112;
const SMALLEST_CELL = 2;
const LABEL_ROOM = 110;
const LINE = 13;
const TITLE = 18;

/**
 * Lays a matrix of k classes out.
 *
 * @param k number of classes
 * @param available room in px from side to side
 * @param nameWidth width of the longest class name in px
 * @param digits characters of the longest number in a cell
 */
export function layoutMatrix(k: number, available: number, nameWidth: number, digits: number): MatrixLayout {
  const room = Math.min(LABEL_ROOM, available / 3, Math.max(14, nameWidth + 8));
  const left = TITLE + room;
  const side = (available - left - 2) / Math.max(1, k);
  const cell = Math.max(
    SMALLEST_CELL,
    side >= 8 ? Math.floor(Math.min(k > 4 ? LARGEST_CELL : ROOMY_CELL, side)) : side,
  );
  const upright = nameWidth + 6 > cell;
  const every = Math.max(1, Math.ceil(LINE / cell));
  const top = TITLE + (upright ? Math.min(LABEL_ROOM, nameWidth + 8) : LINE + 5);
  return {
    cell,
    left,
    top,
    width: left + Math.max(TITLE_WIDTH, cell * k) + 2,
    height: top + cell * k + 2,
    every,
    upright,
    numbers: cell >= Math.max(18, 7 * digits + 5),
  };
}

/** The cell, row label [row, -1] or column label [-1, column] at a place; null for none. */
export function cellAt(layout: MatrixLayout, k: number, x: number, y: number): [number, number] | null {
  const column = Math.floor((x - layout.left) / layout.cell);
  const row = Math.floor((y - layout.top) / layout.cell);
  const inRows = row >= 0 && row < k && y >= layout.top;
  const inColumns = column >= 0 && column < k && x >= layout.left;
  if (inRows && inColumns) return [row, column];
  if (inRows && x >= TITLE && x < layout.left) return [row, -1];
  if (inColumns && y >= TITLE && y < layout.top) return [-1, column];
  return null;
}

/** The cell that a key moves the cursor to; null for a key that moves nothing. */
export function moveCell(key: string, [row, column]: [number, number], k: number): [number, number] | null {
  const clamp = (value: number): number => Math.max(0, Math.min(k - 1, value));
  const moves: Record<string, [number, number]> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [0, 0],
    End: [k - 1, k - 1],
  };
  const to = moves[key];
  return to ? [clamp(to[0]), clamp(to[1])] : null;
}
