import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { formatInteger, formatValue } from '../../shared/format';
import { LINES, quantiles } from './bins';
import { axisText } from './frame';
import { chosen } from './ridge';
import type { Axis, Rows } from './rows';

const MOST = 24;

/** Quantiles of a name at some of its steps, for those who read numbers rather than colors. */
export class QuantileTable {
  private readonly body = el('tbody');
  private readonly caption = el('caption');
  private readonly step = el('th', '', { scope: 'col' });
  readonly root: HTMLElement;

  constructor() {
    const heads = [
      () => t('Minimum'),
      () => t('16th percentile'),
      () => t('Median'),
      () => t('84th percentile'),
      () => t('Maximum'),
      () => t('Values'),
    ].map((text) => el('th', '', { scope: 'col' }, text));
    const table = el(
      'table',
      '',
      {},
      this.caption,
      el('thead', '', {}, el('tr', '', {}, this.step, ...heads)),
      this.body,
    );
    this.root = el('div', 'dlw-histogram-table', { tabindex: 0, hidden: true }, table);
  }

  show(name: string, rows: Rows, axis: Axis): void {
    setText(this.caption, t('Quantiles of {name}', { name }));
    setText(this.step, { step: t('Step'), epoch: t('Epoch'), time: t('Time') }[axis]);
    const lines = chosen(rows, axis, MOST).map((row) =>
      el(
        'tr',
        '',
        {},
        el('th', '', { scope: 'row' }, axisText(axis, rows.at(row, axis))),
        ...quantiles(rows, row, LINES).map((value) => el('td', '', {}, formatValue(value))),
        el('td', '', {}, formatInteger(rows.total(row))),
      ),
    );
    this.body.replaceChildren(...lines);
  }
}
