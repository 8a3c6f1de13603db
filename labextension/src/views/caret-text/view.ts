import { DrawnView } from '../../core/view';
import { el, setAttributes, setText } from '../../shared/dom';
import type { CaretTextModel } from './model';

/** Time without another key after which the kernel hears of it. */
const SETTLED_MS = 80;

/** A box to write in that tells the kernel what was written and where the caret is. */
export class CaretTextView extends DrawnView {
  declare model: CaretTextModel;
  private readonly caption = el('label', 'dlw-caret-label');
  private readonly box = el('textarea', 'dlw-caret-box', { spellcheck: 'false' });
  private telling: ReturnType<typeof setTimeout> | undefined;

  override render(): void {
    super.render();
    this.el.classList.add('dlw-caret-text');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.box.id = `dlw-caret-${this.cid}`;
    setAttributes(this.caption, { for: this.box.id });
    this.el.append(this.caption, this.box);
    for (const event of ['input', 'keyup', 'click', 'select', 'focus']) {
      this.box.addEventListener(event, () => this.take());
    }
    this.box.addEventListener('blur', () => this.tell());
    this.listenTo(this.model, 'change:caret', () => this.placeCaret());
    this.stops.push(() => clearTimeout(this.telling));
  }

  protected override draw(): void {
    const { model } = this;
    setText(this.caption, model.localized('label'));
    this.box.rows = model.number('rows', 4);
    this.box.placeholder = model.localized('placeholder');
    this.showText();
    this.el.dataset.caret = String(model.number('caret', -1));
  }

  private showText(): void {
    const value = this.model.text('value');
    if (this.box.value !== value) this.box.value = value;
  }

  /** Python has put the caret somewhere: after a character that was taken, say. */
  private placeCaret(): void {
    this.showText();
    const caret = this.model.number('caret', -1);
    if (caret < 0 || caret === this.place) return;
    const at = Array.from(this.box.value).slice(0, caret).join('').length;
    this.box.setSelectionRange(at, at);
    this.box.scrollTop = this.box.scrollHeight * (at / Math.max(1, this.box.value.length)) - 40;
  }

  /** The place of the caret in characters as Python counts them. */
  private get place(): number {
    return Array.from(this.box.value.slice(0, this.box.selectionEnd)).length;
  }

  private take(): void {
    const { box, model, place } = this;
    if (box.value === model.text('value') && place === model.number('caret', -1)) return;
    model.set({ value: box.value, caret: place });
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), SETTLED_MS);
  }

  /** Tells the kernel what it hasn't heard yet: at once where the box is left, for a button, say. */
  private tell(): void {
    if (this.telling === undefined) return;
    clearTimeout(this.telling);
    this.telling = undefined;
    if (this.model.comm_live) this.model.save_changes();
  }

  protected override onLanguage(): void {
    this.drawing.request(true);
  }
}
