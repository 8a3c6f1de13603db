import { t } from '../../core/i18n';
import { el, keepHeight, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { afterPaint } from '../../core/frame-scheduler';
import { DrawnView } from '../../core/view';
import { moveSelection } from '../../shared/grid-layout';
import { Card } from './card';
import { Detail } from './detail';
import type { Cards, PredictionCardsModel } from './model';
import { Pager, Toolbar, type Wish } from './toolbar';

/** How often Python is told that the pointer is over the cards. */
const OVER_MS = 4000;

/** Pages of predictions; only the present page is in the browser. */
export class PredictionCardsView extends DrawnView {
  declare model: PredictionCardsModel;
  private heading!: HTMLElement;
  private summary!: HTMLElement;
  private notice!: HTMLElement;
  private grid!: HTMLElement;
  private toolbar!: Toolbar;
  private pager!: Pager;
  private detail!: Detail;
  private pool!: Card[];
  private cards!: Cards;
  private asked!: number;
  /** The page that was wished for last; null when the newest wish was answered. */
  private wished!: number | null;
  /** When each wish was made that is not answered yet, in ms of the page's clock. */
  private made!: Map<number, number>;
  /** When Python was told last that the pointer is over the cards. */
  private told!: number;

  override render(): void {
    super.render();
    this.pool = [];
    this.asked = 0;
    this.wished = null;
    this.made = new Map();
    this.told = -OVER_MS;
    this.el.classList.add('dlw-prediction-cards');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.summary = el('div', 'dlw-summary', { role: 'status' });
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.toolbar = new Toolbar((wish) => this.wish(wish));
    this.pager = new Pager((wish) => this.wish(wish));
    this.detail = new Detail();
    this.grid = el('div', 'dlw-cards', {
      role: 'listbox',
      tabindex: 0,
      'aria-label': () => t('Predictions'),
    });
    const main = el('div', 'dlw-cards-main', {}, this.grid, this.notice, this.pager.root);
    this.el.append(
      el('div', 'dlw-view-head', {}, this.heading, this.summary),
      this.toolbar.root,
      el('div', 'dlw-cards-body', {}, main, this.detail.root),
    );
    this.cards = this.model.read('cards');
    this.listenTo(this.model, 'change:cards', () => this.onCards());
    this.grid.addEventListener('click', (event) => this.onClick(event));
    this.grid.addEventListener('keydown', (event) => this.onKey(event));
    this.grid.addEventListener('pointerenter', () => this.over(true));
    this.grid.addEventListener('pointermove', () => this.over(true));
    this.grid.addEventListener('pointerleave', () => this.over(false));
  }

  private onCards(): void {
    this.cards = this.model.read('cards');
    const { asked } = this.cards;
    if (asked >= this.asked) this.wished = null;
    const since = this.made.get(asked);
    for (const key of this.made.keys()) if (key <= asked) this.made.delete(key);
    if (since === undefined) return;
    this.drawing.request(true);
    requestAnimationFrame(() =>
      afterPaint(() => {
        const detail = { asked, ms: performance.now() - since };
        this.el.dispatchEvent(new CustomEvent('dlw:page', { detail, bubbles: true }));
      }),
    );
  }

  protected override draw(): void {
    this.drawCards();
    this.drawRest();
  }

  private drawCards(): void {
    const { verdicts, images } = this.cards;
    const selected = this.model.number('index', -1);
    keepHeight(this.el, verdicts.length === 0);
    while (this.pool.length < verdicts.length) this.pool.push(new Card());
    this.pool.forEach((card, at) => {
      const verdict = verdicts[at];
      card.root.hidden = !verdict;
      if (!verdict) return;
      if (!card.root.isConnected) this.grid.append(card.root);
      card.show(verdict, at, images, {
        name: (which) => this.model.className(which),
        theme: this.theme,
        colormap: this.model.text('colormap'),
        id: `dlw-card-${this.cid}-${at}`,
        selected: verdict.index === selected,
      });
    });
    this.grid.hidden = verdicts.length === 0;
    this.el.dataset.count = String(verdicts.length);
    this.el.dataset.asked = String(this.cards.asked);
  }

  private drawRest(): void {
    const { model } = this;
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setText(this.summary, model.localized('summary'));
    const failed = model.english('notice').startsWith('No predictions.');
    const waiting = this.cards.verdicts.length === 0 && !failed;
    setCode(this.notice, waiting ? model.emptyText('notice') : model.localized('notice'));
    this.notice.hidden = this.notice.textContent === '';
    this.notice.classList.toggle('dlw-error', failed);
    this.toolbar.show(model);
    this.pager.show(model, this.wished ?? model.number('page'));
    this.detail.show(
      model.read('detail'),
      (which) => model.className(which),
      this.theme,
      model.text('colormap'),
    );
    const selected = model.number('index', -1);
    const at = this.cards.verdicts.findIndex(({ index }) => index === selected);
    this.cards.verdicts.forEach((_, i) => this.pool[i]!.select(i === at));
    if (at >= 0) this.grid.setAttribute('aria-activedescendant', this.pool[at]!.root.id);
    else this.grid.removeAttribute('aria-activedescendant');
    this.el.dataset.total = String(model.number('total'));
    this.el.dataset.page = String(model.number('page'));
    this.el.dataset.index = String(selected);
    this.el.dataset.ready = 'true';
  }

  private wish(wish: Wish): void {
    this.asked += 1;
    this.made.set(this.asked, performance.now());
    if (typeof wish.page === 'number') this.wished = wish.page;
    this.model.act({ type: 'browse', ...wish, asked: this.asked });
    this.pager.show(this.model, this.wished ?? this.model.number('page'));
  }

  /** Tells Python that no card must move now, or may again; while the pointer rests there, now and then. */
  private over(here: boolean): void {
    const now = performance.now();
    if (here && now - this.told < OVER_MS) return;
    this.told = here ? now : -OVER_MS;
    this.model.tell({ type: 'over', over: here });
  }

  private pick(index: number): void {
    this.model.act({ type: 'pick', index });
  }

  private onClick(event: MouseEvent): void {
    const card = event.target instanceof Element ? event.target.closest<HTMLElement>('.dlw-card') : null;
    if (!card) return;
    const index = Number(card.dataset.index);
    this.pick(index === this.model.number('index', -1) ? -1 : index);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { verdicts } = this.cards;
    const pages = this.model.number('pages');
    const page = this.wished ?? this.model.number('page');
    const selected = verdicts.findIndex(({ index }) => index === this.model.number('index', -1));
    const turn = (to: number, select: 'first' | 'last'): void => {
      if (to >= 0 && to < pages) this.wish({ page: to, select });
    };
    const last = verdicts.length - 1;
    if (event.key === 'PageDown') turn(page + 1, 'first');
    else if (event.key === 'PageUp') turn(page - 1, 'first');
    else if (event.key === 'ArrowRight' && selected === last && last >= 0) turn(page + 1, 'first');
    else if (event.key === 'ArrowLeft' && selected === 0) turn(page - 1, 'last');
    else {
      const to = moveSelection(event.key, selected, verdicts.length, this.columns(), 1);
      if (to === null) return;
      if (to !== selected || selected < 0) this.pick(to < 0 ? -1 : verdicts[to]!.index);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** How many cards lie side by side. */
  private columns(): number {
    const tops = this.pool.slice(0, this.cards.verdicts.length).map((card) => card.root.offsetTop);
    const row = tops.findIndex((top) => top !== tops[0]);
    return Math.max(1, row < 0 ? tops.length : row);
  }
}
