import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { formatInteger } from '../../shared/format';
import { drawCaption, drawCell, tint } from './cells';
import type { TensorsModel } from './model';
import { Movement, type Room } from './room';
import { ShapeField } from './shape-field';
import { broadcast, flatOf, paired, placeOf, type Shape, sizeOf, sourceOf, tuple } from './shapes';

/** Arrays with more rows or columns aren't drawn. */
const MOST = 8;

/** Two arrays are added: the smaller one is stretched, or they don't fit. */
export class BroadcastRoom implements Room {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly table = el('table', 'dlw-tensors-table');
  private readonly a: ShapeField;
  private readonly b: ShapeField;
  private readonly movement = new Movement();

  constructor(private readonly model: TensorsModel) {
    const good = (numbers: readonly number[]): Shape | null =>
      numbers.length <= 4 && numbers.every((n) => n >= 1 && n <= 100_000) ? numbers : null;
    this.a = new ShapeField(
      () => t('Shape of a'),
      good,
      (a) => model.change({ a }),
    );
    this.b = new ShapeField(
      () => t('Shape of b'),
      good,
      (b) => model.change({ b }),
    );
    this.root = el(
      'div',
      'dlw-tensors-room',
      {},
      el('div', 'dlw-concept-settings', {}, this.a.root, this.b.root),
      this.table,
      this.canvas,
    );
  }

  private get shapes(): readonly [Shape, Shape] {
    return [this.model.now.a, this.model.now.b];
  }

  private get result(): Shape | null {
    return broadcast(...this.shapes);
  }

  advance(playing: boolean): boolean {
    if (!this.result) return false;
    this.movement.advance(playing);
    return true;
  }

  finish(): void {
    this.movement.finish();
  }

  show(theme: Theme, width: number): void {
    const [a, b] = this.shapes;
    this.a.show(a);
    this.b.show(b);
    this.showTable(a, b);
    this.draw(theme, width);
  }

  /** The shapes below each other, with their last axes in one column. */
  private showTable(a: Shape, b: Shape): void {
    const pairs = paired(a, b);
    const key = JSON.stringify([a, b, t('Result')]);
    if (this.table.dataset.key === key) return;
    this.table.dataset.key = key;
    const row = (name: string, of: (number | null)[], missing: string): HTMLElement =>
      el(
        'tr',
        '',
        {},
        el('th', '', { scope: 'row' }, name),
        ...of.map((n, i) => {
          const { a: first, b: second, result } = pairs[i]!;
          const cell = el('td', '', {}, n === null ? missing : formatInteger(n));
          if (result === null) cell.className = 'dlw-tensors-bad';
          else if ((n ?? 1) === 1 && Math.max(first ?? 1, second ?? 1) > 1)
            cell.className = 'dlw-tensors-stretched';
          return cell;
        }),
      );
    this.table.replaceChildren(
      row(
        'a',
        pairs.map((one) => one.a),
        '·',
      ),
      row(
        'b',
        pairs.map((one) => one.b),
        '·',
      ),
      row(
        'a + b',
        pairs.map(({ result }) => result),
        '✗',
      ),
    );
  }

  private draw(theme: Theme, width: number): void {
    const [a, b] = this.shapes;
    const result = this.result;
    const small = [a, b].every((shape) => shape.length <= 2 && shape.every((n) => n <= MOST));
    this.canvas.hidden = !small;
    if (!small) return;
    const two = (shape: Shape): readonly [number, number] => [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const whole = result ? two(result) : null;
    const blocks = [whole ?? two(a), whole ?? two(b), ...(whole ? [whole] : [])];
    const across = blocks.reduce((sum, [, columns]) => sum + columns, 0);
    const gap = width < 480 ? 22 : 40;
    const side = Math.floor(Math.min(44, (width - gap * (blocks.length - 1)) / across));
    const high = Math.max(...blocks.map(([rows]) => rows)) * side;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${high + 24}px`;
    const context = sizedCanvas(this.canvas, width, high + 24);
    if (!context) return;
    const { share } = this.movement;
    const smooth = share * share * (3 - 2 * share);
    const top = 20;
    let left = 0;
    const values = [10, 1];
    [a, b].forEach((shape, which) => {
      const count = sizeOf(shape);
      const [rows, columns] = blocks[which]!;
      const from = left;
      drawCaption(context, theme, `${'ab'[which]}  ${tuple(shape)}`, from, top - 4);
      // What is stretched glides out from where its number is.
      for (let flat = rows * columns - 1; flat >= 0; flat -= 1) {
        const place = placeOf([rows, columns], flat);
        const source = whole
          ? sourceOf(shape, place.slice(2 - Math.max(shape.length, 0)))
          : placeOf(shape, flat);
        const index = shape.length === 0 ? 0 : flatOf(shape, source);
        const home = [source.at(-2) ?? 0, source.at(-1) ?? 0] as const;
        const ghost = home[0] !== place[0] || home[1] !== place[1];
        if (ghost && smooth === 0) continue;
        const at = (i: 0 | 1): number => (ghost ? home[i] + (place[i]! - home[i]) * smooth : home[i]);
        const value = which === 0 ? index * values[0]! : index + values[1]!;
        drawCell(context, theme, [from + at(1) * side, top + at(0) * side, side], {
          fill: tint(index, count, theme),
          text: String(value),
          ghost,
          alpha: ghost ? 0.75 : 1,
        });
      }
      left += columns * side + gap;
      if (which === 0 || whole) {
        context.font = `16px ${theme.font}`;
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        context.fillStyle = theme.text;
        context.fillText(which === 0 ? '+' : '=', left - gap / 2, top + high / 2);
      }
    });
    if (!whole) return;
    drawCaption(context, theme, `a + b  ${tuple(result!)}`, left, top - 4);
    for (let flat = 0; flat < whole[0] * whole[1]; flat += 1) {
      const place = placeOf(whole, flat);
      const index = (shape: Shape): number =>
        shape.length === 0 ? 0 : flatOf(shape, sourceOf(shape, place));
      const sum = index(a) * 10 + index(b) + 1;
      drawCell(context, theme, [left + place[1]! * side, top + place[0]! * side, side], {
        fill: theme.background,
        text: share === 1 ? String(sum) : undefined,
      });
    }
  }

  formula(): string[] {
    const [a, b] = this.shapes;
    const result = this.result;
    if (!result) {
      return [`ValueError: operands could not be broadcast together with shapes ${tuple(a)} ${tuple(b)}`];
    }
    return [`${tuple(a)} + ${tuple(b)} → ${tuple(result)}`];
  }

  remarks(): string[] {
    const [a, b] = this.shapes;
    const found = [
      t(
        'The shapes are compared from the last axis on. Two sizes fit if they are equal or one of them is 1.',
      ),
    ];
    if (this.result) {
      const bytes = 4 * (sizeOf(this.result) - Math.min(sizeOf(a), sizeOf(b)));
      if (bytes > 0) {
        found.push(t('The copies aren’t made in the memory: NumPy reads the same numbers again.'));
      }
      return found;
    }
    const fixed = remedy(a, b);
    found.push(
      fixed
        ? t('With b of shape {shape} they would fit: `b.reshape{shape}`.', { shape: tuple(fixed) })
        : t('Change a size to the other one or to 1.'),
    );
    return found;
  }

  said(): string {
    const [a, b] = this.shapes;
    const result = this.result;
    const texts = { a: tuple(a), b: tuple(b), result: result ? tuple(result) : '' };
    return result
      ? t('Arrays of shapes {a} and {b} are broadcast to {result}.', texts)
      : t('Arrays of shapes {a} and {b} don’t fit.', texts);
  }
}

/** The shape with an axis of size 1 at the end with which b would fit; null for none. */
export function remedy(a: Shape, b: Shape): Shape | null {
  const fixed = [...b, 1];
  return fixed.length <= a.length && broadcast(a, fixed) ? fixed : null;
}
