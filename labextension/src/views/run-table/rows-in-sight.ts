/** The rows of the table that are in sight: of hundreds only those are in the page. */

import { el, setAttributes } from '../../shared/dom';
import type { RunRow } from './records';
import { Row, type RowActions, type RowState } from './row';

/** Rows that are kept above and below those in sight. */
const SPARE = 8;

export interface Sight {
  /** All rows that fit the search, in their order. */
  shown: readonly RunRow[];
  /** The id of the row for the keys. */
  active: string;
  /** Of a row, of what is above, and of what is in sight, in pixels. */
  height: number;
  top: number;
  room: number;
  stateOf(run: RunRow): RowState;
}

export class RowsInSight {
  readonly body: HTMLTableSectionElement;
  private readonly above = el('tr', 'dlw-rt-space', { 'aria-hidden': 'true' });
  private readonly below = el('tr', 'dlw-rt-space', { 'aria-hidden': 'true' });
  private readonly lines = new Map<string, Row>();

  constructor(private readonly actions: RowActions) {
    this.body = el('tbody', '', { role: 'rowgroup' }, this.above, this.below);
  }

  fill(sight: Sight): void {
    const { shown, height, top, room } = sight;
    const first = Math.max(0, Math.min(shown.length, Math.floor(top / height)) - SPARE);
    const last = Math.min(shown.length, Math.ceil((top + room) / height) + SPARE);
    const nodes = shown.slice(first, last).map((run, i) => this.line(run, first + i, sight));
    // The row that has the focus stays, or the focus would be lost with it.
    const held = shown.findIndex(({ id }) => id === sight.active);
    const outside = held >= 0 && (held < first || held >= last);
    if (outside && this.lines.get(sight.active)?.element.contains(document.activeElement)) {
      const line = this.line(shown[held]!, held, sight);
      line.classList.add('dlw-rt-away');
      if (held < first) nodes.unshift(line);
      else nodes.push(line);
    }
    this.above.style.height = `${first * height}px`;
    this.below.style.height = `${(shown.length - last) * height}px`;
    this.place(nodes);
  }

  focus(id: string): void {
    this.lines.get(id)?.element.focus({ preventScroll: true });
  }

  rename(id: string): void {
    this.lines.get(id)?.rename();
  }

  /** Draws all rows anew with the next `fill`. */
  forget(): void {
    for (const row of this.lines.values()) row.forget();
  }

  private line(run: RunRow, index: number, sight: Sight): HTMLElement {
    let row = this.lines.get(run.id);
    if (!row) this.lines.set(run.id, (row = new Row(run, this.actions)));
    row.show(run, sight.stateOf(run));
    row.element.classList.remove('dlw-rt-away');
    setAttributes(row.element, { 'aria-rowindex': index + 2, role: 'row' });
    return row.element;
  }

  /** Puts the rows between the two spaces; those in their place aren't moved, so that they keep the focus. */
  private place(nodes: readonly HTMLElement[]): void {
    const kept = new Set<Element>(nodes);
    for (const [id, row] of this.lines) {
      if (kept.has(row.element)) continue;
      row.element.remove();
      this.lines.delete(id);
    }
    let before: Element = this.above;
    for (const node of nodes) {
      if (before.nextElementSibling !== node) before.after(node);
      before = node;
    }
  }
}
