import { t } from '../../core/i18n';
import { DrawnView } from '../../core/view';
import { el, setText } from '../../shared/dom';
import { inlineMarkup } from '../../shared/inline-markup';
import type { ResultsRow, ResultsTableModel } from './model';

/** Printed in the source, measured here, this run, and why they differ; on a phone, a block for each figure. */
export class ResultsTableView extends DrawnView {
  declare model: ResultsTableModel;
  private table!: HTMLTableElement;
  private known = '';

  override render(): void {
    super.render();
    this.el.classList.add('dlw-results');
    this.table = el('table', 'dlw-results-table');
    this.el.append(this.table);
  }

  protected override draw(): void {
    const rows = this.model.shown;
    const run = this.model.localized('run_title');
    const heads = [
      t('Figure'),
      t('Printed in the source'),
      t('Measured here'),
      ...(run === '' ? [] : [run]),
      t('Why they differ'),
    ];
    const known = JSON.stringify([heads, rows]);
    if (known === this.known) return;
    this.known = known;
    const scope = { scope: 'col' };
    const head = el('tr', '', {}, ...heads.map((name) => el('th', '', scope, name)));
    const body = rows.map((row) => this.row(row, heads, run !== ''));
    this.table.replaceChildren(el('thead', '', {}, head), el('tbody', '', {}, ...body));
    this.el.dataset.ready = 'true';
  }

  private row(row: ResultsRow, heads: readonly string[], withRun: boolean): HTMLElement {
    const title = el('th', '', { scope: 'row' }, row.title);
    const printed = this.cell(row.printed, heads[1]!, row.where);
    const measured = this.cell(row.measured, heads[2]!, row.how);
    const here = this.cell(row.here, heads[3]!, '');
    const why = el('td', 'dlw-results-why', {}, ...inlineMarkup(row.why));
    return el('tr', '', {}, title, printed, measured, ...(withRun ? [here] : []), why);
  }

  /** A number, with its source or how it was measured in small print. */
  private cell(text: string, head: string, small: string): HTMLElement {
    const number = el('span', 'dlw-results-number');
    setText(number, text === '' ? '–' : text);
    const note = small === '' ? [] : [el('small', 'dlw-results-note', {}, small)];
    return el('td', '', { 'data-head': head }, number, ...note);
  }
}
