import { el } from '../../shared/dom';

let instances = 0;

/** Sentences to type, one on each line. */
export class TextBox {
  readonly root: HTMLElement;
  private readonly area: HTMLTextAreaElement;

  constructor(
    label: () => string,
    most: number,
    private readonly lines: number,
    private readonly changed: (text: string) => void,
  ) {
    instances += 1;
    const id = `dlw-text-box-${instances}`;
    this.area = el('textarea', 'dlw-t2v-area', { id, rows: 2, maxlength: most, spellcheck: 'false' });
    this.area.addEventListener('input', () => this.typed());
    this.root = el(
      'div',
      'dlw-concept-field dlw-t2v-box',
      {},
      el('label', '', { for: id }, label),
      this.area,
    );
  }

  show(text: string): void {
    const rows = Math.min(4, Math.max(2, text.split('\n').length));
    if (this.area.rows !== rows) this.area.rows = rows;
    // What is being typed stays as it is.
    if (this.area.value !== text && this.read() !== text) this.area.value = text;
  }

  private read(): string {
    return this.area.value.split('\n').slice(0, this.lines).join('\n');
  }

  private typed(): void {
    const tooMany = this.area.value.split('\n').length > this.lines;
    this.area.classList.toggle('dlw-number-bad', tooMany);
    this.changed(this.read());
  }
}
