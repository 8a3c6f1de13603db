import { isServedPage, putIntoAddress } from '../../core/address';
import { t } from '../../core/i18n';
import { ThemedView } from '../../core/view';
import { isRecord } from '../../core/wire';
import { el, setAttributes } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import type { PageToolsModel } from './model';

type Tool = 'code' | 'save' | 'load' | 'open';

/** Browsers allow only so many changes of the address in a second. */
const ADDRESS_MS = 300;

let instances = 0;
let lastRequest = Math.floor(Math.random() * 2 ** 30);

/** A row of buttons, and below it what belongs to the one that is pressed. */
export class PageToolsView extends ThemedView {
  declare model: PageToolsModel;

  private readonly buttons = new Map<Tool, HTMLButtonElement>();
  private panel!: HTMLElement;
  private state!: HTMLElement;
  private notice!: HTMLElement;
  private cancel!: HTMLButtonElement;
  private keep!: HTMLButtonElement;
  private open: Tool | null = null;
  private code = '';
  private copied = false;
  /** The name that the model is being saved under, and that a failure leaves in the form. */
  private name = '';
  /** The request whose answer is awaited, and the tab that it is for. */
  private request = 0;
  private tab: Window | null = null;
  private timer = 0;

  override render(): void {
    super.render();
    instances += 1;
    const id = `dlw-page-tools-${instances}`;
    this.el.classList.add('dlw-page-tools');
    this.panel = el('div', 'dlw-page-tools-panel', { id });
    this.notice = el('p', 'dlw-page-tools-notice', { role: 'status' });
    this.cancel = el('button', 'dlw-button', { type: 'button' }, () => t('Cancel'));
    this.cancel.addEventListener('click', () => this.model.tell({ type: 'cancel' }));
    this.state = el('div', 'dlw-page-tools-state', {}, this.notice, this.cancel);
    const row = el('div', 'dlw-page-tools-row');
    const titles: [Tool, () => string][] = [
      ['open', () => t('Open model in…')],
      ['save', () => t('Save model…')],
      ['load', () => t('Load model…')],
      ['code', () => t('Copy as code')],
    ];
    for (const [tool, title] of titles) {
      const button = el(
        'button',
        'dlw-link-button',
        { type: 'button', 'data-tool': tool, 'aria-controls': id },
        title,
      );
      button.addEventListener('click', () => this.toggle(tool));
      this.buttons.set(tool, button);
      row.append(button);
    }
    this.keep = el(
      'button',
      'dlw-link-button',
      {
        type: 'button',
        'data-tool': 'keep',
        title: () => t('Keep the recorded run. Others are deleted when room is needed.'),
      },
      () => t('Keep run'),
    );
    this.keep.addEventListener('click', () => this.model.tell({ type: 'keep' }));
    row.append(this.keep);
    this.el.append(row, this.panel, this.state);
    this.listenTo(this.model, 'change:link', () => this.planAddress());
    this.listenTo(this.model, 'change:saved change:targets', () => this.fill());
    this.listenTo(
      this.model,
      'change:has_code change:keeps change:can_save change:can_keep change:saving change:notice change:notice_bad',
      () => this.show(),
    );
    this.listenTo(this.model, 'change:saving', () => this.saved());
    this.listenTo(this.model, 'msg:custom', (content: unknown) => this.receive(content));
    const leaving = (event: BeforeUnloadEvent): void => {
      if (isServedPage() && this.model.flag('active')) event.preventDefault();
    };
    window.addEventListener('beforeunload', leaving);
    this.stops.push(
      () => window.removeEventListener('beforeunload', leaving),
      () => window.clearTimeout(this.timer),
    );
    this.planAddress();
    this.fill();
  }

  protected override onLanguage(): void {
    this.fill();
  }

  private planAddress(): void {
    window.clearTimeout(this.timer);
    if (!isServedPage()) return;
    this.timer = window.setTimeout(() => putIntoAddress(this.model.link), ADDRESS_MS);
  }

  private toggle(tool: Tool, name = ''): void {
    this.open = this.open === tool ? null : tool;
    this.code = '';
    if (this.open === 'code') this.ask({ type: 'code' });
    this.fill();
    const field = this.panel.querySelector<HTMLInputElement>('input');
    if (field) field.value = name;
    (field ?? this.panel.querySelector('button'))?.focus();
  }

  private ask(content: Record<string, string>): void {
    lastRequest += 1;
    this.request = lastRequest;
    this.model.tell({ ...content, request: lastRequest });
  }

  private show(): void {
    const { model } = this;
    const saving = model.flag('saving');
    const served = isServedPage();
    const offered: Record<Tool, boolean> = {
      code: model.flag('has_code'),
      save: model.flag('keeps'),
      load: model.saved.length > 0,
      open: served && model.targets.length > 0,
    };
    for (const [tool, button] of this.buttons) {
      button.hidden = !offered[tool];
      const saves = tool === 'save' || tool === 'open';
      button.disabled = saves && (saving || !model.flag('can_save'));
      setAttributes(button, {
        'aria-expanded': this.open === tool ? 'true' : 'false',
        title: button.disabled && !saving ? t('There is no trained model yet.') : undefined,
      });
    }
    this.keep.hidden = !model.flag('can_keep');
    this.keep.disabled = saving;
    this.panel.hidden = this.open === null;
    setCode(this.notice, saving ? t('Saving…') : model.localized('notice'));
    this.state.hidden = this.notice.textContent === '';
    this.cancel.hidden = !saving;
    this.notice.classList.toggle('dlw-error', model.flag('notice_bad') && !saving);
  }

  /** Puts what belongs to the pressed button into the panel. */
  private fill(): void {
    this.panel.replaceChildren(...this.contents());
    this.show();
  }

  private contents(): Node[] {
    switch (this.open) {
      case 'code':
        return this.codeContents();
      case 'save':
        return this.saveContents();
      case 'load':
        return this.model.saved.map(({ name, text }) => this.choice(name, text, () => this.load(name)));
      case 'open':
        return this.model.targets.map(({ page, title, problem }) =>
          this.choice(title, problem, problem === '' ? () => this.go(page) : null),
        );
      case null:
        return [];
    }
  }

  private codeContents(): Node[] {
    if (this.code === '') return [el('p', '', {}, t('Waiting for the kernel…'))];
    const state = this.copied ? t('Copied. Paste it into a notebook.') : t('Copy this into a notebook.');
    const about = { tabindex: 0, role: 'group', 'aria-label': t('Code') };
    const code = el('pre', 'dlw-page-tools-code', about, this.code);
    return [el('p', '', { role: 'status' }, state), code];
  }

  private saveContents(): Node[] {
    const field = el('input', 'dlw-input', {
      type: 'text',
      maxlength: 60,
      spellcheck: 'false',
      required: true,
    });
    const form = el(
      'form',
      'dlw-page-tools-form',
      {},
      el('label', '', {}, t('Name'), ' ', field),
      el('button', 'dlw-button', { type: 'submit' }, t('Save')),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (field.value.trim() === '') return;
      this.toggle('save');
      this.name = field.value.trim();
      this.model.tell({ type: 'save', name: this.name });
    });
    return [form];
  }

  /** Offers a name again that the model could not be saved under. */
  private saved(): void {
    if (this.model.flag('saving') || this.name === '') return;
    const again = this.model.flag('notice_bad') && this.open === null;
    if (again) this.toggle('save', this.name);
    this.name = '';
  }

  /** @param action what a press does; null where the text says why it does nothing */
  private choice(title: string, text: string, action: (() => void) | null): HTMLElement {
    const button = el('button', 'dlw-button', { type: 'button', disabled: action === null }, title);
    if (action) button.addEventListener('click', action);
    return el('div', 'dlw-page-tools-choice', {}, button, el('span', '', {}, text));
  }

  private load(name: string): void {
    this.model.tell({ type: 'load', name });
    this.toggle('load');
  }

  /** Opens another page in a new tab, so that this one and its run stay. */
  private go(page: string): void {
    // At once, because a browser blocks a tab that no click has opened.
    this.tab = window.open('', '_blank');
    this.ask({ type: 'open', page });
    this.toggle('open');
  }

  private receive(content: unknown): void {
    // Every view of the model hears the answer; only the one that asked uses it.
    if (!isRecord(content) || content.request !== this.request) return;
    if (content.type === 'code' && typeof content.text === 'string') this.takeCode(content.text);
    else if (content.type === 'go') this.leaveFor(String(content.page), String(content.query));
    else if (content.type === 'failed') this.tab?.close();
  }

  private takeCode(text: string): void {
    this.code = text;
    this.copied = false;
    this.fill();
    // Pages that come without encryption have no clipboard.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    clipboard?.writeText(text).then(
      () => {
        this.copied = true;
        this.fill();
      },
      () => undefined, // the code is there to be selected
    );
  }

  private leaveFor(page: string, query: string): void {
    const url = new URL(`${encodeURIComponent(page)}.ipynb?${query}`, location.href);
    if (this.tab) this.tab.location.href = url.href;
    else location.assign(url);
    this.tab = null;
  }
}
