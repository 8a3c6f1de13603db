import { el } from '../../shared/dom';
import { type Shape, tuple } from './shapes';

let instances = 0;

/** A shape to type, such as `(3, 4)`; ↑ and ↓ change the number at the caret. */
export class ShapeField {
  readonly root: HTMLElement;
  private readonly input: HTMLInputElement;
  private shape: Shape = [];

  /**
   * @param read the shape that numbers stand for, if they may be one
   */
  constructor(
    label: () => string,
    private readonly read: (numbers: readonly number[]) => Shape | null,
    private readonly changed: (shape: Shape) => void,
  ) {
    instances += 1;
    const id = `dlw-shape-field-${instances}`;
    this.input = el('input', 'dlw-shape-input', {
      id,
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    this.root = el('div', 'dlw-concept-field', {}, el('label', '', { for: id }, label), this.input);
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('blur', () => {
      this.input.value = tuple(this.shape);
      this.input.classList.remove('dlw-number-bad');
    });
    this.input.addEventListener('keydown', (event) => this.onKey(event));
  }

  show(shape: Shape): void {
    const same = shape.join() === this.shape.join();
    this.shape = shape;
    if (document.activeElement !== this.input) this.input.value = tuple(shape);
    else if (!same && parsed(this.input.value)?.join() !== shape.join()) this.input.value = tuple(shape);
  }

  private typed(): void {
    const numbers = parsed(this.input.value);
    const shape = numbers && this.read(numbers);
    this.input.classList.toggle('dlw-number-bad', !shape);
    if (shape) this.changed(shape);
  }

  private onKey(event: KeyboardEvent): void {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const { input } = this;
    const caret = input.selectionStart ?? 0;
    if (by === undefined) return;
    event.preventDefault();
    const place = input.value.slice(0, caret).split(',').length - 1;
    const numbers = parsed(input.value);
    if (!numbers || place >= numbers.length) return;
    const next = numbers.map((n, i) => (i === place ? n + by : n));
    const shape = this.read(next);
    if (!shape) return;
    input.value = tuple(shape);
    const start = input.value.split(',').slice(0, place).join(',').length + (place > 0 ? 2 : 1);
    input.setSelectionRange(start, start);
    this.changed(shape);
  }
}

/** The numbers of a text such as `(3, 4)`, `3 4` or `3×4`; null where there is anything else. */
export function parsed(text: string): number[] | null {
  const inner = text
    .trim()
    .replaceAll('−', '-')
    .replace(/^[([]|[)\]]$/g, '')
    .trim();
  if (inner === '') return [];
  const parts = inner
    .replace(/,\s*$/, '')
    .split(/[\s,×x]+/)
    .filter((part) => part !== '');
  const numbers = parts.map(Number);
  return parts.every((part) => /^-?\d{1,6}$/.test(part)) ? numbers : null;
}
