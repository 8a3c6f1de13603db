import { t } from '../../core/i18n';
import { el } from '../dom';
import { plain, rounded } from './state';

/** So many px of a drag change a number by one step. */
const PX_PER_STEP = 12;
/** A press that moves less than this is a click, which begins to type. */
const SLOP = 4;

export interface NumberOptions {
  low: number;
  high: number;
  digits: number;
  /** How much an arrow key or a drag changes; a tenth with Shift. */
  step: number;
}

interface Options extends NumberOptions {
  /** What the number is called. */
  name: () => string;
  changed: (value: number) => void;
  /** The left or right arrow key was pressed while the whole number is selected; true if another one has the focus now. */
  leave?: (by: 1 | -1) => boolean;
}

/** A number to edit: type, press ↑ and ↓, or drag it up and down. */
export class NumberCell {
  readonly root: HTMLInputElement;
  private value = 0;

  constructor(private readonly options: Options) {
    this.root = el('input', 'dlw-number', {
      type: 'text',
      inputmode: 'decimal',
      role: 'spinbutton',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-label': options.name,
      'aria-valuemin': options.low,
      'aria-valuemax': options.high,
      title: () => t('Type a number, press ↑ or ↓, or drag up and down.'),
    });
    this.listen(this.root);
  }

  /** @param share how strong its color is, from 0 to 1: blue is negative, orange positive */
  show(value: number, share: number): void {
    const { root } = this;
    const before = this.value;
    this.value = value;
    const edited = document.activeElement === root;
    // What is being typed, such as a lone minus, stays until the number is another one.
    const typed = edited && (value === before || Number(root.value.replace('−', '-')) === value);
    if (!typed) {
      const text = this.text(edited ? this.options.digits : undefined);
      if (root.value !== text) root.value = text;
      // All is selected, so that the next key replaces it, or goes to the next number.
      if (edited) root.select();
    }
    const now = String(value);
    if (root.ariaValueNow !== now) root.ariaValueNow = now;
    const percent = Math.round(Math.min(1, share) * 45);
    const tint = value < 0 ? 'var(--dlw-negative)' : 'var(--dlw-positive)';
    const fill = percent > 0 ? `color-mix(in srgb, ${tint} ${percent}%, var(--dlw-background))` : '';
    if (root.dataset.fill !== fill) root.style.background = root.dataset.fill = fill;
  }

  /** The number as it is edited, and shorter where it is only shown. */
  private text(digits = Math.min(2, this.options.digits)): string {
    return plain(this.value, digits).replace('-', '−');
  }

  private listen(input: HTMLInputElement): void {
    input.addEventListener('focus', () => {
      input.value = this.text(this.options.digits);
      input.select();
    });
    input.addEventListener('input', () => this.typed());
    input.addEventListener('blur', () => {
      input.value = this.text();
      input.classList.remove('dlw-number-bad');
    });
    input.addEventListener('keydown', (event) => this.onKey(event));
    let from: { y: number; value: number; moved: boolean } | null = null;
    input.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      from = { y: event.clientY, value: this.value, moved: false };
      input.setPointerCapture(event.pointerId);
    });
    input.addEventListener('pointermove', (event) => {
      if (!from) return;
      const up = from.y - event.clientY;
      if (!from.moved && Math.abs(up) < SLOP) return;
      from.moved = true;
      const step = event.shiftKey ? this.options.step / 10 : this.options.step;
      this.put(from.value + Math.round(up / PX_PER_STEP) * step);
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      input.addEventListener(kind, () => {
        if (from && !from.moved) input.select();
        from = null;
      });
    }
  }

  private typed(): void {
    const { root } = this;
    const text = root.value.trim().replace('−', '-').replace(',', '.');
    const value = Number(text);
    const { low, high } = this.options;
    const good = text !== '' && Number.isFinite(value) && value >= low && value <= high;
    // "-" and "" may become a number.
    root.classList.toggle('dlw-number-bad', !good && text !== '' && text !== '-');
    if (good) this.put(value);
  }

  private onKey(event: KeyboardEvent): void {
    const { key } = event;
    const { root, options } = this;
    const step = event.shiftKey ? options.step / 10 : options.step;
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      this.put(this.value + (key === 'ArrowUp' ? step : -step));
      root.select();
    } else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      // The caret moves inside a number that is being typed.
      const whole = root.selectionStart === 0 && root.selectionEnd === root.value.length;
      if (!whole || !options.leave?.(key === 'ArrowLeft' ? -1 : 1)) return;
    } else if (key === 'Enter') {
      root.select();
    } else {
      return;
    }
    event.preventDefault();
  }

  private put(value: number): void {
    const { low, high, digits, changed } = this.options;
    changed(rounded(Math.min(high, Math.max(low, value)), digits));
  }
}
