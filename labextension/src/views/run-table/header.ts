/** The head of the table: a button for each column that sorts by it. */

import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { type Column, COLUMNS, columnTitle } from './records';

export function headerCells(
  sortedBy: Column,
  descending: boolean,
  metric: string,
  sort: (column: Column) => void,
): HTMLElement[] {
  const eye = el('th', 'dlw-rt-eye', { scope: 'col', role: 'columnheader' });
  eye.append(el('span', 'dlw-sr-only', {}, t('Curves')));
  const cells = COLUMNS.map((column) => {
    const now = column === sortedBy;
    const title = columnTitle(column, metric);
    const button = el('button', 'dlw-rt-sort', { type: 'button', 'data-sort': column, title });
    button.append(el('span', 'dlw-rt-clip', {}, title));
    button.append(el('span', 'dlw-rt-arrow', { 'aria-hidden': 'true' }, now ? (descending ? '↓' : '↑') : ''));
    button.addEventListener('click', () => sort(column));
    const order = now ? (descending ? 'descending' : 'ascending') : 'none';
    return el('th', `dlw-rt-${column}`, { scope: 'col', role: 'columnheader', 'aria-sort': order }, button);
  });
  return [eye, ...cells];
}
