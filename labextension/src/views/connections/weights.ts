import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../../shared/dom';
import { weightColor } from './colors';
import { type Focus, lineBetween } from './focus';
import { weightNumber } from './layers';
import type { ConnectionsModel } from './model';

/** The weights that the windows of the convolution share: point at one to see its lines. */
export class Weights {
  readonly root: HTMLElement;
  private readonly grids: HTMLElement;
  private cells: HTMLButtonElement[] = [];
  private built = '';

  /** @param pointed with a line that carries the weight, or null when the pointer leaves */
  constructor(
    private readonly model: ConnectionsModel,
    private readonly pointed: (focus: Focus | null, pressed: boolean) => void,
  ) {
    this.grids = el('div', 'dlw-connections-kernels', {
      role: 'group',
      'aria-label': () => t('Weights of the convolution'),
    });
    this.root = el(
      'div',
      'dlw-connections-weights',
      {},
      el('div', 'dlw-concept-label', {}, () => t('Weights of the convolution: point at one')),
      this.grids,
    );
  }

  private focusOf(weight: number): Focus | null {
    const { conv } = this.model.drawn;
    const line = conv.lines[conv.byWeight.get(weight)?.[0] ?? -1];
    return line ? { point: 'line', at: [line.input, line.output] } : null;
  }

  /** One stop of the Tab key for all weights; the arrow keys go from one to the next. */
  private onKey(event: KeyboardEvent, weight: number): void {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const order = [...this.grids.querySelectorAll<HTMLButtonElement>('.dlw-connections-weight')];
    const here = order.indexOf(this.cells[weight]!);
    const next = order[(here + by + order.length) % order.length]!;
    next.focus();
    next.click();
  }

  private build(rows: number, columns: number, filters: number): void {
    this.cells = Array.from({ length: rows * columns * filters }, (_, weight) => {
      const cell = el('button', 'dlw-connections-weight', { type: 'button' });
      cell.addEventListener('pointerenter', (event) => {
        if (event.pointerType !== 'touch') this.pointed(this.focusOf(weight), false);
      });
      cell.addEventListener('pointerleave', () => this.pointed(null, false));
      cell.addEventListener('click', () => this.pointed(this.focusOf(weight), true));
      cell.addEventListener('keydown', (event) => this.onKey(event, weight));
      return cell;
    });
    const grids = Array.from({ length: filters }, (_, filter) => {
      const grid = el('div', 'dlw-connections-kernel');
      grid.style.setProperty('--dlw-columns', String(columns));
      // Keras's kernel has the filters last.
      grid.append(...this.cells.filter((_cell, weight) => weight % filters === filter));
      return grid;
    });
    this.grids.replaceChildren(...grids);
  }

  show(theme: Theme, focus: Focus): void {
    const { small, drawn } = this.model;
    const [columns, rows] = [small.kernel.at(-1)!, small.kernel.length > 1 ? small.kernel[0]! : 1];
    const key = [rows, columns, small.filters].join();
    this.root.hidden = drawn.conv.lines.length === 0;
    if (this.root.hidden) return;
    if (this.built !== key) this.build(rows, columns, small.filters);
    this.built = key;
    const line = focus.point === 'line' ? lineBetween(drawn.conv, ...focus.at) : null;
    const chosen = line === null ? -1 : drawn.conv.lines[line]!.weight;
    this.cells.forEach((cell, weight) => {
      const number = weightNumber(small, weight);
      setText(cell, String(number));
      cell.style.background = weightColor(theme, 'conv', weight, drawn.conv.byWeight.size);
      cell.style.color = theme.background;
      const lines = drawn.conv.byWeight.get(weight)?.length ?? 0;
      setAttributes(cell, {
        tabindex: weight === Math.max(0, chosen) ? 0 : -1,
        'aria-pressed': String(weight === chosen),
        'aria-label': t('Weight {number}, on {lines} lines', { number, lines }),
      });
    });
  }
}
