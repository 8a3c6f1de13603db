import { el, setText, type Text } from '../../shared/dom';

/** Numbers by dimension, in a table with one row each. */
export class NumberRows {
  readonly root: HTMLElement;
  private readonly cells: readonly (readonly HTMLElement[])[];

  /** @param heads of the columns beside the first one, which has the dimension */
  constructor(label: Text, heads: readonly string[], rows: number) {
    const head = el(
      'tr',
      '',
      {},
      el('th', '', { scope: 'col' }, ''),
      ...heads.map((text) => el('th', '', { scope: 'col' }, text)),
    );
    this.cells = Array.from({ length: rows }, () => heads.map(() => el('td')));
    const body = this.cells.map((cells, i) =>
      el('tr', '', {}, el('th', '', { scope: 'row' }, String(i + 1)), ...cells),
    );
    this.root = el(
      'table',
      'dlw-reparam-table',
      { 'aria-label': label },
      el('thead', '', {}, head),
      el('tbody', '', {}, ...body),
    );
  }

  show(rows: readonly (readonly string[])[]): void {
    this.cells.forEach((cells, i) => cells.forEach((cell, j) => setText(cell, rows[i]![j]!)));
  }
}
