import { t, translated } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import { percent, readHeadings, shade, visible } from './decode';
import { Details } from './details';
import type { TextStreamModel } from './model';

/** Within this distance of its end a text is followed as it grows. */
const NEAR_END_PX = 24;

/** Draws a `TextStreamModel`: each character shaded by its probability, alternatives on hover or by the arrow keys. */
export class TextStreamView extends DrawnView {
  declare model: TextStreamModel;
  private heading!: HTMLElement;
  private caption!: HTMLElement;
  private body!: HTMLElement;
  private seed!: HTMLElement;
  private flow!: HTMLElement;
  private notice!: HTMLElement;
  private details!: Details;
  /** The element of each character, and the text that it belongs to. */
  private spans!: HTMLElement[];
  private drawnText!: number;
  private drawnHeadings!: string;
  private active!: number;

  override render(): void {
    super.render();
    this.spans = [];
    this.drawnText = NaN;
    this.drawnHeadings = '';
    this.active = -1;
    this.el.classList.add('dlw-text-stream');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-text-title', { role: 'heading', 'aria-level': 2 });
    this.caption = el('div', 'dlw-text-caption');
    this.seed = el('span', 'dlw-text-seed');
    this.flow = el('span', 'dlw-text-flow');
    this.body = el('div', 'dlw-text-body', { tabindex: 0, role: 'group' }, this.seed, this.flow);
    this.notice = el('div', 'dlw-text-notice');
    this.details = new Details();
    this.el.append(this.heading, this.caption, this.body, this.notice, this.details.root);
    this.listenTo(this.model, 'text', () => this.drawing.request());
    this.body.addEventListener('pointerover', (event) => this.onPointer(event));
    this.body.addEventListener('pointerleave', () => this.activate(-1));
    this.body.addEventListener('scroll', () => this.details.hide(), { passive: true });
    this.body.addEventListener('keydown', (event) => this.onKey(event));
    this.body.addEventListener('blur', () => this.activate(-1));
  }

  protected override draw(): void {
    const { model } = this;
    const title = model.localized('title');
    const count = model.count;
    setText(this.heading, title);
    this.heading.hidden = title === '';
    setText(this.caption, model.localized('caption'));
    this.caption.hidden = model.localized('caption') === '';
    setText(this.seed, model.text('seed_text'));
    const empty = count === 0 && model.text('seed_text') === '';
    setCode(this.notice, model.emptyText());
    this.notice.hidden = !empty || model.emptyText() === '';
    this.body.hidden = empty;
    this.body.style.maxHeight = `${model.number('max_height', 260)}px`;
    this.body.setAttribute(
      'aria-label',
      t('{title}. The arrow keys show the alternatives for each character.', { title: title || t('Text') }),
    );
    const { scrollHeight, scrollTop, clientHeight } = this.body;
    const following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    const before = this.spans.length;
    this.drawCharacters(count);
    this.el.classList.toggle('dlw-streaming', model.flag('streaming'));
    // A text that was there before its page is read from its beginning.
    if (following && before > 0 && count > before) this.body.scrollTop = this.body.scrollHeight;
    this.el.dataset.count = String(count);
    this.el.dataset.streaming = String(model.flag('streaming'));
  }

  private drawCharacters(count: number): void {
    const { model } = this;
    const headings = readHeadings(model.list('headings'));
    const key = JSON.stringify(headings.filter(({ at }) => at < this.spans.length));
    if (model.textNumber !== this.drawnText || count < this.spans.length || key !== this.drawnHeadings) {
      this.flow.replaceChildren();
      this.spans = [];
      this.activate(-1);
      this.drawnText = model.textNumber;
    }
    const before = new Map(headings.map(({ at, text }) => [at, text]));
    const fresh = document.createDocumentFragment();
    for (let index = this.spans.length; index < count; index += 1) {
      const heading = before.get(index);
      if (heading !== undefined) fresh.append(el('div', 'dlw-text-heading', {}, translated(heading)));
      const { character, probability } = model.character(index);
      const span = el('span', 'dlw-char', {}, character === '\n' ? '↵\n' : character);
      span.classList.toggle('dlw-char-break', character === '\n');
      span.style.setProperty('--dlw-shade', String(shade(probability)));
      span.dataset.index = String(index);
      this.spans.push(span);
      fresh.append(span);
    }
    this.flow.append(fresh);
    this.drawnHeadings = JSON.stringify(headings.filter(({ at }) => at < this.spans.length));
  }

  private onPointer(event: PointerEvent): void {
    const span = event.target instanceof Element ? event.target.closest<HTMLElement>('.dlw-char') : null;
    if (span) this.activate(Number(span.dataset.index));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.spans.length === 0) return;
    const last = this.spans.length - 1;
    const moves: Record<string, number> = {
      ArrowLeft: this.active - 1,
      ArrowRight: this.active + 1,
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') this.activate(-1);
    else if (event.key in moves) {
      this.activate(Math.max(0, Math.min(last, moves[event.key]!)));
      this.spans[this.active]?.scrollIntoView({ block: 'nearest' });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Shows the alternatives of the character at `index`, of none for -1. */
  private activate(index: number): void {
    this.spans[this.active]?.classList.remove('dlw-active');
    this.active = index;
    const span = this.spans[index];
    if (!span) {
      this.details.hide();
      return;
    }
    const character = this.model.character(index);
    span.classList.add('dlw-active');
    this.details.show(character, span, this.el);
    this.el.dataset.active = `${visible(character.character)} ${percent(character.probability)}`;
  }
}
