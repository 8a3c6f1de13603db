import { t } from '../../core/i18n';
import { el, setText } from '../dom';
import { plain, rounded } from './state';

/** So many px of a drag change a number by one step. */
const PX_PER_STEP = 12;
/** A press that moves less than this is a click, which begins to type. */
const SLOP = 4;

interface Options {
  low: number;
  high: number;
  digits: number;
  /** How much an arrow key or a drag changes; a tenth with Shift. */
  step: number;
  name: () => string;
  /** What one number is called, by row and column from 0. */
  cell: (row: number, column: number) => string;
  changed: (rows: number[][]) => void;
}

/** A matrix of numbers to edit: type, press ↑ and ↓, or drag a number up and down. */
export class NumberGrid {
  readonly root: HTMLElement;
  private rows: readonly (readonly number[])[] = [];
  private cells: HTMLInputElement[][] = [];

  constructor(private readonly options: Options) {
    this.root = el('div', 'dlw-number-grid', { role: 'group', 'aria-label': options.name });
  }

  show(rows: readonly (readonly number[])[]): void {
    const [height, width] = [rows.length, rows[0]?.length ?? 0];
    if (this.cells.length !== height || this.cells[0]?.length !== width) this.build(height, width);
    const before = this.rows;
    this.rows = rows;
    const largest = Math.max(1e-9, ...rows.flat().map(Math.abs));
    rows.forEach((row, y) =>
      row.forEach((value, x) => {
        const cell = this.cells[y]![x]!;
        const edited = document.activeElement === cell;
        // What is being typed, such as a lone minus, stays until the number is another one.
        const typed = edited && (value === before[y]?.[x] || Number(cell.value.replace('−', '-')) === value);
        if (!typed) {
          const text = this.text(value, edited ? this.options.digits : undefined);
          if (cell.value !== text) cell.value = text;
          // All is selected, so that the next key replaces it, or goes to the next number.
          if (edited) cell.select();
        }
        cell.ariaValueNow = String(value);
        const share = Math.round((Math.abs(value) / largest) * 45);
        const tint = value < 0 ? 'var(--dlw-negative)' : 'var(--dlw-positive)';
        cell.style.background = share > 0 ? `color-mix(in srgb, ${tint} ${share}%, transparent)` : '';
      }),
    );
  }

  /** Marks one number; outside for none. */
  mark(row: number, column: number): void {
    this.cells.forEach((cells, y) =>
      cells.forEach((cell, x) => cell.classList.toggle('dlw-number-marked', y === row && x === column)),
    );
  }

  /** A number as it is edited, and shorter where it is only shown. */
  private text(value: number, digits = Math.min(2, this.options.digits)): string {
    return plain(value, digits).replace('-', '−');
  }

  private build(height: number, width: number): void {
    const { low, high, cell } = this.options;
    this.cells = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const input = el('input', 'dlw-number', {
          type: 'text',
          inputmode: 'decimal',
          role: 'spinbutton',
          autocomplete: 'off',
          spellcheck: 'false',
          'aria-label': () => cell(y, x),
          'aria-valuemin': low,
          'aria-valuemax': high,
          title: () => t('Type a number, press ↑ or ↓, or drag up and down.'),
        });
        this.listen(input, y, x);
        return input;
      }),
    );
    this.root.style.setProperty('--dlw-columns', String(width));
    this.root.replaceChildren(...this.cells.flat());
  }

  private listen(input: HTMLInputElement, y: number, x: number): void {
    input.addEventListener('focus', () => {
      input.value = this.text(this.rows[y]?.[x] ?? 0, this.options.digits);
      input.select();
    });
    input.addEventListener('input', () => this.typed(input, y, x));
    input.addEventListener('blur', () => {
      input.value = this.text(this.rows[y]?.[x] ?? 0);
      input.classList.remove('dlw-number-bad');
    });
    input.addEventListener('keydown', (event) => this.onKey(event, input, y, x));
    let from: { y: number; value: number; moved: boolean } | null = null;
    input.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      from = { y: event.clientY, value: this.rows[y]![x]!, moved: false };
      input.setPointerCapture(event.pointerId);
    });
    input.addEventListener('pointermove', (event) => {
      if (!from) return;
      const up = from.y - event.clientY;
      if (!from.moved && Math.abs(up) < SLOP) return;
      from.moved = true;
      const step = event.shiftKey ? this.options.step / 10 : this.options.step;
      this.put(y, x, from.value + Math.round(up / PX_PER_STEP) * step);
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      input.addEventListener(kind, () => {
        if (from && !from.moved) input.select();
        from = null;
      });
    }
  }

  private typed(input: HTMLInputElement, y: number, x: number): void {
    const text = input.value.trim().replace('−', '-').replace(',', '.');
    const value = Number(text);
    const { low, high } = this.options;
    const good = text !== '' && Number.isFinite(value) && value >= low && value <= high;
    // "-" and "" may become a number.
    input.classList.toggle('dlw-number-bad', !good && text !== '' && text !== '-');
    if (good) this.put(y, x, value);
  }

  private onKey(event: KeyboardEvent, input: HTMLInputElement, y: number, x: number): void {
    const { key } = event;
    const step = event.shiftKey ? this.options.step / 10 : this.options.step;
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      this.put(y, x, (this.rows[y]?.[x] ?? 0) + (key === 'ArrowUp' ? step : -step));
      input.select();
    } else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      // The caret moves inside a number that is being typed.
      const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
      const all = this.cells.flat();
      const next = all[all.indexOf(input) + (key === 'ArrowLeft' ? -1 : 1)];
      if (!whole || !next) return;
      next.focus();
    } else if (key === 'Enter') {
      input.select();
    } else {
      return;
    }
    event.preventDefault();
  }

  private put(y: number, x: number, value: number): void {
    const { low, high, digits } = this.options;
    const good = rounded(Math.min(high, Math.max(low, value)), digits);
    this.options.changed(this.rows.map((row, i) => row.map((old, j) => (i === y && j === x ? good : old))));
  }
}

/** A matrix of numbers to read, with the same look. */
export class NumberTable {
  readonly root: HTMLElement;
  private cells: HTMLElement[][] = [];

  constructor(name: () => string) {
    this.root = el('div', 'dlw-number-grid', { role: 'img', 'aria-label': name });
  }

  /** @param background the color of a number; "" for none */
  show(
    rows: readonly (readonly number[])[],
    write: (value: number) => string,
    background: (value: number) => { fill: string; text: string },
  ): void {
    const [height, width] = [rows.length, rows[0]?.length ?? 0];
    if (this.cells.length !== height || this.cells[0]?.length !== width) {
      this.cells = rows.map((row) => row.map(() => el('span', 'dlw-number')));
      this.root.style.setProperty('--dlw-columns', String(width));
      this.root.replaceChildren(...this.cells.flat());
    }
    rows.forEach((row, y) =>
      row.forEach((value, x) => {
        const cell = this.cells[y]![x]!;
        setText(cell, write(value));
        const { fill, text } = background(value);
        cell.style.background = fill;
        cell.style.color = text;
      }),
    );
  }

  mark(row: number, column: number): void {
    this.cells.forEach((cells, y) =>
      cells.forEach((cell, x) => cell.classList.toggle('dlw-number-marked', y === row && x === column)),
    );
  }
}
