import { el, setText } from '../dom';
import { NumberCell, type NumberOptions } from './number-cell';

interface Options extends NumberOptions {
  name: () => string;
  /** What one number is called, by row and column from 0. */
  cell: (row: number, column: number) => string;
  changed: (rows: number[][]) => void;
}

/** A matrix of numbers to edit. */
export class NumberGrid {
  readonly root: HTMLElement;
  private rows: readonly (readonly number[])[] = [];
  private cells: NumberCell[][] = [];

  constructor(private readonly options: Options) {
    this.root = el('div', 'dlw-number-grid', { role: 'group', 'aria-label': options.name });
  }

  show(rows: readonly (readonly number[])[]): void {
    const [height, width] = [rows.length, rows[0]?.length ?? 0];
    if (this.cells.length !== height || this.cells[0]?.length !== width) this.build(height, width);
    this.rows = rows;
    const largest = Math.max(1e-9, ...rows.flat().map(Math.abs));
    rows.forEach((row, y) =>
      row.forEach((value, x) => this.cells[y]![x]!.show(value, Math.abs(value) / largest)),
    );
  }

  /** Marks one number; outside for none. Without a column its whole row, without a row its column. */
  mark(row: number | null, column: number | null): void {
    this.cells.forEach((cells, y) =>
      cells.forEach(({ root }, x) =>
        root.classList.toggle('dlw-number-marked', (row ?? y) === y && (column ?? x) === x),
      ),
    );
  }

  private build(height: number, width: number): void {
    const { cell } = this.options;
    this.cells = Array.from({ length: height }, (_, y) =>
      Array.from(
        { length: width },
        (_none, x) =>
          new NumberCell({
            ...this.options,
            name: () => cell(y, x),
            changed: (value) => this.put(y, x, value),
            leave: (by) => this.leave(y * width + x + by),
          }),
      ),
    );
    this.root.style.setProperty('--dlw-columns', String(width));
    this.root.replaceChildren(...this.cells.flat().map(({ root }) => root));
  }

  private leave(to: number): boolean {
    const next = this.cells.flat()[to];
    next?.root.focus();
    return next !== undefined;
  }

  private put(y: number, x: number, value: number): void {
    this.options.changed(this.rows.map((row, i) => row.map((old, j) => (i === y && j === x ? value : old))));
  }
}

/** A matrix of numbers to read, with the same look. */
export class NumberTable {
  readonly root: HTMLElement;
  private cells: HTMLElement[][] = [];

  constructor(name: () => string) {
    this.root = el('div', 'dlw-number-grid', { role: 'img', 'aria-label': name });
  }

  /** @param background the color of a number; "" for none */
  show(
    rows: readonly (readonly number[])[],
    write: (value: number) => string,
    background: (value: number) => { fill: string; text: string },
  ): void {
    const [height, width] = [rows.length, rows[0]?.length ?? 0];
    if (this.cells.length !== height || this.cells[0]?.length !== width) {
      this.cells = rows.map((row) => row.map(() => el('span', 'dlw-number')));
      this.root.style.setProperty('--dlw-columns', String(width));
      this.root.replaceChildren(...this.cells.flat());
    }
    rows.forEach((row, y) =>
      row.forEach((value, x) => {
        const cell = this.cells[y]![x]!;
        setText(cell, write(value));
        const { fill, text } = background(value);
        cell.style.background = fill;
        cell.style.color = text;
      }),
    );
  }

  mark(row: number, column: number): void {
    this.cells.forEach((cells, y) =>
      cells.forEach((cell, x) => cell.classList.toggle('dlw-number-marked', y === row && x === column)),
    );
  }
}
