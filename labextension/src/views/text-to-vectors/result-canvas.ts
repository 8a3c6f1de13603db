import type { Theme } from '../../core/theme';
import { frame } from '../../shared/concept/paint';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';

export type Kind = 'token' | 'unknown' | 'shared' | 'padding';

/** A number that isn't an empty cell. */
export interface Mark {
  readonly row: number;
  /** The column; null for the whole row. */
  readonly column: number | null;
  readonly text: string;
  readonly kind: Kind;
}

export interface Matrix {
  readonly labels: readonly string[];
  readonly columns: number;
  /** The number of the first column. */
  readonly first: number;
  readonly marks: readonly Mark[];
  /** Whether cells without a mark have a zero. */
  readonly zeros: boolean;
  /** The cell that is framed. */
  readonly now: { row: number; column: number | null } | null;
  /** Cells are at least so wide, in px: 0 where a cell may be a line. */
  readonly least: number;
}

const TOP = 16;
const WIDEST_LABEL = 96;
const WIDEST_CELL = 40;
const HIGHEST = 24;
const LOWEST = 9;
const MOST_HEIGHT = 440;

/** A matrix of integers on a canvas: numbers where there is room, else marks. */
export class ResultCanvas {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', 'dlw-t2v-canvas', { role: 'img' });
  private cell: readonly [number, number] = [0, 0];
  private left = 0;
  private size: readonly [number, number] = [0, 0];

  /**
   * @param pointed the pointer is at a cell, or at none
   * @param chosen a cell was pressed
   */
  constructor(
    private readonly pointed: (row: number | null, column: number) => void,
    chosen: (row: number, column: number) => void,
  ) {
    this.root = el('div', 'dlw-t2v-scroll', { tabindex: 0, role: 'group' }, this.canvas);
    const { canvas } = this;
    canvas.addEventListener('pointermove', (event) => {
      const at = this.at(event);
      if (at) this.pointed(...at);
      else this.pointed(null, 0);
    });
    canvas.addEventListener('pointerleave', () => this.pointed(null, 0));
    canvas.addEventListener('click', (event) => {
      const at = this.at(event);
      if (at) chosen(...at);
    });
  }

  private at(event: MouseEvent): [number, number] | null {
    const [across, down] = this.cell;
    const column = Math.floor((event.offsetX - this.left) / across);
    const row = Math.floor((event.offsetY - TOP) / down);
    const inside = column >= 0 && row >= 0 && column < this.size[1] && row < this.size[0];
    return inside ? [row, column] : null;
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, matrix: Matrix, label: string): void {
    const { labels, columns, marks, now } = matrix;
    const rows = labels.length;
    const down = Math.max(LOWEST, Math.min(HIGHEST, Math.floor(MOST_HEIGHT / Math.max(1, rows))));
    const longest = Math.max(...labels.map((text) => Array.from(text).length), 1);
    const left = Math.min(WIDEST_LABEL, longest * 7.5 + 16);
    const space = Math.max(200, room) - left - 2;
    const across = Math.max(matrix.least, Math.min(WIDEST_CELL, space / Math.max(1, columns)));
    [this.left, this.cell, this.size] = [left, [across, down], [rows, columns]];
    const width = Math.ceil(left + across * columns + 2);
    const height = TOP + down * rows + 2;
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    setAttributes(this.canvas, { 'aria-label': label });
    if (!context) return;
    this.drawGrid(context, theme, matrix);
    for (const mark of marks) this.drawMark(context, theme, mark, columns);
    this.drawLabels(context, theme, matrix);
    if (now) {
      const wide = Math.max(across, 7);
      const x = now.column === null ? left : left + across * now.column - (wide - across) / 2;
      frame(
        context,
        theme,
        [x, TOP + down * now.row, now.column === null ? across * columns : wide, down],
        2,
      );
    }
  }

  private drawGrid(context: CanvasRenderingContext2D, theme: Theme, matrix: Matrix): void {
    const [across, down] = this.cell;
    const [rows, columns] = this.size;
    context.fillStyle = theme.dark ? 'rgba(255, 255, 255, 0.06)' : 'rgba(0, 0, 0, 0.04)';
    context.fillRect(this.left, TOP, across * columns, down * rows);
    context.strokeStyle = theme.grid;
    context.beginPath();
    for (let row = 0; row <= rows; row += 1) {
      context.moveTo(this.left, TOP + down * row + 0.5);
      context.lineTo(this.left + across * columns, TOP + down * row + 0.5);
    }
    if (across >= 6) {
      for (let column = 0; column <= columns; column += 1) {
        context.moveTo(this.left + across * column + 0.5, TOP);
        context.lineTo(this.left + across * column + 0.5, TOP + down * rows);
      }
    }
    context.stroke();
    if (!matrix.zeros || across < 14 || down < 14) return;
    context.font = `11px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = theme.axis;
    const marked = new Set(matrix.marks.map(({ row, column }) => `${row} ${column ?? '*'}`));
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        if (marked.has(`${row} ${column}`) || marked.has(`${row} *`)) continue;
        context.fillText('0', this.left + across * (column + 0.5), TOP + down * (row + 0.5) + 0.5);
      }
    }
  }

  private drawMark(context: CanvasRenderingContext2D, theme: Theme, mark: Mark, columns: number): void {
    const [across, down] = this.cell;
    const wide = mark.column === null ? across * columns : Math.max(2, across - (across > 5 ? 1 : 0));
    const x = this.left + across * (mark.column ?? 0) + (across > 5 ? 1 : 0);
    const y = TOP + down * mark.row;
    const strong = { token: 0, unknown: 1, shared: 4, padding: 7 }[mark.kind];
    context.fillStyle = theme.palette[strong]!;
    context.globalAlpha = mark.kind === 'padding' ? 0.2 : across < 10 && mark.column !== null ? 1 : 0.32;
    context.fillRect(x, y + 1, wide, down - 1);
    context.globalAlpha = 1;
    if (across < 12 || down < 12) return;
    context.font = `${mark.text.length > 3 ? 10 : 12}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = mark.kind === 'padding' ? theme.muted : theme.text;
    const places = mark.column === null ? Array.from({ length: columns }, (_, i) => i) : [mark.column];
    for (const place of places) {
      context.fillText(mark.text, this.left + across * (place + 0.5), y + down / 2 + 0.5);
    }
  }

  private drawLabels(context: CanvasRenderingContext2D, theme: Theme, { labels, first }: Matrix): void {
    const [across, down] = this.cell;
    const columns = this.size[1];
    context.fillStyle = theme.muted;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.font = `${Math.min(12, down)}px ${theme.font}`;
    labels.forEach((text, row) => {
      context.fillText(cutOff(context, text, this.left - 8), this.left - 5, TOP + down * (row + 0.5) + 0.5);
    });
    context.font = `10px ${theme.font}`;
    context.textAlign = 'center';
    const needed = String(first + columns).length * 7 + 6;
    const every =
      [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((n) => n * across >= needed) ?? columns;
    for (let column = 0; column < columns; column += 1) {
      const number = column + first;
      if (number % every !== 0) continue;
      const text = String(number);
      const most = this.left + across * columns - context.measureText(text).width / 2;
      context.fillText(text, Math.min(most, this.left + across * (column + 0.5)), TOP / 2);
    }
  }
}

function cutOff(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  const signs = Array.from(text);
  while (signs.length > 1 && context.measureText(`${signs.join('')}…`).width > room) signs.pop();
  return `${signs.join('')}…`;
}
