import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { el, setText, type Text } from '../../shared/dom';
import { formatPercent } from '../../shared/format';
import { errorsOf, type Line } from './lines';
import { worst } from './texts';

/** Both errors of both lines, and what the worst point has of them. */
export class ErrorsTable {
  readonly root: HTMLElement;
  private readonly rows: HTMLElement[][] = [];
  private readonly share = el('p', 'dlw-metrics-share');

  constructor() {
    const row = (name: () => string, color: string): HTMLElement => {
      const cells = [el('td'), el('td'), el('td')];
      this.rows.push(cells);
      const swatch = el('span', `dlw-metrics-swatch dlw-metrics-${color}`);
      return el('tr', '', {}, el('th', '', { scope: 'row' }, swatch, name), ...cells);
    };
    const head = (text: Text): HTMLElement => el('th', '', { scope: 'col' }, text);
    this.root = el(
      'div',
      'dlw-metrics-errors',
      {},
      el(
        'table',
        'dlw-metrics-table',
        {},
        el(
          'tr',
          '',
          {},
          head(() => t('Line with the lowest')),
          head('MSE'),
          head('MAE'),
          head(() => t('slope')),
        ),
        row(() => t('squared error'), 'squares'),
        row(() => t('absolute error'), 'absolute'),
      ),
      this.share,
    );
  }

  show(y: readonly number[], squares: Line, absolute: Line): void {
    [squares, absolute].forEach((line, i) => {
      const { mse, mae } = errorsOf(y, line);
      [mse, mae, line[1]].forEach((value, j) => setText(this.rows[i]![j]!, short(value)));
    });
    const most = worst(y, squares);
    setText(
      this.share,
      t('The point at x = {x} makes up {squared} of the first line’s MSE, but {absolute} of its MAE.', {
        x: most.x,
        squared: formatPercent(most.squared),
        absolute: formatPercent(most.absolute),
      }),
    );
  }
}
