import { t, translated } from '../../core/i18n';
import type { Message } from '../../core/messages';
import { el, setText } from '../dom';
import { inlineMarkup } from '../inline-markup';

/** A step that a teacher wrote. */
export interface OwnStep {
  text: string | Message;
  part?: string;
  done?: string;
}

/** A step of a lesson. */
export interface LessonStep {
  text: () => string;
  /** The part that is highlighted; "" for none. */
  part: string;
  /** What the user does, such as `stride=2;play`: values of the state, values that were changed, events. */
  done: string;
}

/** The step of a lesson as it is shown: one of the widget's own by name, or a teacher's. */
export function lessonStep(
  step: string | OwnStep,
  own: Readonly<Record<string, LessonStep>>,
): LessonStep | null {
  if (typeof step === 'string') return Object.hasOwn(own, step) ? own[step]! : null;
  return {
    text: () => translated(step.text),
    part: step.part ?? '',
    done: step.done ?? '',
  };
}

/** What the user has done so far. */
export interface Deeds {
  /** The texts of the values of the state, by name. */
  state: ReadonlyMap<string, string>;
  /** The values that the user has changed, and what happened. */
  done: ReadonlySet<string>;
}

/** Whether the user has done what a step asks for. */
export function isDone(condition: string, { state, done }: Deeds): boolean {
  const parts = condition.split(';').filter((part) => part !== '');
  if (parts.length === 0) return false;
  return parts.every((part) => {
    const at = part.indexOf('=');
    if (at < 0) return done.has(part);
    // A value that is there from the beginning is nobody's deed.
    const name = part.slice(0, at);
    return done.has(name) && state.get(name) === part.slice(at + 1);
  });
}

/** Numbered steps that tick themselves off; the first one that is left is highlighted. */
export class Lesson {
  readonly root: HTMLElement;
  private readonly items: { root: HTMLElement; text: HTMLElement; state: HTMLElement }[] = [];
  private readonly ticked = new Set<number>();
  private readonly status = el('p', 'dlw-concept-lesson-status', { role: 'status' });

  constructor(private readonly steps: readonly LessonStep[]) {
    const list = el('ol', 'dlw-concept-steps');
    for (const step of steps) {
      const text = el('span');
      const state = el('span', 'dlw-sr-only');
      const root = el('li', '', {}, text, state);
      this.items.push({ root, text, state });
      list.append(root);
      if (step.done === '') root.addEventListener('click', () => this.tick(this.steps.indexOf(step)));
    }
    this.root = el('section', 'dlw-concept-lesson', { 'aria-label': () => t('Lesson') }, list, this.status);
    this.show();
  }

  /** The part that the step which is next speaks of; "" for none. */
  get part(): string {
    return this.steps.find((_, i) => !this.ticked.has(i))?.part ?? '';
  }

  /** Ticks off what was done; returns whether something was. */
  update(deeds: Deeds): boolean {
    const before = this.ticked.size;
    this.steps.forEach((step, i) => {
      if (isDone(step.done, deeds)) this.ticked.add(i);
    });
    if (this.ticked.size === before) return false;
    this.show();
    return true;
  }

  /** Writes the texts anew, in the language in force. */
  show(): void {
    const next = this.steps.findIndex((_, i) => !this.ticked.has(i));
    this.items.forEach(({ root, text, state }, i) => {
      text.replaceChildren(...inlineMarkup(this.steps[i]!.text()));
      setText(state, this.ticked.has(i) ? t('(done)') : '');
      root.classList.toggle('dlw-concept-done', this.ticked.has(i));
      if (i === next) root.setAttribute('aria-current', 'step');
      else root.removeAttribute('aria-current');
    });
    const all = next < 0 && this.steps.length > 0;
    const count = { done: this.ticked.size, total: this.steps.length };
    setText(this.status, all ? t('All steps are done.') : t('{done} of {total} steps are done.', count));
  }

  private tick(i: number): void {
    this.ticked.add(i);
    this.show();
  }
}
