import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { ThemedView } from '../../core/view';
import type { ChoiceTableModel } from './model';
import { matching, moveRow } from './rows';

/** With so many rows a field to search them is worth its room. */
const MANY = 12;
const ROW_HEIGHT = 27; // pixels, for the length of a page

/** Shows rows of text; a click or the keys choose one. */
export class ChoiceTableView extends ThemedView {
  declare model: ChoiceTableModel;
  private heading!: HTMLElement;
  private search!: HTMLInputElement;
  private scroller!: HTMLElement;
  private head!: HTMLTableSectionElement;
  private body!: HTMLTableSectionElement;
  private notice!: HTMLElement;
  private lines!: HTMLTableRowElement[];
  private shown!: number[];

  override render(): void {
    super.render();
    this.lines = [];
    this.shown = [];
    this.el.classList.add('dlw-choice-table');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.search = el('input', 'dlw-ct-search', {
      type: 'search',
      placeholder: () => t('Find…'),
      'aria-label': () => t('Find rows'),
      spellcheck: 'false',
    });
    this.head = el('thead');
    this.body = el('tbody');
    const table = el('table', 'dlw-ct-table', {}, this.head, this.body);
    this.scroller = el('div', 'dlw-scroller dlw-ct-scroller', { tabindex: 0, role: 'group' }, table);
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.el.append(el('div', 'dlw-ct-top', {}, this.heading, this.search), this.scroller, this.notice);
    this.listenTo(this.model, 'change:columns change:rows change:depths', () => this.fill());
    this.listenTo(this.model, 'change:selected', () => this.mark(true));
    this.listenTo(this.model, 'change:title change:empty_text change:max_height change:description', () =>
      this.words(),
    );
    this.search.addEventListener('input', () => this.filter());
    this.body.addEventListener('click', (event) => this.onClick(event));
    this.scroller.addEventListener('keydown', (event) => this.onKey(event));
    this.fill();
  }

  protected override onLanguage(): void {
    this.fill();
  }

  private fill(): void {
    const { columns, rows } = this.model;
    const depths = this.model.list('depths');
    const names = columns.map(({ name, numeric, hint }) =>
      el('th', numeric ? 'dlw-ct-number' : '', { scope: 'col', title: hint || undefined }, name),
    );
    this.head.replaceChildren(el('tr', '', {}, ...names));
    this.lines = rows.map((row, index) => {
      const cells = columns.map(({ numeric }, i) =>
        el('td', numeric ? 'dlw-ct-number' : '', {}, row[i] ?? ''),
      );
      const depth = Math.min(8, Math.max(0, Number(depths[index]) || 0));
      if (depth > 0) cells[0]?.style.setProperty('padding-left', `${8 + 16 * depth}px`);
      return el('tr', '', { 'data-index': index }, ...cells);
    });
    this.body.replaceChildren(...this.lines);
    this.words();
    this.filter();
    this.mark(true);
    setAttributes(this.el, { 'data-ready': 'true', 'data-rows': rows.length });
  }

  private words(): void {
    const { model } = this;
    const empty = this.lines.length === 0;
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    this.search.hidden = this.lines.length < MANY;
    this.scroller.hidden = empty;
    this.scroller.style.maxHeight = `${Math.max(80, model.number('max_height', 480))}px`;
    setAttributes(this.scroller, {
      'aria-label': model.localized('description') || model.localized('title') || t('Table'),
    });
    const none = !empty && this.shown.length === 0;
    setCode(this.notice, empty ? model.emptyText() : none ? t('No matching rows.') : '');
    this.notice.hidden = this.notice.textContent === '';
  }

  private filter(): void {
    if (this.lines.length < MANY) this.search.value = '';
    this.shown = matching(this.model.rows, this.search.value);
    const kept = new Set(this.shown);
    this.lines.forEach((line, index) => (line.hidden = !kept.has(index)));
    this.words();
  }

  private mark(revealing = false): void {
    const selected = this.model.number('selected', -1);
    this.lines.forEach((line, index) => {
      setAttributes(line, { 'aria-selected': index === selected ? 'true' : undefined });
    });
    if (revealing) this.reveal(this.lines[selected]);
  }

  /** Scrolls the table, but not the page. */
  private reveal(line: HTMLTableRowElement | undefined): void {
    if (!line || line.hidden) return;
    const { scrollTop, clientHeight } = this.scroller;
    const head = this.head.offsetHeight;
    const top = line.offsetTop - head;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (line.offsetTop + line.offsetHeight > scrollTop + clientHeight) {
      this.scroller.scrollTop = line.offsetTop + line.offsetHeight - clientHeight;
    }
  }

  private onClick(event: MouseEvent): void {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>('tr') : null;
    if (line) this.select(Number(line.dataset.index));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 1);
    const next = moveRow(event.key, this.model.number('selected', -1), this.shown, page);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.select(next);
  }

  private select(index: number): void {
    if (index !== this.model.number('selected', -1)) this.model.put('selected', index);
  }
}
