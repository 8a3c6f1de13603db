/** What each value of a feature map is computed from: its part of the input, and the terms of its sum. */

import { t } from '../core/i18n';
import { isRecord, wholeNumber, WireError } from '../core/wire';
import { colormap } from './colormaps';
import { el, setText } from './dom';
import { formatValue } from './format';

/** A matrix of numbers, row by row. */
export interface Values {
  numbers: Float32Array;
  height: number;
  width: number;
}

export interface Cell {
  row: number;
  column: number;
}

/** An int16 that stands for a place beyond the border. */
const NONE = 32001;

type Pair = readonly [number, number];

/** Rows first, in pixels of the input. */
export interface Fields {
  size: Pair;
  step: Pair;
  start: Pair;
  image: Pair;
}

export interface Terms {
  kind: 'sum' | 'max' | 'mean';
  rows: number;
  columns: number;
  channels: number;
  bias: number;
  activation: string;
  scale: number;
  numbers: Int16Array;
}

export interface Units {
  fields: Fields | null;
  terms: Terms | null;
}

export const NO_UNITS: Units = { fields: null, terms: null };

/**
 * Reads the `units` trait.
 *
 * @throws WireError when its numbers do not fit its bytes
 */
export function readUnits(value: unknown): Units {
  if (!isRecord(value)) return NO_UNITS;
  const { field, terms } = value;
  return {
    fields: field === undefined ? null : readFields(field),
    terms: isRecord(terms) ? readTerms(terms) : null,
  };
}

/** Reads the 8 numbers of receptive fields. */
export function readFields(value: unknown): Fields {
  const numbers = Array.isArray(value) ? value.filter((one): one is number => Number.isFinite(one)) : [];
  if (numbers.length !== 8) throw new WireError('units: expected 8 numbers of receptive fields');
  const pair = (at: number): Pair => [numbers[at]!, numbers[at + 1]!];
  return { size: pair(0), step: pair(2), start: pair(4), image: pair(6) };
}

export function readTerms(value: Record<string, unknown>): Terms {
  const { kind, data, activation, scale, bias } = value;
  if (kind !== 'sum' && kind !== 'max' && kind !== 'mean')
    throw new WireError('units: unknown kind of terms');
  if (!ArrayBuffer.isView(data)) throw new WireError('units: data must be binary');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    kind,
    rows: wholeNumber(value.rows, 'units: rows'),
    columns: wholeNumber(value.columns, 'units: columns'),
    channels: wholeNumber(value.channels, 'units: channels'),
    bias: typeof bias === 'number' ? bias : NaN,
    activation: typeof activation === 'string' ? activation : '',
    scale: typeof scale === 'number' ? scale : 0,
    numbers: Int16Array.from({ length: data.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true)),
  };
}

/** The terms of one value, row by row; NaN beyond the border, and nothing where they are not known. */
export function termsAt(
  { rows, columns, scale, numbers }: Terms,
  cell: Cell,
  { height, width }: Values,
): number[] {
  const count = rows * columns;
  if (numbers.length !== count * height * width) return [];
  const first = (cell.row * width + cell.column) * count;
  return [...numbers.subarray(first, first + count)].map((n) => (n === NONE ? NaN : n * scale));
}

/** The receptive field of a value as shares of the stage, cut off at its border. */
export function fieldBox(
  { size, step, start, image }: Fields,
  { row, column }: Cell,
): { left: number; top: number; width: number; height: number } {
  const along = (axis: 0 | 1, at: number): [number, number] => {
    const from = start[axis] + at * step[axis];
    const inside = (value: number): number => Math.min(image[axis], Math.max(0, value)) / image[axis];
    return [inside(from), inside(from + size[axis])];
  };
  const [top, bottom] = along(0, row);
  const [left, right] = along(1, column);
  return { left, top, width: right - left, height: bottom - top };
}

/** The strongest value of all; the first one where there are several. */
export function strongest({ numbers, width }: Values): Cell {
  let best = 0;
  numbers.forEach((value, i) => {
    if (value > numbers[best]!) best = i;
  });
  return { row: Math.floor(best / width), column: best % width };
}

/** Whether white is easier to read on a color than black (WCAG 2.2, relative luminance). */
export function takesWhite(color: readonly number[]): boolean {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  // Both have the same contrast, 4.6:1, where the luminance is 0.179.
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! < 0.179;
}

/** The terms of the value that is pointed at, and what becomes of them. */
export class UnitPanel {
  readonly root = el('div', 'dlw-terms');
  private readonly field = el('div', 'dlw-terms-field');
  private readonly grid = el('div', 'dlw-terms-grid', { 'aria-hidden': 'true' });
  private readonly rows = el('dl', 'dlw-terms-rows');
  private readonly about = el('div', 'dlw-terms-about');

  constructor() {
    const words = el('div', 'dlw-terms-words', {}, this.about, this.rows);
    this.root.append(el('div', 'dlw-terms-body', {}, this.grid, words), this.field);
  }

  show({ fields, terms }: Units, values: Values, cell: Cell | null): void {
    const parts = terms && cell ? termsAt(terms, cell, values) : [];
    this.root.hidden = !cell || (!fields && parts.length === 0);
    if (!cell || this.root.hidden) return;
    const size = fields ? `${fields.size[0]}×${fields.size[1]}` : '';
    setText(this.field, size && t('Receptive field: {size} pixels of the input (dashed)', { size }));
    this.grid.parentElement!.hidden = parts.length === 0;
    if (terms && parts.length > 0)
      this.showTerms(terms, parts, values.numbers[cell.row * values.width + cell.column]!);
  }

  private showTerms(terms: Terms, parts: readonly number[], value: number): void {
    const known = parts.filter(Number.isFinite);
    this.drawGrid(terms, parts);
    if (terms.kind !== 'sum') {
      setText(this.about, t('{n} values in the window', { n: known.length }));
      this.list([[terms.kind === 'max' ? t('largest') : t('mean'), value]]);
      return;
    }
    const { channels } = terms;
    setText(
      this.about,
      channels === 1
        ? t('{n} products of input and weight', { n: parts.length })
        : t('{n} places, each over {channels} channels', { n: parts.length, channels }),
    );
    const sum = known.reduce((all, one) => all + one, 0);
    const after: [string, number][] = terms.activation ? [[`→ ${terms.activation}`, value]] : [];
    this.list([[t('sum'), sum], [t('+ bias'), terms.bias], ...after]);
  }

  private drawGrid({ columns, scale }: Terms, parts: readonly number[]): void {
    const table = colormap('coolwarm');
    const largest = scale * (NONE - 1) || 1;
    while (this.grid.children.length > parts.length) this.grid.lastElementChild!.remove();
    while (this.grid.children.length < parts.length) this.grid.append(el('span', 'dlw-terms-term'));
    this.grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
    parts.forEach((part, i) => {
      const term = this.grid.children[i] as HTMLElement;
      const share = Number.isFinite(part) ? part / largest : 0;
      const at = 4 * Math.round(127.5 * (1 + share));
      const color = [table[at]!, table[at + 1]!, table[at + 2]!] as const;
      term.style.background = `rgb(${color.join(', ')})`;
      term.classList.toggle('dlw-terms-strong', takesWhite(color));
      setText(term, Number.isFinite(part) ? part.toFixed(2).replace('-', '−') : '·');
    });
  }

  private list(rows: readonly (readonly [string, number])[]): void {
    while (this.rows.children.length > 2 * rows.length) this.rows.lastElementChild!.remove();
    while (this.rows.children.length < 2 * rows.length) this.rows.append(el('dt'), el('dd'));
    rows.forEach(([name, value], i) => {
      setText(this.rows.children[2 * i]!, name);
      setText(this.rows.children[2 * i + 1]!, formatValue(value));
    });
  }
}
