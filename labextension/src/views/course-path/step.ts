import { isServedPage } from '../../core/address';
import { t } from '../../core/i18n';
import { isForJupyterLab, numeral, timeText, type Lesson } from '../../shared/course/lessons';
import { notebookLink, pathOf, type Place } from '../../shared/course/links';
import { standingOf, type Progress, type Standing } from '../../shared/course/progress';
import { el, setAttributes, setText } from '../../shared/dom';
import { icon } from '../../shared/icons';

/** What a screen reader says of the sign before a title. */
const SAID: Record<Standing, () => string> = {
  new: () => '',
  begun: () => t('Begun'),
  done: () => t('Done'),
};

/** One tutorial on the path. */
export class Step {
  readonly root: HTMLLIElement;
  private readonly sign: HTMLElement;
  private readonly said: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly label: HTMLElement;
  private readonly needs: { lesson: Lesson; element: HTMLElement }[];
  private done = false;

  /**
   * @param needs the tutorials that this one builds on
   * @param onDone the reader says that it is done, or takes that back
   */
  constructor(
    readonly lesson: Lesson,
    needs: readonly Lesson[],
    place: Place,
    onDone: (done: boolean) => void,
  ) {
    this.sign = el('span', 'dlw-path-sign', { 'aria-hidden': 'true' });
    this.said = el('span', 'dlw-sr-only');
    this.label = el('span');
    const name = (): string => t('Mark as done: {title}', { title: lesson.title });
    this.button = el(
      'button',
      'dlw-path-done',
      { type: 'button', 'aria-label': name },
      icon('check'),
      this.label,
    );
    this.button.addEventListener('click', () => onDone(!this.done));
    this.needs = needs.map((one) => ({
      lesson: one,
      element: notebookLink(pathOf(one, place), 'dlw-path-need', numeral(one.number)),
    }));
    for (const { element, lesson: one } of this.needs) element.title = one.title;
    const title = notebookLink(pathOf(lesson, place), 'dlw-path-title', lesson.title);
    const elsewhere = isServedPage() && isForJupyterLab(lesson) ? [t('In JupyterLab')] : [];
    const time = timeText(lesson.minutes);
    const facts = [...(time === '' ? [] : [time]), ...elsewhere].map((text) => el('span', '', {}, text));
    if (this.needs.length > 0) {
      const label = el('span', '', {}, t('Builds on'), ' ');
      this.needs.forEach(({ element }, i) => label.append(...(i > 0 ? [', '] : []), element));
      facts.push(label);
    }
    this.root = el(
      'li',
      'dlw-path-step',
      { 'data-number': lesson.number },
      this.sign,
      el(
        'div',
        'dlw-path-text',
        {},
        el('div', 'dlw-path-name', {}, title, this.said),
        ...(lesson.description === '' ? [] : [el('p', 'dlw-path-about', {}, lesson.description)]),
        el('div', 'dlw-path-facts', {}, ...facts),
      ),
      this.button,
    );
  }

  /** Shows what is done. */
  mark(progress: Progress, isNext: boolean): void {
    const standing = standingOf(this.lesson.number, progress);
    this.done = standing === 'done';
    setText(this.sign, this.done ? '✓' : numeral(this.lesson.number));
    const words = SAID[standing]();
    setText(this.said, words === '' ? '' : ` (${words})`);
    setText(this.label, this.done ? t('Done') : t('Mark as done'));
    setAttributes(this.button, { 'aria-pressed': String(this.done) });
    setAttributes(this.root, { 'data-standing': standing, 'data-next': isNext });
    for (const { lesson, element } of this.needs) {
      setAttributes(element, { 'data-standing': standingOf(lesson.number, progress) });
    }
  }
}
