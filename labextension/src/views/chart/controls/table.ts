import { t, tn } from '../../../core/i18n';
import { el } from '../../../shared/dom';
import { formatDuration, formatInteger, formatValue } from '../../../shared/format';
import type { ChartData } from '../data/chart-data';
import { type Row, tableRows } from '../data/rows';
import type { SeriesInfo } from '../types';

const MOST_ROWS = 200;
const MOST_CELLS = 4000;
const UPDATE_MS = 1000;

/** The chart's numbers as a table, made when it is asked for: thousands of cells would be in the way otherwise. */
export class DataTable {
  readonly root = el('div', 'dlw-table', { role: 'region', tabindex: 0, hidden: true });
  private shown = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param refresh called, now and then, when `schedule` was: to call `update` */
  constructor(private readonly refresh: () => void) {}

  /** Asks for an update: once a second while the table is visible. */
  schedule(): void {
    if (!this.shown) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.refresh();
    }, UPDATE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  get visible(): boolean {
    return this.shown;
  }

  set visible(visible: boolean) {
    this.shown = visible;
    this.root.hidden = !visible;
    if (!visible) this.root.replaceChildren();
  }

  update(title: string, data: ChartData, series: readonly SeriesInfo[]): void {
    if (!this.shown) return;
    this.root.setAttribute('aria-label', t('Data table: {title}', { title: title || t('Chart') }));
    const most = Math.max(20, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / (series.length + 3))));
    const rows = tableRows(data, series, most);
    const total = data.total;
    const caption =
      rows.length === 0
        ? t('No data yet.')
        : tn('{title}: {n} row, latest first.', '{title}: {n} rows, latest first.', rows.length, {
            title: title || t('Chart'),
          });
    const hint =
      total > rows.length ? tn('The CSV file has {n} point.', 'The CSV file has all {n} points.', total) : '';
    const head = el(
      'tr',
      '',
      {},
      ...[t('Step number'), t('Epoch'), t('Time'), ...series.map((info) => info.name)].map(headCell),
    );
    this.root.replaceChildren(
      el(
        'table',
        '',
        {},
        el('caption', '', {}, [caption, hint].filter(Boolean).join(' ')),
        el('thead', '', {}, head),
        el('tbody', '', {}, ...rows.reverse().map((row) => bodyRow(row, series.length))),
      ),
    );
  }
}

function headCell(text: string): HTMLElement {
  return el('th', '', { scope: 'col', title: text }, text);
}

function bodyRow(row: Row, columns: number): HTMLElement {
  const cells = [
    el('th', '', { scope: 'row' }, formatInteger(row.step)),
    el('td', '', {}, String(Number(row.epoch.toFixed(2)))),
    el('td', '', {}, formatDuration(row.time)),
  ];
  for (let i = 0; i < columns; i += 1) {
    const value = row.values[i];
    cells.push(el('td', '', {}, value === undefined ? '' : formatValue(value)));
  }
  return el('tr', '', {}, ...cells);
}
