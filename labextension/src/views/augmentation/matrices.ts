import { t } from '../../core/i18n';
import { NumberTable } from '../../shared/concept/number-grid';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { type FactorName, FACTORS, factors, type Size, type Throw, whole } from './throws';

function nameOf(name: FactorName): string {
  switch (name) {
    case 'rotate':
      return t('Rotate');
    case 'shift':
      return t('Shift');
    case 'shear':
      return t('Shear');
    case 'zoom':
      return t('Zoom');
    case 'flip':
      return t('Flip');
  }
}

const PLAIN = (): { fill: string; text: string } => ({ fill: '', text: '' });

/** What a throw consists of, as matrices, and their product. */
export class Matrices {
  readonly root: HTMLElement;
  private readonly tables: readonly [FactorName, NumberTable, HTMLElement][];
  private readonly all = new NumberTable(() => t('Product'));

  constructor() {
    this.tables = FACTORS.map((name) => {
      const table = new NumberTable(() => nameOf(name));
      const label = el('span', 'dlw-concept-label', {}, () => nameOf(name));
      return [name, table, el('div', 'dlw-augment-matrix', {}, label, table.root)];
    });
    const sign = (text: string): HTMLElement =>
      el('span', 'dlw-augment-sign', { 'aria-hidden': 'true' }, text);
    const signed = this.tables.flatMap(([, , root], i) => (i === 0 ? [root] : [sign('·'), root]));
    this.root = el(
      'div',
      'dlw-augment-matrices',
      {},
      ...signed,
      sign('='),
      el(
        'div',
        'dlw-augment-matrix',
        {},
        el('span', 'dlw-concept-label', {}, () => t('Product')),
        this.all.root,
      ),
    );
  }

  show(thrown: Throw, size: Size): void {
    const parts = factors(thrown, size);
    for (const [name, table, root] of this.tables) {
      table.show(parts[name], short, PLAIN);
      root.classList.toggle('dlw-augment-same', isIdentity(parts[name]));
    }
    this.all.show(whole(thrown, size), short, PLAIN);
  }
}

function isIdentity(rows: readonly (readonly number[])[]): boolean {
  return rows.every((row, i) => row.every((value, j) => value === Number(i === j)));
}
