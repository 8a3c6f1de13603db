/** What can be done with the selected runs: a row of buttons, some of which ask for a number first. */

import { isServedPage } from '../../core/address';
import { t, tn } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { formatInteger } from '../../shared/format';
import type { Action } from './records';

/** What was asked for before an action: a number, an entry of a menu, or nothing. */
export interface Answer {
  value?: number;
  choice?: string;
}

type Act = (action: Action, answer: Answer) => void;

export class Toolbar {
  readonly root: HTMLElement;
  private readonly count = el('span', 'dlw-rt-count');
  private readonly buttons = el('span', 'dlw-rt-actions');
  private readonly form = el('form', 'dlw-rt-form', { hidden: true });
  private asked: Action | null = null;
  private drawn = '';

  constructor(private readonly act: Act) {
    this.root = el(
      'div',
      'dlw-rt-toolbar',
      { role: 'toolbar', 'aria-label': () => t('Actions for the selected runs') },
      this.count,
      this.buttons,
      this.form,
    );
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape') this.close(true);
    });
  }

  show(actions: readonly Action[], selected: number): void {
    setText(
      this.count,
      selected === 0
        ? t('Select a run to open, resume, or delete it.')
        : tn('{n} run selected', '{n} runs selected', selected, { n: formatInteger(selected) }),
    );
    const offered = selected === 0 ? [] : actions.filter(({ served }) => !served || isServedPage());
    const wanted = JSON.stringify(offered);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    const focused = this.buttons.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.act
      : undefined;
    this.buttons.replaceChildren(...offered.map((action) => this.button(action)));
    if (focused !== undefined) this.buttonOf(focused)?.focus({ preventScroll: true });
    const again = offered.find(({ name }) => name === this.asked?.name);
    if (again?.problem !== '') this.close(false);
  }

  private buttonOf(name: string): HTMLButtonElement | null {
    return this.buttons.querySelector(`[data-act="${CSS.escape(name)}"]`);
  }

  private button(action: Action): HTMLElement {
    const button = el(
      'button',
      `dlw-button${action.primary ? ' dlw-primary' : ''}${action.danger ? ' dlw-rt-danger' : ''}`,
      {
        type: 'button',
        'data-act': action.name,
        title: action.problem || action.hint || undefined,
        disabled: action.problem !== '',
      },
      action.title,
    );
    button.addEventListener('click', () => {
      if (action.field ?? action.menu) this.ask(action);
      else this.act(action, {});
    });
    return button;
  }

  private ask(action: Action): void {
    if (this.asked?.name === action.name) {
      this.close(true);
      return;
    }
    this.asked = action;
    const asked = action.menu ? menuOf(action.menu) : numberOf(action.field!);
    const cancel = el('button', 'dlw-button', { type: 'button' }, t('Cancel'));
    cancel.addEventListener('click', () => this.close(true));
    this.form.replaceChildren(
      el('label', '', {}, (action.menu ?? action.field)!.label, ' ', asked),
      el('button', 'dlw-button dlw-primary', { type: 'submit' }, action.title.replace(/…$/, '')),
      cancel,
    );
    this.form.hidden = false;
    this.mark();
    asked.focus();
    if (asked instanceof HTMLInputElement) asked.select();
  }

  private submit(): void {
    const action = this.asked;
    const asked = this.form.querySelector<HTMLInputElement | HTMLSelectElement>('input, select');
    if (!action || !asked) return;
    const answer: Answer = action.menu ? { choice: asked.value } : { value: Number(asked.value) };
    if (Number.isNaN(answer.value)) return;
    this.close(true);
    this.act(action, answer);
  }

  private close(focusing: boolean): void {
    const name = this.asked?.name;
    this.asked = null;
    this.form.hidden = true;
    this.form.replaceChildren();
    this.mark();
    if (focusing && name !== undefined) this.buttonOf(name)?.focus();
  }

  private mark(): void {
    for (const button of this.buttons.querySelectorAll<HTMLElement>('button')) {
      const open = button.dataset.act === this.asked?.name;
      setAttributes(button, { 'aria-expanded': open ? 'true' : undefined });
    }
  }
}

function numberOf({ value, low, high }: NonNullable<Action['field']>): HTMLInputElement {
  const field = el('input', 'dlw-input', { type: 'number', min: low, max: high, step: 1, required: true });
  field.value = String(value);
  return field;
}

function menuOf({ choices }: NonNullable<Action['menu']>): HTMLSelectElement {
  const entries = choices.map(({ value, title, problem }) =>
    el('option', '', { value, title: problem || undefined, disabled: problem !== '' }, title),
  );
  return el('select', 'dlw-input', {}, ...entries);
}
