import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { weightColor } from './colors';
import { type Focus, litLines } from './focus';
import { type Kind, product, type Setting, weightNumber } from './layers';
import type { Drawn } from './model';

const MOST_CELL = 24;
/** Cells from this size on have the numbers of their weights. */
const WRITTEN = 19;
const MOST_HEIGHT = 300;

/** The weights as a matrix: a row for each output, a column for each input. */
export class Matrix {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly label = el('div', 'dlw-concept-label');
  private shown = { rows: 0, columns: 0, cell: 0 };

  constructor({ hover, press }: { hover: (focus: Focus | null) => void; press: (focus: Focus) => void }) {
    this.root = el('div', 'dlw-connections-matrix', {}, this.label, this.canvas);
    this.canvas.addEventListener('pointermove', (event) => {
      if (event.pointerType !== 'touch') hover(this.at(event));
    });
    this.canvas.addEventListener('pointerleave', () => hover(null));
    this.canvas.addEventListener('pointerdown', (event) => {
      const focus = event.button === 0 ? this.at(event) : null;
      if (focus) press(focus);
    });
  }

  private at(event: PointerEvent): Focus | null {
    const { rows, columns, cell } = this.shown;
    const box = this.canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / cell);
    const column = Math.floor((event.clientX - box.left) / cell);
    if (!(row >= 0 && column >= 0 && row < rows && column < columns)) return null;
    return { point: 'line', at: [column, row] };
  }

  show(theme: Theme, width: number, small: Setting, kind: Kind, drawn: Drawn, focus: Focus): void {
    const [rows, columns] = [drawn.outputs, product(small.shape)];
    const cell = Math.min(MOST_CELL, Math.max(1, width - 1) / columns, MOST_HEIGHT / Math.max(1, rows));
    this.shown = { rows, columns, cell };
    this.root.hidden = rows === 0;
    setText(this.label, t('As a matrix, outputs by inputs: {rows}×{columns}', { rows, columns }));
    const [across, down] = [columns * cell + 1, rows * cell + 1];
    const context = sizedCanvas(this.canvas, across, down);
    this.canvas.style.width = `${across}px`;
    this.canvas.style.height = `${down}px`;
    if (!context) return;
    const inset = cell > 6 ? 1 : 0;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.beginPath();
    for (let row = 0; row <= rows; row += inset ? 1 : Math.max(1, rows)) {
      context.moveTo(0, row * cell + 0.5);
      context.lineTo(across, row * cell + 0.5);
    }
    for (let column = 0; column <= columns; column += inset ? 1 : columns) {
      context.moveTo(column * cell + 0.5, 0);
      context.lineTo(column * cell + 0.5, down);
    }
    context.stroke();
    const lit = new Set(litLines(drawn, focus));
    const all = drawn.byWeight.size;
    context.font = `${cell > 22 ? 11 : 10}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    drawn.lines.forEach(({ input, output, weight }, i) => {
      const [x, y] = [input * cell + inset, output * cell + inset];
      context.globalAlpha = lit.has(i) ? 1 : 0.32;
      context.fillStyle = weightColor(theme, kind, weight, all);
      context.fillRect(x, y, cell - inset, cell - inset);
      if (cell < WRITTEN) return;
      context.globalAlpha = 1;
      context.fillStyle = lit.has(i) ? theme.background : theme.text;
      const number = kind === 'conv' ? weightNumber(small, weight) : weight + 1;
      context.fillText(String(number), x + (cell - inset) / 2, y + (cell - inset) / 2 + 0.5);
    });
    context.globalAlpha = 1;
    if (focus.point !== 'line') return;
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    const [column, row] = focus.at;
    if (row < rows) context.strokeRect(column * cell + 1, row * cell + 1, cell - 1, cell - 1);
  }
}
