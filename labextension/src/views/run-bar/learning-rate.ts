import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { formatLearningRate } from '../../shared/format';
import { icon } from '../../shared/icons';

let instances = 0;

/** The learning rate's field: shows the current value, sends what is typed, says why it was refused. */
export class LearningRateField {
  readonly root: HTMLElement;
  readonly error: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly apply: HTMLButtonElement;
  private readonly label: HTMLElement;
  private readonly rates = el('span', 'dlw-field-note', { 'data-role': 'learning-rates' });
  private current = '';
  private editing = false;
  private reason = '';

  /** @param send hands the value to Python: a number, or the text as typed when it is none */
  constructor(private readonly send: (value: number | string) => void) {
    instances += 1;
    const id = `dlw-learning-rate-${instances}`;
    this.input = el('input', 'dlw-input', {
      id,
      type: 'text',
      inputmode: 'decimal',
      autocomplete: 'off',
      spellcheck: 'false',
      'data-role': 'learning-rate',
      'aria-describedby': `${id}-error`,
    });
    this.apply = el(
      'button',
      'dlw-tool dlw-apply',
      {
        type: 'button',
        title: () => t('Apply (Enter)'),
        'aria-label': () => t('Apply the learning rate'),
        'data-action': 'apply',
      },
      icon('check'),
    );
    this.error = el('div', 'dlw-field-error', {
      id: `${id}-error`,
      role: 'alert',
      'data-role': 'learning-rate-error',
    });
    this.label = el('label', 'dlw-field-label', { for: id });
    this.root = el(
      'div',
      'dlw-field',
      {},
      this.label,
      el('span', 'dlw-field-box', {}, this.input, this.apply),
      this.rates,
    );
    this.setRates('');
    this.input.addEventListener('input', () => {
      this.setEditing(this.input.value.trim() !== this.current);
      this.setError('');
    });
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.input.addEventListener('blur', () => {
      if (this.input.value.trim() === '') this.restore();
    });
    this.apply.addEventListener('click', () => {
      this.submit();
      this.input.focus();
    });
    this.setEditing(false);
  }

  /** Shows Python's value, unless the user is typing another one. */
  update(label: string, value: number, locked: string, disabled: string): void {
    setText(this.label, label);
    const text = formatLearningRate(value);
    if (text !== this.current) {
      this.current = text;
      if (!this.editing || this.input.value.trim() === text || Number(this.input.value) === Number(text)) {
        this.restore();
      }
    }
    this.reason = locked || disabled;
    this.input.disabled = this.reason !== '';
    this.input.placeholder = text === '' && disabled === '' ? t('unknown') : '';
    this.root.title = this.reason || t('Type a value and press Enter. Escape restores the current one.');
    this.root.classList.toggle('dlw-locked', this.reason !== '');
    if (this.reason !== '' && this.editing) this.restore();
  }

  /** Says whose rate it is, where a model has several optimizers. */
  setRates(text: string): void {
    setText(this.rates, text);
    this.rates.hidden = text === '';
  }

  /** Says why Python refused what was typed; the text stays for correction. */
  setError(text: string): void {
    setText(this.error, text);
    this.error.hidden = text === '';
    if (text) this.setEditing(true);
    this.input.setAttribute('aria-invalid', text ? 'true' : 'false');
  }

  /** Takes back what was refused: what it was refused for is over. */
  forgetError(): void {
    if (this.error.textContent !== '') this.restore();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.submit();
    else if (event.key === 'Escape') this.restore();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (text === '') {
      this.restore();
      return;
    }
    this.setError('');
    const value = Number(text);
    this.send(Number.isFinite(value) ? value : text);
    // The same value again changes no trait, so no answer would come.
    if (Number.isFinite(value) && formatLearningRate(value) === this.current) this.restore();
  }

  private restore(): void {
    this.input.value = this.current;
    this.setEditing(false);
    this.setError('');
  }

  private setEditing(editing: boolean): void {
    this.editing = editing;
    this.apply.hidden = !editing;
  }
}
