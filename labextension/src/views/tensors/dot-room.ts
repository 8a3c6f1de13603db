import { t } from '../../core/i18n';
import { Stepper } from '../../shared/concept/fields';
import { NumberGrid, NumberTable } from '../../shared/concept/number-grid';
import { factor, short } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import type { TensorsModel } from './model';
import { RATE, type Room } from './room';
import { dot, tuple } from './shapes';

type Rows = readonly (readonly number[])[];

const MOST = 4;
/** The next entry comes after so many steps of the animation. */
const EVERY = Math.round(RATE * 0.8);

/** The matrix product, row by column. */
export class DotRoom implements Room {
  readonly root: HTMLElement;
  private readonly left: NumberGrid;
  private readonly right: NumberGrid;
  private readonly result = new NumberTable(() => t('Result'));
  private readonly misfit = el('p', 'dlw-tensors-misfit');
  private readonly steppers: readonly [Stepper, (rows: Rows) => number, 'left' | 'right'][];
  private readonly names = { left: el('span'), right: el('span'), result: el('span') };
  private step = 0;

  constructor(
    private readonly model: TensorsModel,
    point: (at: readonly number[]) => void,
  ) {
    const grid = (name: 'left' | 'right', title: string): NumberGrid =>
      new NumberGrid({
        low: -99,
        high: 99,
        digits: 2,
        step: 1,
        name: () => title,
        cell: (row, column) =>
          t('{name}, row {row}, column {column}', { name: title, row: row + 1, column: column + 1 }),
        changed: (rows) => model.change({ [name]: rows }),
      });
    this.left = grid('left', 'x');
    this.right = grid('right', 'y');
    const stepper = (
      label: () => string,
      name: 'left' | 'right',
      ofRows: boolean,
    ): (typeof this.steppers)[0] => {
      const size = (rows: Rows): number => (ofRows ? rows.length : rows[0]!.length);
      const set = (n: number): void => {
        const rows = model.now[name];
        const [height, width] = ofRows ? [n, rows[0]!.length] : [rows.length, n];
        model.change({
          [name]: Array.from({ length: height }, (_, y) =>
            Array.from({ length: width }, (_, x) => rows[y]?.[x] ?? 1),
          ),
          at: [],
        });
      };
      return [new Stepper(label, 1, MOST, set), size, name];
    };
    this.steppers = [
      stepper(() => t('Rows of x'), 'left', true),
      stepper(() => t('Columns of x'), 'left', false),
      stepper(() => t('Rows of y'), 'right', true),
      stepper(() => t('Columns of y'), 'right', false),
    ];
    this.result.root.addEventListener('pointerdown', (event) => {
      const cells = [...this.result.root.children];
      const index = cells.indexOf(event.target as Element);
      const columns = model.now.right[0]!.length;
      if (index >= 0) point([Math.floor(index / columns), index % columns]);
    });
    this.root = el(
      'div',
      'dlw-tensors-room',
      {},
      el('div', 'dlw-concept-settings', {}, ...this.steppers.map(([one]) => one.root)),
      el(
        'div',
        'dlw-tensors-dot',
        {},
        el('div', 'dlw-tensors-dot-y', {}, this.names.right, this.right.root),
        el('div', 'dlw-tensors-dot-x', {}, this.names.left, this.left.root),
        el('div', 'dlw-tensors-dot-z', {}, this.names.result, this.result.root, this.misfit),
      ),
    );
  }

  private get product(): number[][] | null {
    return dot(this.model.now.left, this.model.now.right);
  }

  /** Row and column of the entry that is shown. */
  private get at(): readonly [number, number] {
    const { left, right, at } = this.model.now;
    const [rows, columns] = [left.length, right[0]!.length];
    if (at.length === 2) return [Math.min(rows - 1, at[0]!), Math.min(columns - 1, at[1]!)];
    const index = Math.floor(this.step / EVERY) % (rows * columns);
    return [Math.floor(index / columns), index % columns];
  }

  advance(playing: boolean): boolean {
    if (!this.product) return false;
    if (this.model.now.at.length > 0) {
      const [row, column] = this.at;
      this.step = (row * this.model.now.right[0]!.length + column) * EVERY;
      this.model.change({ at: [] });
    }
    this.step = playing ? this.step + 1 : (Math.floor(this.step / EVERY) + 1) * EVERY;
    return true;
  }

  finish(): void {
    // The entry that is shown stays.
  }

  show(): void {
    const { left, right } = this.model.now;
    for (const [stepper, size, name] of this.steppers) stepper.show(size(this.model.now[name]));
    this.left.show(left);
    this.right.show(right);
    const product = this.product;
    const [row, column] = this.at;
    const outside = product ? null : -1;
    this.left.mark(product ? row : -1, outside);
    this.right.mark(outside, product ? column : -1);
    setText(this.names.left, `x ${tuple([left.length, left[0]!.length])}`);
    setText(this.names.right, `y ${tuple([right.length, right[0]!.length])}`);
    setText(
      this.names.result,
      product ? `np.dot(x, y) ${tuple([left.length, right[0]!.length])}` : 'np.dot(x, y)',
    );
    this.result.root.hidden = !product;
    setText(
      this.misfit,
      product
        ? ''
        : t('x has {columns} columns and y has {rows} rows: they must be equal.', {
            columns: left[0]!.length,
            rows: right.length,
          }),
    );
    if (!product) return;
    this.result.show(product, short, () => ({ fill: '', text: '' }));
    this.result.mark(row, column);
  }

  formula(): string[] {
    const { left, right } = this.model.now;
    const product = this.product;
    if (!product) {
      const [a, b] = [tuple([left.length, left[0]!.length]), tuple([right.length, right[0]!.length])];
      return [
        `ValueError: shapes ${a} and ${b} not aligned: ${left[0]!.length} (dim 1) != ${right.length} (dim 0)`,
      ];
    }
    const [row, column] = this.at;
    const terms = left[row]!.map((value, i) => `${factor([value])}·${factor([right[i]![column]!])}`);
    return [
      `z[${row}, ${column}] = x[${row}, :] · y[:, ${column}] = ${terms.join(' + ')} = ${short(product[row]![column]!)}`,
      `(${left.length}, ${right.length}) · (${right.length}, ${right[0]!.length}) → ${tuple([left.length, right[0]!.length])}`,
    ];
  }

  remarks(): string[] {
    return [
      t('Each entry is a row of x times a column of y: as many products as the two have numbers.'),
      t('A `Dense` layer does this with a batch x and its weights y: a row per sample, a column per unit.'),
    ];
  }

  said(): string {
    const { left, right } = this.model.now;
    const product = this.product;
    const texts = {
      x: tuple([left.length, left[0]!.length]),
      y: tuple([right.length, right[0]!.length]),
    };
    if (!product) return t('Matrices of shapes {x} and {y} can’t be multiplied.', texts);
    const [row, column] = this.at;
    return t('The product of shapes {x} and {y}. Row {row}, column {column} of it is {value}.', {
      ...texts,
      row,
      column,
      value: short(product[row]![column]!),
    });
  }
}
