import { t, translated } from '../../core/i18n';
import { DrawnView } from '../../core/view';
import { el, setAttributes, setChildren, setText } from '../../shared/dom';
import { inlineMarkup } from '../../shared/inline-markup';
import type { QuestionModel } from './model';

/** Predict, then run: the answer and its reason appear once the reader has chosen. */
export class QuestionView extends DrawnView {
  declare model: QuestionModel;
  private label!: HTMLElement;
  private text!: HTMLElement;
  private list!: HTMLElement;
  private verdict!: HTMLElement;
  private why!: HTMLElement;

  override render(): void {
    super.render();
    this.el.classList.add('dlw-question');
    const id = `dlw-question-${this.cid}`;
    this.label = el('div', 'dlw-question-label', {}, () => t('Predict'));
    this.text = el('p', 'dlw-question-text', { id });
    this.list = el('div', 'dlw-question-choices', { role: 'group', 'aria-labelledby': id });
    this.verdict = el('strong', 'dlw-question-verdict');
    this.why = el('span', 'dlw-question-why');
    const answer = el('p', 'dlw-question-answer', { role: 'status' }, this.verdict, ' ', this.why);
    this.el.append(this.label, this.text, this.list, answer);
  }

  protected override prompt(): boolean {
    return true;
  }

  protected override draw(): void {
    const { model } = this;
    const choices = model.list('choices').map((choice) => translated(choice));
    const chosen = model.number('chosen', -1);
    const answer = model.number('answer', 0);
    const answered = chosen >= 0;
    setChildren(this.text, inlineMarkup(model.localized('text')));
    while (this.list.children.length < choices.length) this.list.append(this.button());
    while (this.list.children.length > choices.length) this.list.lastElementChild!.remove();
    choices.forEach((choice, i) => {
      const button = this.list.children[i]!;
      const [mark, words] = [button.children[0]!, button.children[1]!];
      const right = answered && i === answer;
      const wrong = answered && i === chosen && i !== answer;
      // A sign as well as a color.
      setText(mark, right ? '✓' : wrong ? '✗' : '');
      setChildren(words, inlineMarkup(choice));
      setAttributes(button, {
        'aria-pressed': String(i === chosen),
        'data-verdict': right ? 'right' : wrong ? 'wrong' : '',
      });
    });
    setText(this.verdict, !answered ? '' : chosen === answer ? t('Right.') : t('Not quite.'));
    setChildren(this.why, answered ? inlineMarkup(model.localized('why')) : []);
    this.el.dataset.ready = 'true';
  }

  private button(): HTMLElement {
    const mark = el('span', 'dlw-question-mark', { 'aria-hidden': 'true' });
    const button = el('button', 'dlw-question-choice', { type: 'button' }, mark, el('span'));
    button.addEventListener('click', () => {
      const index = Array.prototype.indexOf.call(this.list.children, button);
      this.model.put('chosen', index === this.model.number('chosen', -1) ? -1 : index);
    });
    return button;
  }
}
