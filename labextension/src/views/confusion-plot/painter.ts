import { t } from '../../core/i18n';
import { BAD, GOOD, type Theme } from '../../core/theme';
import type { MatrixLayout } from './layout';
import type { Matrix } from './model';

export interface MatrixScene {
  matrix: Matrix;
  name: (which: number) => string;
  /** Shares of each row, or counts. */
  shares: boolean;
  chosen: [number, number] | null;
  cursor: [number, number] | null;
  /** For a yes-or-no question what each cell is called, row by row; else none. */
  outcomes: readonly string[];
}

/** Cells of at least this side have room for what they are called. */
const NAMED_CELL = 84;

/** The number in a cell; "" for none. */
export function cellText(matrix: Matrix, row: number, column: number, shares: boolean): string {
  const count = matrix.counts[row * matrix.k + column]!;
  if (count === 0) return '';
  if (!shares) return String(count);
  const share = (100 * count) / matrix.rows[row]!;
  return share < 0.5 ? '<1' : share.toFixed(0);
}

/** How strongly a cell is colored, 0 to 1: the root, so that few mistakes are seen beside many right answers. */
export function strength(matrix: Matrix, row: number, column: number, shares: boolean): number {
  const count = matrix.counts[row * matrix.k + column]!;
  const whole = shares ? matrix.rows[row]! : matrix.largest;
  return count > 0 && whole > 0 ? Math.sqrt(count / whole) : 0;
}

/** Draws the whole matrix with its labels. */
export function paintMatrix(
  context: CanvasRenderingContext2D,
  layout: MatrixLayout,
  theme: Theme,
  scene: MatrixScene,
): void {
  context.clearRect(0, 0, layout.width, layout.height);
  paintCells(context, layout, theme, scene);
  paintLabels(context, layout, theme, scene);
  const { k } = scene.matrix;
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.strokeRect(layout.left - 0.5, layout.top - 0.5, k * layout.cell + 1, k * layout.cell + 1);
  if (scene.chosen) outline(context, layout, k, scene.chosen, theme.text, 2.5);
  if (scene.cursor) outline(context, layout, k, scene.cursor, theme.muted, 1.5);
}

function paintCells(
  context: CanvasRenderingContext2D,
  layout: MatrixLayout,
  theme: Theme,
  scene: MatrixScene,
): void {
  const { matrix, shares, outcomes } = scene;
  const { k } = matrix;
  const named = outcomes.length === k * k && layout.cell >= NAMED_CELL;
  const gap = layout.cell >= 12 ? 1 : 0;
  const good = theme.dark ? GOOD.dark : GOOD.light;
  const bad = theme.dark ? BAD.dark : BAD.light;
  context.font = `${layout.cell >= 34 ? 13 : 11}px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let row = 0; row < k; row += 1) {
    for (let column = 0; column < k; column += 1) {
      const x = layout.left + column * layout.cell;
      const y = layout.top + row * layout.cell;
      const power = strength(matrix, row, column, shares);
      context.fillStyle = theme.grid;
      context.fillRect(x, y, layout.cell - gap, layout.cell - gap);
      if (power === 0 && named) {
        context.fillStyle = theme.muted;
        paintOutcome(context, theme, outcomes[row * k + column]!, x, y, layout.cell - gap);
      }
      if (power === 0) continue;
      // A single mistake is to be seen, however many right answers there are.
      context.globalAlpha = Math.max(row === column ? 0.06 : 0.12, power);
      context.fillStyle = row === column ? good : bad;
      context.fillRect(x, y, layout.cell - gap, layout.cell - gap);
      context.globalAlpha = 1;
      if (!layout.numbers) continue;
      context.fillStyle = power > 0.62 ? theme.background : theme.text;
      const text = cellText(matrix, row, column, shares);
      context.fillText(text, x + (layout.cell - gap) / 2, y + (layout.cell - gap) / 2 + 0.5);
      if (named) paintOutcome(context, theme, outcomes[row * k + column]!, x, y, layout.cell - gap);
    }
  }
}

/** What a cell is called, small at its lower edge. */
function paintOutcome(
  context: CanvasRenderingContext2D,
  theme: Theme,
  name: string,
  x: number,
  y: number,
  side: number,
): void {
  const { font } = context;
  context.font = `11px ${theme.font}`;
  context.fillText(fit(context, name, side - 8), x + side / 2, y + side - 12);
  context.font = font;
}

function paintLabels(
  context: CanvasRenderingContext2D,
  layout: MatrixLayout,
  theme: Theme,
  scene: MatrixScene,
): void {
  const { k } = scene.matrix;
  const half = layout.cell / 2;
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  for (let i = 0; i < k; i += layout.every) {
    const name = scene.name(i);
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    const at = i * layout.cell + half;
    context.fillText(fit(context, name, layout.left - 24), layout.left - 6, layout.top + at);
    if (layout.upright) {
      context.save();
      context.translate(layout.left + at, layout.top - 6);
      context.rotate(-Math.PI / 2);
      context.textAlign = 'left';
      context.fillText(fit(context, name, layout.top - 26), 0, 0);
      context.restore();
    } else {
      context.textAlign = 'center';
      context.textBaseline = 'bottom';
      context.fillText(name, layout.left + at, layout.top - 4);
    }
  }
  context.fillStyle = theme.muted;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  context.fillText(`${t('Predicted class')} →`, layout.left, 1);
  context.save();
  context.translate(2, layout.top + k * layout.cell);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'top';
  const label = `← ${t('True class')}`;
  context.fillText(label, Math.max(0, k * layout.cell - context.measureText(label).width), 0);
  context.restore();
}

/** As much of a name as fits, with an ellipsis inside: names often differ at their ends. */
function fit(context: CanvasRenderingContext2D, name: string, room: number): string {
  if (context.measureText(name).width <= room) return name;
  for (let kept = name.length - 1; kept > 2; kept -= 1) {
    const tail = Math.floor(kept / 2);
    const text = `${name.slice(0, kept - tail)}…${name.slice(name.length - tail)}`;
    if (context.measureText(text).width <= room) return text;
  }
  return `${name.slice(0, 1)}…`;
}

function outline(
  context: CanvasRenderingContext2D,
  layout: MatrixLayout,
  k: number,
  [row, column]: [number, number],
  color: string,
  width: number,
): void {
  const x = layout.left + (column < 0 ? 0 : column * layout.cell);
  const y = layout.top + (row < 0 ? 0 : row * layout.cell);
  context.strokeStyle = color;
  context.lineWidth = width;
  const across = (column < 0 ? k : 1) * layout.cell;
  const down = (row < 0 ? k : 1) * layout.cell;
  context.strokeRect(x - 0.5, y - 0.5, Math.max(4, across), Math.max(4, down));
}
