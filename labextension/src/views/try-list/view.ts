import { t } from '../../core/i18n';
import { reportError } from '../../core/model';
import { ThemedView } from '../../core/view';
import { isRecord } from '../../core/wire';
import { el, setAttributes, setText } from '../../shared/dom';
import { inlineMarkup } from '../../shared/inline-markup';
import type { TryListModel } from './model';

/** How long the outline of what is worth watching stays. */
const OUTLINE_MS = 4000;

/** A numbered list of things to try; a button sets the page up, and the page shows what to watch. */
export class TryListView extends ThemedView {
  declare model: TryListModel;

  private heading!: HTMLElement;
  private list!: HTMLOListElement;
  private reset!: HTMLButtonElement;
  private buttons: HTMLButtonElement[] = [];
  private notes: HTMLElement[] = [];
  private asked = false;
  private timer = 0;
  private watched: Element | null = null;

  override render(): void {
    super.render();
    this.el.classList.add('dlw-try');
    this.heading = el('h2', 'dlw-try-title');
    this.list = el('ol', 'dlw-try-items');
    this.reset = el('button', 'dlw-button', { type: 'button', 'data-action': 'reset' }, () =>
      t('Restore my settings'),
    );
    this.reset.addEventListener('click', () => this.model.tell({ type: 'reset' }));
    this.el.append(this.heading, this.list, this.reset);
    this.listenTo(this.model, 'change:items change:title', () => this.fill());
    this.listenTo(this.model, 'change:current change:disabled change:note', () => this.mark());
    this.listenTo(this.model, 'msg:custom', (content: unknown) => this.receive(content));
    this.fill();
  }

  override remove(): this {
    window.clearTimeout(this.timer);
    this.outline(null);
    super.remove();
    return this;
  }

  protected override onLanguage(): void {
    this.fill();
  }

  private fill(): void {
    setText(this.heading, this.model.localized('title'));
    this.buttons = [];
    this.notes = [];
    const rows = this.model.things.map((text, index) => {
      const prose = el('span', 'dlw-try-text', {}, ...inlineMarkup(text));
      const name = prose.querySelector('strong')?.textContent.replace(/[.。]$/, '') ?? String(index + 1);
      const button = el(
        'button',
        'dlw-button',
        { type: 'button', 'data-index': index, 'aria-label': () => t('Try it: {name}', { name }) },
        () => t('Try it'),
      );
      button.addEventListener('click', () => this.press(index));
      this.buttons.push(button);
      const note = el('div', 'dlw-try-note', { role: 'status' });
      this.notes.push(note);
      return el('li', '', {}, el('div', 'dlw-try-row', {}, prose, button), note);
    });
    this.list.replaceChildren(...rows);
    this.mark();
  }

  private mark(): void {
    const current = this.model.number('current', -1);
    this.buttons.forEach((button, index) => {
      button.disabled = this.model.flag('disabled');
      setAttributes(button.closest('li')!, { 'data-current': index === current });
    });
    this.notes.forEach((note, index) => setText(note, index === current ? this.model.localized('note') : ''));
    this.reset.hidden = current < 0;
  }

  private press(index: number): void {
    this.asked = true;
    this.model.tell({ type: 'try', index });
  }

  private receive(content: unknown): void {
    // Every view of the model hears it; the one that asked shows it.
    if (!this.asked || !isRecord(content) || content.type !== 'watch') return;
    this.asked = false;
    const { model, part } = content;
    if (typeof model !== 'string') return;
    this.show(model, typeof part === 'string' ? part : '').catch((error: unknown) => {
      reportError('TryList', error);
    });
  }

  /** Brings a widget of the page into sight and outlines it for a while. */
  private async show(id: string, part: string): Promise<void> {
    const model = await this.model.widget_manager.get_model(id);
    const views = await Promise.all(Object.values(model.views ?? {}));
    const elements = views.map((view) => {
      const root = (view as unknown as { el: HTMLElement }).el;
      return part === '' ? root : (root.querySelector(part) ?? root);
    });
    const shown = elements.find((element) => element.isConnected && element.getClientRects().length > 0);
    if (!shown) return;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const tall = shown.getBoundingClientRect().height > window.innerHeight;
    shown.scrollIntoView({ block: tall ? 'start' : 'center', behavior: calm ? 'auto' : 'smooth' });
    this.outline(shown);
  }

  private outline(element: Element | null): void {
    window.clearTimeout(this.timer);
    this.watched?.classList.remove('dlw-watched');
    this.watched = element;
    if (element === null) return;
    element.classList.add('dlw-watched');
    this.timer = window.setTimeout(() => this.outline(null), OUTLINE_MS);
  }
}
