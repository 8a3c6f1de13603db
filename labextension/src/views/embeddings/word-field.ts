import { el } from '../../shared/dom';

let instances = 0;

/** A word to type; words that begin with it are offered. */
export class WordField {
  readonly root: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLDataListElement;
  private offered: readonly string[] = [];

  constructor(label: () => string, longest: number, changed: (word: string) => void) {
    instances += 1;
    const id = `dlw-word-field-${instances}`;
    this.list = el('datalist', '', { id: `${id}-list` });
    this.input = el('input', 'dlw-embeddings-word', {
      id,
      type: 'text',
      maxlength: longest,
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      list: this.list.id,
    });
    this.input.addEventListener('input', () => changed(this.input.value));
    this.root = el(
      'div',
      'dlw-concept-field',
      {},
      el('label', '', { for: id }, label),
      this.input,
      this.list,
    );
  }

  /** @param known whether there is such a word */
  show(word: string, known: boolean, words: readonly string[]): void {
    if (this.input.value !== word) this.input.value = word;
    this.input.classList.toggle('dlw-number-bad', !known);
    if (words === this.offered) return;
    this.offered = words;
    this.list.replaceChildren(...words.map((one) => el('option', '', { value: one })));
  }
}
