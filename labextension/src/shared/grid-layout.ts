/** Where the cells of a grid lie: plain arithmetic, so that thousands of images cost nothing until they are seen. */

export interface GridInput {
  count: number;
  imageWidth: number;
  imageHeight: number;
  /** Longest side of an image on the page in px; 0 for an integer multiple of the image near 72. */
  cellSize: number;
  /** 0 for as many as fit. */
  columns: number;
  /** Room for all columns in px. */
  available: number;
  /** Lines of text under the images: 0, 1 or 2. */
  lines: number;
  /** Side by side without borders, as one picture. */
  tight?: boolean;
}

export interface Grid {
  columns: number;
  rows: number;
  /** Size of an image on the page, in px. */
  width: number;
  height: number;
  /** Distance from one cell to the next, in px. */
  stepX: number;
  stepY: number;
  /** Height of all rows, in px. */
  total: number;
}

export const BORDER = 3;
const GAP = 6;
const LINE = 16;
const NARROWEST_LABEL = 56;
const NEAR = 72;
const SMALLEST = 16;

/** The factor by which images are enlarged (or reduced, when they are larger than a cell). */
export function imageScale(longest: number, cellSize: number): number {
  if (longest <= 0) return 1;
  if (cellSize > 0) return cellSize / longest;
  return longest > NEAR * 1.5 ? (NEAR * 1.5) / longest : Math.max(1, Math.round(NEAR / longest));
}

/** Lays the grid out. */
export function layoutGrid(input: GridInput): Grid {
  const { count, imageWidth, imageHeight, lines } = input;
  let scale = imageScale(Math.max(imageWidth, imageHeight), input.cellSize);
  if (input.tight) return layoutTight(input, scale);
  const labelRoom = lines > 0 ? NARROWEST_LABEL : 0;
  const cell = (factor: number): number => Math.max(imageWidth * factor + 2 * BORDER, labelRoom) + GAP;
  if (input.columns > 0 && input.columns * cell(scale) > input.available) {
    // Asked-for columns go before size: shrink the images, but not to nothing.
    const room = input.available / input.columns - GAP - 2 * BORDER;
    scale = Math.max(SMALLEST / Math.max(1, imageWidth), Math.min(scale, room / Math.max(1, imageWidth)));
  }
  const stepX = Math.ceil(cell(scale));
  const columns =
    input.columns > 0 ? input.columns : Math.max(1, Math.floor((input.available + GAP) / stepX));
  const width = Math.max(1, Math.round(imageWidth * scale));
  const height = Math.max(1, Math.round(imageHeight * scale));
  const stepY = height + 2 * BORDER + lines * LINE + (lines > 0 ? 2 : 0) + GAP;
  const rows = Math.ceil(count / columns);
  return { columns, rows, width, height, stepX, stepY, total: rows * stepY };
}

function layoutTight(
  { count, imageWidth, imageHeight, columns, available }: GridInput,
  wanted: number,
): Grid {
  const across =
    columns > 0 ? columns : Math.max(1, Math.floor(available / Math.max(1, imageWidth * wanted)));
  const room = available / across / Math.max(1, imageWidth);
  // Whole multiples of a pixel, where there is room for them, keep all images alike.
  const scale = room >= 1 ? Math.min(wanted, wanted > room ? Math.floor(room) : wanted) : room;
  const width = Math.max(1, Math.round(imageWidth * scale));
  const height = Math.max(1, Math.round(imageHeight * scale));
  const rows = Math.ceil(count / across);
  return { columns: across, rows, width, height, stepX: width, stepY: height, total: rows * height };
}

/** The indices `[first, last)` of the cells of which something is seen, with a row to spare on either side. */
export function visibleCells(grid: Grid, count: number, top: number, height: number): [number, number] {
  const first = Math.max(0, Math.floor(top / grid.stepY) - 1);
  const last = Math.ceil((top + height) / grid.stepY) + 1;
  return [Math.min(count, first * grid.columns), Math.min(count, last * grid.columns)];
}

/** The index that a key moves the selection to, null for a key that moves nothing, -1 to select none. */
export function moveSelection(
  key: string,
  selected: number,
  count: number,
  columns: number,
  rowsPerPage: number,
): number | null {
  if (count === 0) return null;
  if (key === 'Escape') return -1;
  const from = selected < 0 ? 0 : selected;
  const moves: Record<string, number> = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from - columns,
    ArrowDown: from + columns,
    PageUp: from - columns * rowsPerPage,
    PageDown: from + columns * rowsPerPage,
    Home: 0,
    End: count - 1,
    Enter: from,
    ' ': from,
  };
  const to = moves[key];
  if (to === undefined) return null;
  // The first arrow key selects the first image instead of stepping past it.
  if (selected < 0 && key.startsWith('Arrow')) return 0;
  if ((key === 'ArrowUp' && to < 0) || (key === 'ArrowDown' && to >= count)) return from;
  return Math.max(0, Math.min(count - 1, to));
}

/** A border color that may be used in a style: a word that stands for a color of the theme, or #rrggbb. */
export function borderColor(value: string | undefined): string {
  if (value === 'good') return 'var(--dlw-right)';
  if (value === 'bad') return 'var(--dlw-wrong)';
  return value !== undefined && /^#[0-9a-f]{6}$/i.test(value) ? value : 'transparent';
}
