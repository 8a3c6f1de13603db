import { t, tn } from '../../core/i18n';
import { ThemedView } from '../../core/view';
import { nextOf, numeral, timeText, type Lesson } from '../../shared/course/lessons';
import { notebookLink, pathOf } from '../../shared/course/links';
import { isKept, onProgress, progress, setDone, standingOf } from '../../shared/course/progress';
import { el, setAttributes, setText } from '../../shared/dom';
import { icon } from '../../shared/icons';
import { inlineCode } from '../../shared/inline-markup';
import type { CoursePathModel } from './model';
import { Step } from './step';

/** The tutorials as a path: its parts, where the reader is on it, and the way on. */
export class CoursePathView extends ThemedView {
  declare model: CoursePathModel;
  private words!: HTMLElement;
  private bar!: HTMLElement;
  private filled!: HTMLElement;
  private onward!: HTMLElement;
  private note!: HTMLElement;
  private parts!: HTMLElement;
  private steps: Step[] = [];

  override render(): void {
    super.render();
    this.el.classList.add('dlw-path');
    this.words = el('p', 'dlw-path-words', { role: 'status' });
    this.filled = el('div', 'dlw-path-filled');
    const label = { role: 'progressbar', 'aria-label': () => t('Tutorials done') };
    this.bar = el('div', 'dlw-path-bar', { ...label, 'aria-valuemin': 0 }, this.filled);
    this.onward = el('p', 'dlw-path-onward');
    this.note = el('p', 'dlw-path-note');
    this.parts = el('div', 'dlw-path-parts');
    this.el.append(this.words, this.bar, this.onward, this.note, this.parts);
    this.stops.push(onProgress(() => this.mark()));
    this.listenTo(this.model, 'change', () => this.fill());
    this.fill();
  }

  protected override onLanguage(): void {
    this.fill();
  }

  private fill(): void {
    const { lessons, place } = this.model;
    const known = new Map(lessons.map((lesson) => [lesson.number, lesson]));
    const parts = new Map<string, Step[]>();
    this.steps = lessons.map((lesson) => {
      const needs = lesson.needs.flatMap((number) => known.get(number) ?? []);
      const step = new Step(lesson, needs, place, (done) => setDone(lesson.number, done));
      parts.set(lesson.part, [...(parts.get(lesson.part) ?? []), step]);
      return step;
    });
    this.parts.replaceChildren(...[...parts].map(([name, steps]) => this.part(name, steps)));
    this.mark();
  }

  private part(name: string, steps: readonly Step[]): HTMLElement {
    const minutes = steps.reduce((sum, { lesson }) => sum + lesson.minutes, 0);
    const heading = el(
      'h2',
      'dlw-path-part',
      {},
      name,
      ' ',
      el('span', 'dlw-path-time', {}, timeText(minutes)),
    );
    const list = el('ol', 'dlw-path-steps', {}, ...steps.map((step) => step.root));
    return el('section', '', {}, ...(name === '' ? [] : [heading]), list);
  }

  private mark(): void {
    const { lessons, place } = this.model;
    const marks = progress();
    const next = nextOf(lessons, marks);
    for (const step of this.steps) step.mark(marks, next?.number === step.lesson.number);
    const done = lessons.filter(({ number }) => standingOf(number, marks) === 'done');
    setText(this.words, this.summary(done));
    setAttributes(this.bar, { 'aria-valuemax': lessons.length, 'aria-valuenow': done.length });
    this.bar.hidden = done.length === 0;
    this.filled.style.width = `${(100 * done.length) / Math.max(1, lessons.length)}%`;
    const begun = marks.size > 0;
    this.onward.hidden = next === null;
    if (next) {
      const name = `${numeral(next.number)} ${next.title}`;
      const label = begun ? t('Continue with') : t('Start with');
      this.onward.replaceChildren(
        el('span', 'dlw-path-label', {}, label),
        ' ',
        notebookLink(pathOf(next, place), 'dlw-path-go', name, icon('go')),
      );
    }
    this.note.replaceChildren(...inlineCode(this.remark(lessons)));
    this.note.hidden = !this.note.hasChildNodes();
  }

  private summary(done: readonly Lesson[]): string {
    const { lessons } = this.model;
    const total = lessons.length;
    if (total === 0) return '';
    const minutes = (some: readonly Lesson[]): number => some.reduce((sum, one) => sum + one.minutes, 0);
    const all = minutes(lessons);
    if (done.length === total) return t('You have done all tutorials.');
    if (done.length === 0) {
      const count = tn('{n} tutorial', '{n} tutorials', total);
      return all > 0 ? t('{count}, about {time} in all', { count, time: timeText(all) }) : count;
    }
    const left = timeText(all - minutes(done));
    return left === ''
      ? t('{done} of {total} done', { done: done.length, total })
      : t('{done} of {total} done, about {time} left', { done: done.length, total, time: left });
  }

  /** Why something is missing, if it is. */
  private remark(lessons: readonly Lesson[]): string {
    if (lessons.length === 0) {
      return t('No tutorials are here. `dlwidgets serve` and `dlwidgets lab` open those of dlwidgets.');
    }
    if (!this.model.place.linked) return t('To open a tutorial, run `dlwidgets serve` or `dlwidgets lab`.');
    return isKept()
      ? ''
      : t('Your browser doesn’t keep what you have done: it lasts until you close this page.');
  }
}
