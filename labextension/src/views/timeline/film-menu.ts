import { t, translated } from '../../core/i18n';
import { reportError } from '../../core/model';
import { isRecord } from '../../core/wire';
import { download, el, setAttributes, setText } from '../../shared/dom';
import { Floating } from '../../shared/floating';
import { icon } from '../../shared/icons';
import type { TimelineModel } from './model';

/** Requests are numbered through for all timelines of the page. */
let lastRequest = Math.floor(Math.random() * 2 ** 30);

/** A button that saves the film of a view; where there are several views, with a menu of them. */
export class FilmMenu {
  readonly root: HTMLElement;
  private readonly button = el(
    'button',
    'dlw-tool dlw-timeline-export',
    {
      type: 'button',
      title: () => t('Export film: a GIF of a view at every snapshot'),
      'aria-label': () => t('Export film'),
    },
    icon('film'),
  );
  private readonly menu = el('div', 'dlw-timeline-menu', { role: 'menu' });
  private readonly problem = el('div', 'dlw-timeline-problem', { role: 'alert' });
  private readonly done = el('span', 'dlw-timeline-frames');
  private readonly cancel = el(
    'button',
    'dlw-tool',
    { type: 'button', title: () => t('Cancel the film'), 'aria-label': () => t('Cancel the film') },
    icon('close'),
  );
  /** How far the film is that is being made. */
  private readonly making = el('div', 'dlw-timeline-making', { role: 'status' }, this.done, this.cancel);
  private readonly openMenu = new Floating(this.menu);
  private readonly openProblem = new Floating(this.problem);
  private asked = -1;
  /** Python's numbers of the films in the menu. */
  private ids: number[] = [];
  private noted = '';

  constructor(private readonly model: TimelineModel) {
    this.root = el('div', 'dlw-timeline-film', {}, this.button, this.making, this.menu, this.problem);
    this.cancel.addEventListener('click', () => this.model.tell({ type: 'cancel_film' }));
    this.button.addEventListener('click', () => this.press());
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.root.contains(relatedTarget))) this.close();
    });
  }

  /** Whether Python makes the film that was asked for here. */
  private get busy(): boolean {
    return this.model.flag('film_busy') || this.asked >= 0;
  }

  private get items(): HTMLElement[] {
    return [...this.menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  show(): void {
    const names = this.model.localizedList('films');
    this.root.hidden = names.length === 0 || !this.model.comm_live;
    this.button.disabled = this.busy;
    setAttributes(this.button, {
      'aria-busy': this.busy ? 'true' : undefined,
      'aria-haspopup': names.length > 1 ? 'menu' : undefined,
    });
    this.making.hidden = !this.busy;
    const [done = 0, frames = 0] = this.model.list('film_progress').map(Number);
    setText(this.done, frames > 0 ? t('Frame {done} of {frames}', { done, frames }) : '');
    const note = this.model.localized('film_note');
    if (this.asked >= 0 && note !== this.noted) this.say(note, 'note');
    this.noted = note;
    this.ids = this.model.list('film_ids').map(Number);
    const key = JSON.stringify([names, this.ids]);
    if (this.menu.dataset.films === key) return;
    this.menu.dataset.films = key;
    this.fill(names);
  }

  /** Puts the films into the menu. An open menu stays open, and the focus on the same film. */
  private fill(names: readonly string[]): void {
    const before = [...this.menu.children];
    const focused = before.find((item) => item === document.activeElement);
    const items = names.map((name, at) => {
      const id = this.ids[at];
      const item = el('button', 'dlw-timeline-item', { type: 'button', role: 'menuitem' }, name);
      if (id !== undefined) item.dataset.film = String(id);
      item.addEventListener('click', () => this.ask(id));
      return item;
    });
    this.menu.append(...items);
    // Before the old items go, or the focus would leave, and the menu would close.
    if (focused instanceof HTMLElement) {
      const same = items.find((item) => item.dataset.film === focused.dataset.film);
      (same ?? items[0])?.focus();
    }
    for (const item of before) item.remove();
    if (items.length === 0 && this.openMenu.shown) this.close();
  }

  /** Takes a message of Python's. */
  receive(content: unknown, buffers: DataView[]): void {
    if (!isRecord(content) || content.request !== this.asked || this.asked < 0) return;
    if (content.type === 'film_error') {
      this.say(translated(content.text) || t('There is no file'));
    } else if (content.type === 'film') {
      const [data] = buffers;
      if (data === undefined) reportError('Timeline', new Error('the answer holds no file'));
      else {
        const name = typeof content.name === 'string' ? content.name : 'film.gif';
        download(name, data as DataView<ArrayBuffer>, 'image/gif');
      }
    } else if (content.type !== 'film_canceled') return;
    if (content.type !== 'film_error') this.say('');
    this.asked = -1;
    this.show();
  }

  private say(text: string, kind: 'problem' | 'note' = 'problem'): void {
    setText(this.problem, text);
    this.problem.dataset.kind = kind;
    if (text === '') this.openProblem.hide();
    else this.openProblem.show(this.button.getBoundingClientRect(), this.button.offsetWidth / 2);
  }

  private press(): void {
    this.say('');
    const [first] = this.items;
    // The films may go while the button is being pressed, as when a run begins again.
    if (!first) return;
    if (this.items.length === 1) {
      this.ask(this.ids[0]);
      return;
    }
    if (this.openMenu.shown) {
      this.close();
      return;
    }
    this.openMenu.show(this.button.getBoundingClientRect(), this.button.offsetWidth / 2);
    this.button.setAttribute('aria-expanded', 'true');
    first.focus();
  }

  private ask(film: number | undefined): void {
    this.close();
    if (film === undefined) return;
    lastRequest += 1;
    this.asked = lastRequest;
    this.model.tell({ type: 'film', film, request: this.asked });
    this.show();
  }

  private close(): void {
    this.openMenu.hide();
    this.button.removeAttribute('aria-expanded');
    this.say('');
  }

  private onKey(event: KeyboardEvent): void {
    // The timeline's own keys are for its slider.
    event.stopPropagation();
    if (!this.openMenu.shown) return;
    const { items } = this;
    const at = items.indexOf(document.activeElement as HTMLElement);
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: items.length - 1 };
    const move = moves[event.key];
    if (event.key === 'Escape') {
      this.button.focus();
      this.close();
    } else if (move !== undefined) items[(at + move) % items.length]?.focus();
    else return;
    event.preventDefault();
  }
}
