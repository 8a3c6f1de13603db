import { t } from '../../core/i18n';
import { ThemedView } from '../../core/view';
import { numeral, timeText } from '../../shared/course/lessons';
import { indexPath, notebookLink, pathOf } from '../../shared/course/links';
import { begin, isKept, onProgress, setDone, standingOf } from '../../shared/course/progress';
import { el, setAttributes, setText } from '../../shared/dom';
import { icon } from '../../shared/icons';
import type { NextTutorialModel } from './model';

/** Marks a tutorial as done, and leads to the next one. Showing it means that the tutorial is open. */
export class NextTutorialView extends ThemedView {
  declare model: NextTutorialModel;
  private done!: HTMLButtonElement;
  private label!: HTMLElement;
  private next!: HTMLElement;
  private index!: HTMLElement;
  private kept!: HTMLElement;

  override render(): void {
    super.render();
    this.el.classList.add('dlw-next');
    this.label = el('span');
    this.done = el('button', 'dlw-button', { type: 'button' }, icon('check'), this.label);
    this.done.addEventListener('click', () => setDone(this.number, standingOf(this.number) !== 'done'));
    this.next = el('div', 'dlw-next-one');
    this.index = el('div', 'dlw-next-index');
    this.kept = el('p', 'dlw-next-kept', {}, () =>
      t('Your browser doesn’t keep what you have done: it lasts until you close this page.'),
    );
    this.el.append(this.done, this.next, this.index, this.kept);
    this.stops.push(onProgress(() => this.mark()));
    this.listenTo(this.model, 'change', () => this.fill());
    begin(this.number);
    this.fill();
  }

  protected override onLanguage(): void {
    this.fill();
  }

  private get number(): number {
    return this.model.number('number', 1);
  }

  private fill(): void {
    const { lessons, place, next } = this.model;
    if (next) {
      const name = el('span', 'dlw-next-title', {}, `${numeral(next.number)} ${next.title}`);
      const label = el('span', 'dlw-next-label', {}, t('Next'));
      this.next.replaceChildren(
        notebookLink(pathOf(next, place), 'dlw-next-link', label, ' ', name),
        el('span', 'dlw-next-minutes', {}, timeText(next.minutes)),
      );
    } else this.next.replaceChildren(t('This is the last tutorial.'));
    this.index.replaceChildren(notebookLink(indexPath(lessons, place), 'dlw-next-all', t('All tutorials')));
    this.mark();
  }

  private mark(): void {
    const done = standingOf(this.number) === 'done';
    setText(this.label, done ? t('Done') : t('Mark as done'));
    setAttributes(this.done, { 'aria-pressed': String(done) });
    this.done.classList.toggle('dlw-primary', !done);
    this.kept.hidden = isKept();
    this.el.dataset.standing = done ? 'done' : 'begun';
  }
}
