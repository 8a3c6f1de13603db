import { t } from '../../core/i18n';
import { NumberGrid, NumberTable } from '../../shared/concept/number-grid';
import { colorOf, css, inkOn, type Scale } from '../../shared/concept/paint';
import { el, setText } from '../../shared/dom';
import type { Kernel } from './correlate';
import { short } from './numbers';

interface Shown {
  patch: readonly (readonly number[])[];
  /** As the user edits it, and as it is used. */
  kernel: Kernel;
  used: Kernel;
  /** What the sum is called. */
  name: string;
  result: string;
  scale: Scale;
  dark: boolean;
}

/** Patch × kernel = products, and their sum: the numbers of the window, of which the kernel's can be edited. */
export class Equation {
  readonly root: HTMLElement;
  readonly kernel: NumberGrid;
  /** The column of the kernel. */
  readonly kernelPart: HTMLElement;
  private readonly patch = new NumberTable(() => t('Pixels under the window'));
  private readonly products = new NumberTable(() => t('Products'));
  private readonly sum = el('span', 'dlw-concept-label');
  private readonly result = el('output', 'dlw-convolution-result', { 'aria-live': 'off' });

  constructor(changed: (kernel: number[][]) => void) {
    this.kernel = new NumberGrid({
      low: -99,
      high: 99,
      digits: 4,
      step: 1,
      name: () => t('Kernel'),
      cell: (row, column) => t('Kernel, row {row}, column {column}', { row: row + 1, column: column + 1 }),
      changed,
    });
    const column = (label: () => string, content: HTMLElement): HTMLElement =>
      el('div', 'dlw-equation-part', {}, el('span', 'dlw-concept-label', {}, label), content);
    const sign = (text: string): HTMLElement =>
      el('span', 'dlw-equation-sign', { 'aria-hidden': 'true' }, text);
    const kernel = column(() => t('Kernel: edit the numbers'), this.kernel.root);
    this.root = el(
      'div',
      'dlw-equation',
      {},
      column(() => t('Window'), this.patch.root),
      sign('×'),
      kernel,
      sign('='),
      column(() => t('Products'), this.products.root),
      sign('→'),
      el('div', 'dlw-equation-part', {}, this.sum, this.result),
    );
    this.kernelPart = kernel;
  }

  show({ patch, kernel, used, name, result, scale, dark }: Shown): void {
    const wide = kernel[0]!.length;
    this.root.classList.toggle('dlw-equation-wide', wide > 3);
    const write = (value: number): string => short(value, wide > 3 ? 1 : 2);
    this.patch.show(patch, write, (value) => {
      const color = colorOf(value, scale, dark);
      return { fill: css(color), text: inkOn(color) };
    });
    this.kernel.show(kernel);
    const products = patch.map((row, y) => row.map((value, x) => value * used[y]![x]!));
    const most = Math.max(1e-9, ...products.flat().map(Math.abs));
    this.products.show(products, write, (value) => {
      const color = colorOf(value, { kind: 'signed', most: most * 1.6 }, dark);
      return { fill: css(color), text: inkOn(color) };
    });
    setText(this.sum, name);
    setText(this.result, result);
  }
}
