import { t } from '../../core/i18n';
import { el, setAttributes, setText, type Text } from '../dom';

let instances = 0;

/** A label above a control. */
function labeled(label: Text, control: HTMLElement): HTMLElement {
  instances += 1;
  control.id = `dlw-concept-field-${instances}`;
  return el('div', 'dlw-concept-field', {}, el('label', '', { for: control.id }, label), control);
}

/** A whole number between − and +. */
export class Stepper {
  readonly root: HTMLElement;
  private readonly output: HTMLOutputElement;
  private readonly less: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private value = 0;

  constructor(
    label: () => string,
    private readonly low: number,
    private readonly high: number,
    changed: (value: number) => void,
  ) {
    this.output = el('output', 'dlw-stepper-value');
    const make = (sign: string, by: number, name: () => string): HTMLButtonElement => {
      const button = el('button', 'dlw-stepper-button', { type: 'button', 'aria-label': name }, sign);
      button.addEventListener('click', () => changed(Math.min(high, Math.max(low, this.value + by))));
      return button;
    };
    this.less = make('−', -1, () => t('{name}: less', { name: label() }));
    this.more = make('+', 1, () => t('{name}: more', { name: label() }));
    this.root = el(
      'div',
      'dlw-concept-field',
      { role: 'group', 'aria-label': label },
      el('span', 'dlw-concept-label', {}, label),
      el('div', 'dlw-stepper', {}, this.less, this.output, this.more),
    );
  }

  show(value: number, text = String(value)): void {
    this.value = value;
    setText(this.output, text);
    this.less.disabled = value <= this.low;
    this.more.disabled = value >= this.high;
  }
}

/** A menu of names. */
export class Menu {
  readonly root: HTMLElement;
  private readonly select: HTMLSelectElement;
  private shown = '';

  constructor(label: Text, changed: (name: string) => void) {
    this.select = el('select', 'dlw-concept-select');
    this.select.addEventListener('change', () => changed(this.select.value));
    this.root = labeled(label, this.select);
  }

  /** @param options values with the texts for people */
  show(options: readonly (readonly [string, string])[], value: string): void {
    const key = JSON.stringify(options);
    if (key !== this.shown) {
      this.shown = key;
      this.select.replaceChildren(...options.map(([name, text]) => el('option', '', { value: name }, text)));
    }
    if (this.select.value !== value) this.select.value = value;
  }
}

/** A number on a track, with its value beside it. */
export class Slider {
  readonly root: HTMLElement;
  private readonly input: HTMLInputElement;
  /** What a screen reader reads is the slider's own text; this may change many times a second. */
  private readonly output = el('output', 'dlw-concept-slider-value', { 'aria-live': 'off' });

  /** @param changed called with each value while the user drags */
  constructor(
    label: Text,
    low: number,
    high: number,
    step: number | 'any',
    changed: (value: number) => void,
  ) {
    this.input = el('input', 'dlw-concept-slider', { type: 'range', min: low, max: high, step });
    this.input.addEventListener('input', () => changed(this.input.valueAsNumber));
    this.root = labeled(label, this.input);
    this.root.append(this.output);
    this.root.classList.add('dlw-concept-slid');
  }

  /** @param high the largest value from now on */
  limit(high: number): void {
    setAttributes(this.input, { max: high });
  }

  /** @param text the value as people read it */
  show(value: number, text: string): void {
    if (this.input.valueAsNumber !== value) this.input.value = String(value);
    setText(this.output, text);
    setAttributes(this.input, { 'aria-valuetext': text });
  }
}

/** Yes or no. */
export class Check {
  readonly root: HTMLElement;
  private readonly input: HTMLInputElement;

  constructor(label: Text, changed: (on: boolean) => void) {
    this.input = el('input', '', { type: 'checkbox' });
    this.input.addEventListener('change', () => changed(this.input.checked));
    this.root = el('label', 'dlw-concept-check', {}, this.input, label);
  }

  show(on: boolean): void {
    this.input.checked = on;
  }
}
