/** One row: what is known about a run, with what can be done right in the row. */

import { locale, t, tn } from '../../core/i18n';
import type { LineStyle } from '../../core/theme';
import { el, setAttributes } from '../../shared/dom';
import { formatDuration, formatInteger, formatValue } from '../../shared/format';
import { icon, type IconName } from '../../shared/icons';
import { stateName } from '../../shared/run-states';
import { type Column, type RunRow } from './records';

export const MAX_NAME = 100;
export const MAX_TAG = 40;

/** What a row does. */
export interface RowActions {
  draw(id: string): void;
  rename(id: string, name: string): void;
  tag(id: string, tag: string): void;
  untag(id: string, tag: string): void;
  /** The row has no field any more: it takes the focus, and what came meanwhile. */
  edited(id: string): void;
}

/** What a row shows beside its run. */
export interface RowState {
  style: LineStyle | null;
  selected: boolean;
  active: boolean;
  pinned: boolean;
  /** Whether it names its metric: others have another one. */
  named: boolean;
}

function tool(name: IconName, label: string, act: () => void): HTMLButtonElement {
  const button = el('button', 'dlw-tool dlw-rt-tool', { type: 'button', 'aria-label': label, title: label });
  button.append(icon(name));
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    act();
  });
  return button;
}

/** A row of the table. Its element stays the same while its run changes. */
export class Row {
  readonly element = el('tr', 'dlw-rt-row');
  /** Whether a name or a tag is being typed. */
  editing = false;
  private drawn = '';

  constructor(
    private run: RunRow,
    private readonly actions: RowActions,
  ) {
    this.element.dataset.id = run.id;
    this.element.addEventListener('dblclick', (event) => {
      if (event.target instanceof Element && event.target.closest('.dlw-rt-name')) this.rename();
    });
  }

  /** Shows a run as it is now; nothing happens where nothing has changed, or while a text is typed. */
  show(run: RunRow, state: RowState): void {
    this.run = run;
    setAttributes(this.element, {
      'aria-selected': state.selected ? 'true' : 'false',
      'data-state': run.state,
      tabindex: state.active ? 0 : -1,
    });
    const wanted = JSON.stringify([run, state.style, state.pinned, state.named, locale()]);
    if (!this.editing && wanted !== this.drawn) {
      this.drawn = wanted;
      const focused = this.element.contains(document.activeElement)
        ? document.activeElement?.closest<HTMLElement>('[data-tool]')?.dataset.tool
        : undefined;
      this.element.replaceChildren(...this.cells(state));
      if (focused !== undefined) {
        const again = this.element.querySelector<HTMLElement>(`[data-tool="${CSS.escape(focused)}"]`);
        (again ?? this.element).focus({ preventScroll: true });
      }
    }
    // Only the tools of the active row are on the way of the Tab key.
    for (const one of this.element.querySelectorAll('button')) one.tabIndex = state.active ? 0 : -1;
  }

  /** Draws it anew with the next `show`, such as in another language. */
  forget(): void {
    this.drawn = '';
  }

  rename(): void {
    const cell = this.element.querySelector<HTMLElement>('.dlw-rt-name');
    if (!cell || this.editing) return;
    this.edit(cell, this.run.name, t('Name'), MAX_NAME, (name) => {
      if (name !== this.run.name) this.actions.rename(this.run.id, name);
    });
  }

  private cells(state: RowState): HTMLElement[] {
    const { run } = this;
    const cell = (column: Column, ...parts: (Node | string)[]): HTMLElement =>
      el('td', `dlw-rt-${column}`, { role: 'gridcell', 'aria-label': undefined }, ...parts);
    return [
      el('td', 'dlw-rt-eye', { role: 'gridcell' }, this.eye(state.style)),
      cell('state', ...this.stateParts()),
      cell('name', ...this.nameParts(state.pinned)),
      cell('model', el('span', 'dlw-rt-clip', { title: run.model, translate: 'no' }, run.model)),
      cell('data', el('span', 'dlw-rt-clip', { title: run.data, translate: 'no' }, run.data)),
      cell('best', ...this.bestParts(state.named)),
      cell('epoch', ...this.progressParts()),
      cell('seconds', formatDuration(run.seconds)),
      cell('created', ...this.dateParts()),
      cell('tags', ...this.tagParts()),
    ];
  }

  private eye(style: LineStyle | null): HTMLElement {
    const { run } = this;
    const label = style
      ? t('Hide the curves of {run}', { run: run.name })
      : t('Draw the curves of {run}', { run: run.name });
    const button = tool(style ? 'eye' : 'eyeOff', label, () => this.actions.draw(run.id));
    setAttributes(button, { 'data-tool': 'draw', 'aria-pressed': style ? 'true' : 'false' });
    const swatch = el('span', 'dlw-swatch', { 'data-dash': style?.dash, 'aria-hidden': 'true' });
    if (style) swatch.style.setProperty('--dlw-color', style.color);
    else swatch.classList.add('dlw-rt-no-swatch');
    button.prepend(swatch);
    return button;
  }

  private stateParts(): Node[] {
    const { state, message } = this.run;
    const explained =
      state === 'interrupted'
        ? t("This run's process ended before the run did. Resume the run to continue from its last state.")
        : message;
    return [
      el(
        'span',
        'dlw-rt-badge',
        { 'data-state': state, title: explained || undefined },
        el('span', 'dlw-rt-dot', { 'aria-hidden': 'true' }),
        stateName(state),
      ),
    ];
  }

  private nameParts(pinned: boolean): Node[] {
    const { run } = this;
    const parts: Node[] = [el('span', 'dlw-rt-clip', { title: run.name, translate: 'no' }, run.name)];
    if (pinned) {
      const mark = el('span', 'dlw-rt-pinned', { title: t('Its curves are the reference.') });
      mark.append(icon('pin'), el('span', 'dlw-sr-only', {}, t('Its curves are the reference.')));
      parts.push(mark);
    }
    const pencil = tool('pencil', t('Rename {run}', { run: run.name }), () => this.rename());
    pencil.dataset.tool = 'rename';
    parts.push(pencil);
    return parts;
  }

  private bestParts(named: boolean): Node[] {
    const { best, bestEpoch, metric } = this.run;
    if (Number.isNaN(best)) return [el('span', 'dlw-rt-muted', {}, '–')];
    const epoch = formatInteger(bestEpoch);
    const title = t('Best {metric}, in epoch {epoch}', { metric, epoch });
    const where = named ? t('{metric}, epoch {epoch}', { metric, epoch }) : t('epoch {epoch}', { epoch });
    return [
      el('span', 'dlw-rt-value', { title }, formatValue(best)),
      el('span', 'dlw-rt-muted', { title }, where),
    ];
  }

  private progressParts(): Node[] {
    const { epoch, epochs, step } = this.run;
    const steps = Number.isNaN(step) ? '' : tn('{n} step', '{n} steps', step, { n: formatInteger(step) });
    if (Number.isNaN(epochs)) return [el('span', '', {}, steps || '–')];
    const done = Number.isNaN(epoch) ? 0 : epoch;
    const text = t('{done} of {total}', {
      done: formatInteger(Math.floor(done)),
      total: formatInteger(epochs),
    });
    const bar = el('span', 'dlw-rt-bar', { 'aria-hidden': 'true' }, el('span'));
    bar.style.setProperty('--dlw-rt-share', `${Math.min(100, (100 * done) / Math.max(1, epochs))}%`);
    return [el('span', '', { title: steps || undefined }, text), bar];
  }

  private dateParts(): Node[] {
    const { created } = this.run;
    if (Number.isNaN(created)) return [];
    const date = new Date(created * 1000);
    const full = date.toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'medium' });
    const time = el('time', '', { title: full, translate: 'no', datetime: validDate(date) }, shortDate(date));
    return [time];
  }

  private tagParts(): Node[] {
    const { run } = this;
    const chips = run.tags.map((tag) => {
      const away = tool('close', t('Remove the tag {tag}', { tag }), () => this.actions.untag(run.id, tag));
      away.dataset.tool = `untag ${tag}`;
      return el(
        'span',
        'dlw-rt-tag',
        { title: tag, translate: 'no' },
        el('span', 'dlw-rt-clip', {}, tag),
        away,
      );
    });
    const add = tool('plus', t('Add a tag to {run}', { run: run.name }), () => {
      const cell = add.closest<HTMLElement>('td')!;
      this.edit(cell, '', t('Tag'), MAX_TAG, (tag) => this.actions.tag(run.id, tag));
    });
    add.dataset.tool = 'tag';
    return [el('div', 'dlw-rt-chips', {}, ...chips, add)];
  }

  /** Puts a field in place of what a cell shows. Enter takes the text, Escape leaves all as it was. */
  private edit(
    cell: HTMLElement,
    text: string,
    label: string,
    longest: number,
    take: (text: string) => void,
  ): void {
    this.editing = true;
    const field = el('input', 'dlw-input dlw-rt-field', {
      type: 'text',
      maxlength: longest,
      'aria-label': label,
      placeholder: label,
      spellcheck: 'false',
    });
    field.value = text;
    let open = true;
    const end = (taken: boolean): void => {
      if (!open) return;
      open = this.editing = false;
      this.forget();
      const value = field.value.trim();
      if (taken && value !== '') take(value);
      this.actions.edited(this.run.id);
    };
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === 'Enter' || event.key === 'Escape') {
        event.preventDefault();
        end(event.key === 'Enter');
      }
    });
    for (const kind of ['click', 'dblclick', 'mousedown']) {
      field.addEventListener(kind, (event) => event.stopPropagation());
    }
    field.addEventListener('blur', () => end(true));
    cell.replaceChildren(field);
    field.focus();
    field.select();
  }
}

function validDate(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The time of day for today, else the day; with its year where that is another. */
function shortDate(date: Date): string {
  const now = new Date();
  const sameYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleString(locale(), {
    ...(date.toDateString() === now.toDateString() ? {} : { day: 'numeric', month: 'short' }),
    ...(sameYear ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { year: 'numeric' }),
  });
}
