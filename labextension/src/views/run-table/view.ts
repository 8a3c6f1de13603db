import { isServedPage } from '../../core/address';
import { t, tn } from '../../core/i18n';
import { lineStyle } from '../../core/theme';
import { ThemedView } from '../../core/view';
import { isRecord } from '../../core/wire';
import { el, setAttributes, setText } from '../../shared/dom';
import { formatInteger } from '../../shared/format';
import { inlineCode, inlineMarkup } from '../../shared/inline-markup';
import type { RunTableModel } from './model';
import { headerCells } from './header';
import {
  type Action,
  type Choice,
  type Column,
  moved,
  type RunRow,
  selectedAfter,
  sharedMetric,
} from './records';
import { RowsInSight } from './rows-in-sight';
import { type Answer, Toolbar } from './toolbar';

/** Pixels of a row, where all is in one line and where it is in two. */
const ROW_HEIGHT = 34;
const NARROW_ROW_HEIGHT = 84;
const NARROW_PX = 640;
/** In a width like this the columns that say the least are left out. */
const MEDIUM_PX = 1000;
const SEARCH_MS = 150;
/** Numbers that are better when they are large, or dates: a first click on their column shows the largest first. */
const LARGEST_FIRST: readonly Column[] = ['best', 'epoch', 'seconds', 'created'];

let lastRequest = 0;

/** A table of runs, of which only the rows in sight are in the page. */
export class RunTableView extends ThemedView {
  declare model: RunTableModel;
  private heading!: HTMLElement;
  private search!: HTMLInputElement;
  private found!: HTMLElement;
  private toolbar!: Toolbar;
  private notice!: HTMLElement;
  private undo!: HTMLButtonElement;
  private state!: HTMLElement;
  private middle!: HTMLElement;
  private scroller!: HTMLElement;
  private table!: HTMLTableElement;
  private head!: HTMLTableRowElement;
  private empty!: HTMLElement;
  private rows!: RowsInSight;
  private all!: RunRow[];
  private shown!: RunRow[];
  /** The metric that all rows share; "" where they have several. */
  private metric!: string;
  /** The row that has the focus among the rows, and the one from which Shift selects. */
  private active!: string;
  private anchor!: string;
  /** What the empty table says. */
  private said!: string;
  private request!: number;
  private tab: Window | null = null;
  private timer = 0;

  override render(): void {
    super.render();
    this.all = this.shown = [];
    this.active = this.anchor = this.metric = this.said = '';
    this.request = 0;
    this.el.classList.add('dlw-run-table');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.build();
    this.listenTo(this.model, 'change:runs change:live', () => this.read());
    this.listenTo(this.model, 'change:search change:sort change:descending', () => this.arrange());
    this.listenTo(this.model, 'change:drawn change:slots change:selected change:pinned', () => this.fill());
    this.listenTo(this.model, 'change:actions', () => this.tools());
    this.listenTo(
      this.model,
      'change:notice change:notice_bad change:undo change:title change:empty_text change:max_height',
      () => this.words(),
    );
    this.listenTo(this.model, 'msg:custom', (content: unknown) => this.receive(content));
    this.watchSize(this.el, () => this.fit());
    this.stops.push(() => window.clearTimeout(this.timer));
    this.read();
  }

  protected override onLanguage(): void {
    this.rows.forget();
    this.arrange();
  }

  protected override onTheme(): void {
    this.fill();
  }

  // -- what is in the page -------------------------------------------------------------------

  private build(): void {
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.found = el('span', 'dlw-rt-found', { role: 'status' });
    this.search = el('input', 'dlw-input dlw-rt-search', {
      type: 'search',
      placeholder: () => t('Find runs, such as tag:baseline adam'),
      title: () =>
        t(
          'Finds words in any column, or in one column with tag:, state:, model:, data:, or name:, such as state:failed.',
        ),
      'aria-label': () => t('Find runs'),
      maxlength: 200,
      spellcheck: 'false',
    });
    this.search.addEventListener('input', () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.model.put('search', this.search.value), SEARCH_MS);
    });
    this.toolbar = new Toolbar((action, answer) => this.act(action, answer));
    this.notice = el('span', 'dlw-rt-said', { role: 'status' });
    this.undo = el('button', 'dlw-button', { type: 'button', 'data-act': 'undo' }, () => t('Undo'));
    this.undo.addEventListener('click', () => this.model.act({ type: 'undo' }));
    this.state = el('div', 'dlw-rt-notice', {}, this.notice, this.undo);
    this.head = el('tr', '', { role: 'row' });
    this.rows = new RowsInSight({
      draw: (id) => this.draw(id),
      rename: (id, name) => this.model.act({ type: 'rename', id, name }),
      tag: (id, tag) => this.model.act({ type: 'tag', id, tag }),
      untag: (id, tag) => this.model.act({ type: 'untag', id, tag }),
      edited: (id) => {
        this.fill();
        this.rows.focus(id);
      },
    });
    const { body } = this.rows;
    this.table = el(
      'table',
      'dlw-rt-table',
      { role: 'grid', 'aria-multiselectable': 'true', 'aria-label': () => t('Runs') },
      el('thead', '', { role: 'rowgroup' }, this.head),
      body,
    );
    this.scroller = el('div', 'dlw-scroller', {}, this.table);
    this.empty = el('div', 'dlw-notice dlw-rt-empty', { role: 'status' });
    this.scroller.addEventListener('scroll', () => this.fill(), { passive: true });
    body.addEventListener('click', (event) => this.onClick(event));
    body.addEventListener('keydown', (event) => this.onKey(event));
    this.el.append(
      el('div', 'dlw-rt-top', {}, this.heading, this.found, this.search),
      (this.middle = el('div', 'dlw-rt-middle', {}, this.toolbar.root, this.state)),
      this.scroller,
      this.empty,
    );
  }

  private read(): void {
    this.all = this.model.rows;
    this.arrange();
  }

  /** Searches and sorts. */
  private arrange(): void {
    this.shown = this.model.shownOf(this.all);
    this.metric = sharedMetric(this.all);
    if (!this.shown.some(({ id }) => id === this.active)) this.active = this.shown[0]?.id ?? '';
    if (document.activeElement !== this.search) this.search.value = this.model.text('search');
    this.headers();
    this.words();
    this.fill();
    this.tools();
    setAttributes(this.el, {
      'data-ready': 'true',
      'data-rows': this.all.length,
      'data-shown': this.shown.length,
    });
  }

  private headers(): void {
    const focused = this.head.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.sort
      : undefined;
    const { sortedBy } = this.model;
    this.head.replaceChildren(
      ...headerCells(sortedBy, this.model.flag('descending'), this.metric, (column) => this.sort(column)),
    );
    if (focused !== undefined) this.head.querySelector<HTMLElement>(`[data-sort="${focused}"]`)?.focus();
  }

  private words(): void {
    const { model } = this;
    const [many, shown] = [this.all.length, this.shown.length];
    setText(this.heading, model.localized('title'));
    this.heading.hidden = this.heading.textContent === '';
    const all = tn('{n} run', '{n} runs', many, { n: formatInteger(many) });
    setText(
      this.found,
      many === 0
        ? ''
        : shown === many
          ? all
          : t('{shown} of {all} runs', { shown: formatInteger(shown), all: formatInteger(many) }),
    );
    this.search.hidden = this.toolbar.root.hidden = many === 0;
    this.middle.hidden = many === 0 && model.text('notice') === '';
    this.scroller.hidden = shown === 0;
    this.scroller.style.maxHeight = `${Math.max(120, model.number('max_height', 420))}px`;
    const text = many === 0 ? model.emptyText() : shown === 0 ? t('No run matches the search.') : '';
    if (text !== this.said) this.empty.replaceChildren(...inlineMarkup(text));
    this.said = text;
    this.empty.hidden = this.empty.textContent === '';
    const notice = model.localized('notice');
    if (notice.replaceAll('`', '') !== this.notice.textContent)
      this.notice.replaceChildren(...inlineCode(notice));
    this.notice.classList.toggle('dlw-error', model.flag('notice_bad'));
    this.undo.hidden = !model.flag('undo');
    this.state.hidden = this.notice.textContent === '';
  }

  private tools(): void {
    this.toolbar.show(this.model.actions, this.model.list('selected').length);
  }

  private get rowHeight(): number {
    return this.el.dataset.size === 'narrow' ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  }

  private fit(): void {
    const { clientWidth } = this.el;
    const size =
      clientWidth === 0 || clientWidth > MEDIUM_PX ? 'wide' : clientWidth < NARROW_PX ? 'narrow' : 'medium';
    this.el.dataset.size = size;
    this.el.style.setProperty('--dlw-rt-row', `${this.rowHeight}px`);
    this.fill();
  }

  /** Puts the rows in sight into the page. */
  private fill(): void {
    const { model } = this;
    const selected = new Set(model.texts('selected'));
    const pinned = model.text('pinned');
    this.rows.fill({
      shown: this.shown,
      active: this.active,
      height: this.rowHeight,
      top: this.scroller.scrollTop,
      room: this.scroller.clientHeight || model.number('max_height', 420),
      stateOf: ({ id }) => {
        const slot = model.slotOf(id);
        return {
          style: slot < 0 ? null : lineStyle(this.theme, slot),
          selected: selected.has(id),
          active: id === this.active,
          pinned: id === pinned,
          named: this.metric === '',
        };
      },
    });
    setAttributes(this.table, { 'aria-rowcount': this.shown.length + 1 });
    this.tools();
  }

  // -- what the user does --------------------------------------------------------------------

  private sort(column: Column): void {
    const now = column === this.model.sortedBy;
    this.model.set('sort', column);
    this.model.put('descending', now ? !this.model.flag('descending') : LARGEST_FIRST.includes(column));
  }

  private draw(id: string): void {
    const drawn = this.model.texts('drawn');
    this.model.put('drawn', drawn.includes(id) ? drawn.filter((one) => one !== id) : [...drawn, id]);
  }

  private onClick(event: MouseEvent): void {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>('tr[data-id]') : null;
    if (!line) return;
    const id = line.dataset.id!;
    this.select(id, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
    line.focus({ preventScroll: true });
  }

  private onKey(event: KeyboardEvent): void {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>('tr[data-id]') : null;
    if (!line || event.altKey) return;
    const onRow = event.target === line;
    const control = event.ctrlKey || event.metaKey;
    if (this.runKey(event, line.dataset.id!, onRow, control)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Does what a key does; false for a key that isn't ours. */
  private runKey(event: KeyboardEvent, id: string, onRow: boolean, control: boolean): boolean {
    const { key } = event;
    if (control && key.toLowerCase() === 'a') {
      this.model.put(
        'selected',
        this.shown.map((run) => run.id),
      );
      return true;
    }
    if (key === 'F2') {
      this.rows.rename(id);
      return true;
    }
    if (key === 'Escape' && !onRow) {
      this.focusRow(id);
      return true;
    }
    if (onRow && key === ' ') {
      if (control) this.select(id, 'toggle');
      else this.draw(id);
      return true;
    }
    if (onRow && (key === 'Enter' || key === 'Delete'))
      return this.shortcut(key === 'Enter' ? 'open' : 'delete', id);
    const at = this.shown.findIndex((run) => run.id === this.active);
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.rowHeight) - 1);
    const next = moved(key, at, this.shown.length, page);
    if (next === null) return false;
    const target = this.shown[next]!.id;
    if (control) this.active = target;
    else this.select(target, event.shiftKey ? 'range' : 'only');
    this.focusRow(target);
    return true;
  }

  /** Presses a button by a key, for the row that has the focus. */
  private shortcut(name: string, id: string): boolean {
    if (!this.model.texts('selected').includes(id)) this.select(id, 'only');
    const action = this.model.actions.find((one) => one.name === name);
    // The actions of another selection come from the kernel a moment later.
    if (action) this.act({ ...action, problem: '' }, {});
    return true;
  }

  private select(id: string, how: Choice): void {
    const before = this.model.texts('selected');
    const ids = this.shown.map((run) => run.id);
    const wanted = selectedAfter(how, id, before, ids, this.anchor || this.active);
    if (how !== 'range') this.anchor = id;
    this.active = id;
    if (wanted.join('\n') !== before.join('\n')) this.model.put('selected', wanted);
    this.fill();
  }

  private focusRow(id: string): void {
    const index = this.shown.findIndex((run) => run.id === id);
    if (index < 0) return;
    const height = this.rowHeight;
    const head = this.head.offsetHeight;
    const top = index * height;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + height > scrollTop + clientHeight - head)
      this.scroller.scrollTop = top + height - clientHeight + head;
    this.fill();
    this.rows.focus(id);
  }

  private act(action: Action, answer: Answer): void {
    if (action.problem !== '' || !this.model.comm_live) return;
    // At once, because a browser blocks a tab that no click has opened.
    const served = isServedPage();
    if (action.leaves && served) {
      this.tab = window.open('', '_blank');
      if (this.tab) this.tab.document.body.textContent = t('Preparing the page…');
    }
    lastRequest += 1;
    this.request = lastRequest;
    const ids = this.model.texts('selected');
    this.model.act({ type: 'act', name: action.name, ids, ...answer, served, request: this.request });
  }

  private receive(content: unknown): void {
    // Every view of the model hears the answer; only the one that asked uses it.
    if (!isRecord(content) || content.request !== this.request) return;
    if (content.type === 'go') {
      const page = encodeURIComponent(String(content.page));
      const url = new URL(`${page}.ipynb?${String(content.query)}`, location.href);
      if (this.tab) this.tab.location.href = url.href;
      else location.assign(url);
    } else if (content.type === 'failed') this.tab?.close();
    this.tab = null;
  }
}
