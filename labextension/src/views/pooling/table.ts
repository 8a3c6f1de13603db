import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { formatInteger } from '../../shared/format';
import type { PoolingModel } from './model';
import { fits, network, type Row, weightsOf } from './network';
import { savings } from './texts';

/** The layers of the table: pooling has a row of its own after the first two convolutions. */
const LAYERS = ['conv', 'pool', 'conv', 'pool', 'conv', 'flatten', 'dense'] as const;
const FILTERS = [32, 0, 64, 0, 64];

interface Side {
  cell: HTMLElement;
  shape: HTMLElement;
  sees: HTMLElement;
  weights: HTMLElement;
}

/** A network with and without pooling: shapes, what a value sees, and weights. */
export class NetworkTable {
  readonly root: HTMLElement;
  private readonly names: HTMLElement[] = [];
  private readonly sides: (readonly [Side, Side])[] = [];
  private readonly totals = [el('td', 'dlw-pooling-weights'), el('td', 'dlw-pooling-weights')] as const;
  private readonly words = el('p', 'dlw-pooling-savings');

  constructor(units: HTMLElement) {
    const side = (): Side => {
      const [shape, sees] = [el('span', 'dlw-pooling-shape'), el('span', 'dlw-pooling-sees')];
      const weights = el('td', 'dlw-pooling-weights');
      return { cell: el('td', '', {}, shape, ' ', sees), shape, sees, weights };
    };
    const rows = LAYERS.map(() => {
      const name = el('th', '', { scope: 'row' });
      const pair = [side(), side()] as const;
      this.names.push(name);
      this.sides.push(pair);
      return el('tr', '', {}, name, ...pair.flatMap(({ cell, weights }) => [cell, weights]));
    });
    const group = (text: () => string): HTMLElement => el('th', '', { colspan: 2, scope: 'colgroup' }, text);
    const heads = [0, 1].flatMap(() => [
      el('th', '', { scope: 'col' }, () => t('Output')),
      el('th', 'dlw-pooling-weights', { scope: 'col' }, () => t('Weights')),
    ]);
    this.root = el(
      'section',
      'dlw-pooling-network',
      { 'aria-label': () => t('A network with and without pooling') },
      el(
        'div',
        'dlw-pooling-network-head',
        {},
        el('strong', '', {}, () => t('A network with and without pooling')),
        units,
      ),
      el(
        'table',
        'dlw-pooling-table',
        {},
        el(
          'thead',
          '',
          {},
          el(
            'tr',
            '',
            {},
            el('td'),
            group(() => t('without')),
            group(() => t('with pooling')),
          ),
          el(
            'tr',
            '',
            {},
            el('th', '', { scope: 'col' }, () => t('Layer')),
            ...heads,
          ),
        ),
        el('tbody', '', {}, ...rows),
        el(
          'tfoot',
          '',
          {},
          el(
            'tr',
            '',
            {},
            el('th', '', { scope: 'row' }, () => t('All weights')),
            el('td'),
            this.totals[0],
            el('td'),
            this.totals[1],
          ),
        ),
      ),
      this.words,
    );
  }

  show(model: PoolingModel): void {
    const { now, setting } = model;
    const units = Number(now.units);
    const both = [network(setting, units, false), network(setting, units, true)] as const;
    this.names.forEach((name, i) => setText(name, this.nameOf(i, model)));
    both.forEach((rows, which) => {
      let next = 0;
      this.sides.forEach((pair, i) => {
        const side = pair[which]!;
        const row = rows[next]?.layer === LAYERS[i] ? rows[next] : null;
        if (row) next += 1;
        show(side, row ?? null);
      });
      setText(this.totals[which]!, fits(rows) ? formatInteger(weightsOf(rows)) : '–');
    });
    setText(this.words, savings(model));
  }

  private nameOf(i: number, { now }: PoolingModel): string {
    const layer = LAYERS[i]!;
    if (layer === 'conv') return t('{filters} filters 3×3', { filters: FILTERS[i]! });
    if (layer === 'pool') {
      const size = `${now.window}×${now.window}`;
      return t('pooling {size}, stride {stride}', { size, stride: now.stride });
    }
    return layer === 'flatten' ? t('flatten') : t('dense, {units} units', { units: now.units });
  }
}

function show({ shape, sees, weights }: Side, row: Row | null): void {
  const fits = row !== null && row.side > 0;
  const spatial = row?.layer === 'conv' || row?.layer === 'pool';
  setText(weights, fits && row.weights > 0 ? formatInteger(row.weights) : '');
  setText(sees, fits && spatial ? t('sees {size}', { size: `${row.sees}×${row.sees}` }) : '');
  if (!row) setText(shape, '');
  else if (!fits) setText(shape, t('doesn’t fit'));
  else setText(shape, spatial ? `${row.side}×${row.side}×${row.channels}` : formatInteger(row.channels));
}
