import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Menu } from '../../shared/concept/fields';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { drawCaption, drawCell, tint } from './cells';
import { MOST_CELLS } from './fields';
import type { TensorsModel } from './model';
import { Movement, type Room } from './room';
import { ShapeField } from './shape-field';
import { flatOf, placeOf, reshaped, type Shape, sizeOf, tuple } from './shapes';

type Spot = readonly [number, number];

/** The same numbers in another shape: each flies from its old place to its new one. */
export class ReshapeRoom implements Room {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly operation: Menu;
  private readonly shape: ShapeField;
  private readonly to: ShapeField;
  private readonly movement = new Movement();

  constructor(private readonly model: TensorsModel) {
    this.operation = new Menu(
      () => t('Operation'),
      (operation) => model.change({ operation: operation as 'reshape' }),
    );
    const good = (low: number) => (numbers: readonly number[]) =>
      numbers.length > 0 && numbers.length <= 4 && numbers.every((n) => n >= low && n <= 100_000)
        ? numbers
        : null;
    this.shape = new ShapeField(
      () => t('Shape of x'),
      (numbers) => {
        const shape = good(1)(numbers);
        return shape && sizeOf(shape) <= MOST_CELLS ? shape : null;
      },
      (shape) => model.change({ shape }),
    );
    this.to = new ShapeField(
      () => t('New shape (−1: what is left)'),
      good(-1),
      (to) => model.change({ to }),
    );
    this.root = el(
      'div',
      'dlw-tensors-room',
      {},
      el('div', 'dlw-concept-settings', {}, this.operation.root, this.shape.root, this.to.root),
      this.canvas,
    );
  }

  /** The shape before; that of the book where there are too many numbers to draw. */
  private get from(): Shape {
    const { shape } = this.model.now;
    return sizeOf(shape) <= MOST_CELLS ? shape : [3, 2];
  }

  private get after(): Shape | null {
    const { to, operation } = this.model.now;
    return operation === 'transpose' ? [...this.from].reverse() : reshaped(sizeOf(this.from), to);
  }

  /** The place in the new memory of a number, from that in the old one. */
  private moved(flat: number): number {
    if (this.model.now.operation === 'reshape') return flat;
    return flatOf(this.after!, placeOf(this.from, flat).reverse());
  }

  advance(playing: boolean): boolean {
    if (!this.after) return false;
    this.movement.advance(playing);
    return true;
  }

  finish(): void {
    this.movement.finish();
  }

  show(theme: Theme, width: number): void {
    const { now } = this.model;
    this.operation.show(
      [
        ['reshape', 'x.reshape'],
        ['transpose', 'x.T'],
      ],
      now.operation,
    );
    this.shape.show(this.from);
    this.to.show(now.to);
    this.to.root.hidden = now.operation === 'transpose';
    const count = sizeOf(this.from);
    const after = this.after ?? this.from;
    const extents = [extentOf(this.from), extentOf(after)] as const;
    const side = Math.floor(
      Math.min(40, (width - 4) / count, (width - 4) / Math.max(extents[0][0], extents[1][0])),
    );
    const [top, second] = [18, 18 + side + 34];
    const height = second + Math.max(extents[0][1], extents[1][1]) * side + 4;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const context = sizedCanvas(this.canvas, width, height);
    if (!context) return;
    const share = this.after ? this.movement.share : 0;
    const smooth = share * share * (3 - 2 * share);
    drawCaption(context, theme, t('In the memory, one after the other'), 0, top - 2);
    const done = share >= 0.5;
    const name = now.operation === 'transpose' ? 'x.T' : `x.reshape${tuple(now.to)}`;
    drawCaption(
      context,
      theme,
      done && this.after ? `${name}  ${tuple(after)}` : `x  ${tuple(this.from)}`,
      0,
      second - 4,
    );
    for (let flat = 0; flat < count; flat += 1) {
      const to = this.after ? this.moved(flat) : flat;
      const style = { fill: tint(flat, count, theme), text: String(flat) };
      const between = (a: number, b: number): number => a + (b - a) * smooth;
      drawCell(context, theme, [between(flat, to) * side, top, side], style);
      const [x0, y0] = spotOf(this.from, flat);
      const [x1, y1] = spotOf(after, to);
      drawCell(context, theme, [between(x0, x1) * side, second + between(y0, y1) * side, side], style);
    }
  }

  formula(): string[] {
    const { now } = this.model;
    const count = sizeOf(this.from);
    const line = `x.shape = ${tuple(this.from)}: ${this.from.join('·')} = ${count}`;
    if (now.operation === 'transpose') return [line, `x.T.shape = ${tuple(this.after!)}`];
    if (!this.after) {
      return [line, `ValueError: cannot reshape array of size ${count} into shape ${tuple(now.to)}`];
    }
    return [
      line,
      `x.reshape${tuple(now.to)}.shape = ${tuple(this.after)}: ${this.after.join('·')} = ${count}`,
    ];
  }

  remarks(): string[] {
    if (!this.after) {
      return [
        t('The new shape must have as many numbers as the old one. −1 lets NumPy find one of its sizes.'),
      ];
    }
    return this.model.now.operation === 'reshape'
      ? [t('Reshaping keeps the order in the memory: only the ends of the rows move.')]
      : [t('Transposing swaps rows and columns, so the order becomes another one. Reshaping can’t do that.')];
  }

  said(): string {
    const { now } = this.model;
    if (!this.after) {
      return t('An array of shape {shape} can’t have the shape {to}: it has {count} numbers.', {
        shape: tuple(this.from),
        to: tuple(now.to),
        count: sizeOf(this.from),
      });
    }
    const texts = { shape: tuple(this.from), to: tuple(this.after) };
    return now.operation === 'reshape'
      ? t('An array of shape {shape} is reshaped into {to}. Its numbers keep their order.', texts)
      : t('An array of shape {shape} is transposed into {to}. Its rows become columns.', texts);
  }
}

/** Width and height in cells: an axis before the last two puts tables beside each other. */
function extentOf(shape: Shape): Spot {
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const tables = sizeOf(shape.slice(0, -2));
  return [tables * columns + (tables - 1) * 0.5, rows];
}

/** Where a number is, in cells. */
function spotOf(shape: Shape, flat: number): Spot {
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const table = Math.floor(flat / (rows * columns));
  const left = flat % (rows * columns);
  return [table * (columns + 0.5) + (left % columns), Math.floor(left / columns)];
}
