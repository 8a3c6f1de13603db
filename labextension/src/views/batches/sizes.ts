import { t } from '../../core/i18n';
import { formatInteger, formatPercent } from '../../shared/format';
import { el, setText } from '../../shared/dom';
import type { BatchesModel } from './model';
import { noise, planOf } from './plan';

const SIZES = [1, 8, 32, 128, 512];
const ROWS = SIZES.length + 2;

interface Row {
  root: HTMLElement;
  button: HTMLButtonElement;
  cells: readonly HTMLElement[];
  size: number;
}

/** What other batch sizes would do: a click sets one. */
export class Sizes {
  readonly root: HTMLElement;
  private readonly rows: readonly Row[];

  constructor(
    private readonly model: BatchesModel,
    chosen: (size: number) => void,
  ) {
    this.rows = Array.from({ length: ROWS }, () => {
      const button = el('button', 'dlw-batches-size', {
        type: 'button',
        title: () => t('Set the batch size.'),
      });
      const cells = [el('td'), el('td'), el('td')];
      const root = el('tr', '', {}, el('th', '', { scope: 'row' }, button), ...cells);
      const row: Row = { root, button, cells, size: 1 };
      button.addEventListener('click', () => chosen(row.size));
      return row;
    });
    const head = (text: () => string): HTMLElement => el('th', '', { scope: 'col' }, text);
    this.root = el(
      'table',
      'dlw-batches-sizes',
      {},
      el(
        'thead',
        '',
        {},
        el(
          'tr',
          '',
          {},
          head(() => t('Batch size')),
          head(() => t('Iterations of an epoch')),
          head(() => t('Last batch')),
          el(
            'th',
            '',
            {
              scope: 'col',
              title: () =>
                t(
                  'How much the gradient of a random batch differs from that of all samples; one sample is 100%.',
                ),
            },
            () => t('Noise of the gradient'),
          ),
        ),
      ),
      el('tbody', '', {}, ...this.rows.map(({ root }) => root)),
    );
  }

  show(): void {
    const { samples, batch_size, epochs, drop_remainder } = this.model.now;
    const sizes = [...new Set([...SIZES, Math.min(batch_size, samples), samples])]
      .filter((size) => size <= samples)
      .sort((a, b) => a - b);
    this.rows.forEach((row, i) => {
      const size = sizes[i];
      row.root.hidden = size === undefined;
      if (size === undefined) return;
      row.size = size;
      const { iterations, last } = planOf(samples, size, epochs, drop_remainder);
      setText(
        row.button,
        size === samples ? t('{size} (all)', { size: formatInteger(size) }) : formatInteger(size),
      );
      row.button.ariaPressed = String(size === Math.min(batch_size, samples));
      setText(row.cells[0]!, formatInteger(iterations));
      setText(row.cells[1]!, formatInteger(last));
      setText(row.cells[2]!, formatPercent(noise(samples, size), 1));
    });
  }
}
