import { DOMWidgetModel } from '@jupyter-widgets/base';

import { pageQuery } from './address';
import { chooseLanguage, messageText, t, translated } from './i18n';
import { isMessage } from './messages';
import { MODULE_NAME, MODULE_VERSION } from './version';

/** The attributes by which Python and browser find each other, for the defaults of a model. */
export function identity(kind: string): Record<string, string> {
  return {
    _model_name: `${kind}Model`,
    _model_module: MODULE_NAME,
    _model_module_version: MODULE_VERSION,
    _view_name: `${kind}View`,
    _view_module: MODULE_NAME,
    _view_module_version: MODULE_VERSION,
  };
}

/** What the user does goes to the kernel: an event of models, and of the elements of their views. */
export const ACTED = 'dlw:acted';

/** A message to Python. */
type Content = Record<string, string | number | boolean | null | object>;

/** A widget model whose traits are read with the type they must have, whatever was sent. */
export class Model extends DOMWidgetModel {
  /** Why what was sent cannot be shown, or "". */
  problem!: string;
  /** How often something came that a view may draw. */
  changes!: number;
  /** Whether there was a kernel, and is none any more. */
  lost!: boolean;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), _language: '' };
  }

  override initialize(
    attributes: Parameters<DOMWidgetModel['initialize']>[0],
    options: Parameters<DOMWidgetModel['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.problem = '';
    this.changes = 0;
    this.lost = false;
    this.listenTo(this, 'comm_live_update', () => {
      this.lost = !this.comm_live;
      this.trigger('change:empty_text');
      this.trigger('change');
    });
    this.listenTo(this, 'change msg:custom', () => {
      this.changes += 1;
    });
    // Python's `set_language`, which is for the whole page.
    if (this.text('_language')) chooseLanguage(this.text('_language'));
    this.listenTo(this, 'change:_language', () => chooseLanguage(this.text('_language')));
    // A page that is loaded while a kernel runs gets the state first and listens to changes later:
    // those in between it would never hear of. From here on it listens.
    const query = pageQuery();
    this.tell({ type: 'hello', ...(query === '' ? {} : { query }), ...this.known() });
  }

  /** What need not be sent again in answer to a greeting. */
  protected known(): Record<string, number> {
    return {};
  }

  /** Calls `take` now and whenever one of the traits has changed: before views hear of it, as they come later. */
  protected follow(traits: readonly string[], take: () => void): void {
    const anew = (): void => {
      this.problem = '';
      take();
    };
    anew();
    this.listenTo(this, traits.map((name) => `change:${name}`).join(' '), anew);
  }

  /** What `read` makes of a trait; where it throws, `otherwise`, and the reason as the problem. */
  protected readable<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      reportError(this.text('_model_name').replace(/Model$/, ''), error);
      return otherwise;
    }
  }

  /** What is shown in words and numbers, a line each, for a notebook that is opened without its kernel. */
  figures(): string[] {
    return [];
  }

  /** What is kept of a widget that lives without its kernel; null for any other. */
  kept(): string | null {
    return null;
  }

  /** A text as it was sent; where Python sent a message, that in the reader's language. */
  text(name: string): string {
    return textOf(this.get(name));
  }

  /** A text in English, whatever the reader's language, for what depends on it. */
  english(name: string): string {
    const value: unknown = this.get(name);
    return isMessage(value) ? value.text : this.text(name);
  }

  /** A text for people: also a plain one is translated where it is the English of a message. */
  localized(name: string): string {
    return translated(this.get(name));
  }

  /** What an empty view says: what will fill it, or that nothing will. */
  emptyText(name = 'empty_text'): string {
    const text = this.localized(name);
    return this.lost && text !== '' ? t('Nothing to show, because this view has no kernel anymore.') : text;
  }

  /** A finite number, or `fallback`. */
  number(name: string, fallback = 0): number {
    const value: unknown = this.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  }

  flag(name: string): boolean {
    return this.get(name) === true;
  }

  list(name: string): unknown[] {
    const value: unknown = this.get(name);
    return Array.isArray(value) ? value : [];
  }

  /** Names, such as those of classes, as they were sent. */
  texts(name: string): string[] {
    return this.list(name).map((value) => (typeof value === 'number' ? String(value) : textOf(value)));
  }

  /** Texts for people. */
  localizedList(name: string): string[] {
    return this.list(name).map(translated);
  }

  /** Sets a trait and sends it to Python. */
  put(name: string, value: unknown): void {
    this.set(name, value);
    this.save_changes();
    this.acted();
  }

  /** Tells Python what the user has done; without a kernel nothing happens. */
  act(content: Content): void {
    this.tell(content);
    this.acted();
  }

  /** Sends a message to Python; without a kernel nothing happens. */
  tell(content: Content): void {
    if (this.comm_live) this.send(content as Parameters<DOMWidgetModel['send']>[0]);
  }

  /** Lets the page acknowledge what goes to Python; see `shared/pending`. */
  protected acted(): void {
    this.trigger(ACTED);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || isMessage(value) ? messageText(value) : '';
}

/** Reports a message that cannot be used; the widget goes on. */
export function reportError(widget: string, error: unknown): void {
  console.error(`dlwidgets ${widget}: ${error instanceof Error ? error.message : String(error)}`, error);
}
