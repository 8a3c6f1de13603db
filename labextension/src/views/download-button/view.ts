import { t, translated } from '../../core/i18n';
import { reportError } from '../../core/model';
import { download, el, setAttributes, setText } from '../../shared/dom';
import { icon } from '../../shared/icons';
import { ThemedView } from '../../core/view';
import { isRecord } from '../../core/wire';
import type { DownloadModel } from './model';

/** How long Python may take to make the file before the page says that something is wrong. */
const PATIENCE_MS = 10_000;

/** Requests are numbered through for all views of the page, and from anywhere: other pages ask the same model. */
let lastRequest = Math.floor(Math.random() * 2 ** 30);

/** A button that saves a file which Python makes when it is pressed. */
export class DownloadView extends ThemedView {
  declare model: DownloadModel;

  private button!: HTMLButtonElement;
  private readonly text = el('span');
  /** What was asked for and not yet answered: one answer, however late, is enough for all of it. */
  private readonly asked = new Set<number>();
  private timer = 0;

  override render(): void {
    super.render();
    this.el.classList.add('dlw-download');
    this.button = el('button', 'dlw-button', { type: 'button' }, icon('csv'), this.text);
    this.button.addEventListener('click', () => this.ask());
    this.el.append(this.button);
    this.listenTo(this.model, 'change', () => this.show());
    this.listenTo(this.model, 'msg:custom', (content: unknown, buffers: DataView[]) => {
      this.receive(content, buffers);
    });
    this.show();
  }

  override remove(): this {
    window.clearTimeout(this.timer);
    super.remove();
    return this;
  }

  protected override onLanguage(): void {
    this.show();
  }

  private show(problem = ''): void {
    setText(this.text, this.model.localized('label'));
    this.button.disabled = this.model.flag('disabled');
    setAttributes(this.button, {
      title: problem || this.model.localized('hint'),
      'aria-busy': this.timer ? 'true' : undefined,
      'data-problem': problem || undefined,
    });
    if (problem) setText(this.text, problem);
  }

  private ask(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.show(t("The kernel hasn't answered yet"));
    }, PATIENCE_MS);
    this.show();
    lastRequest += 1;
    this.asked.add(lastRequest);
    this.model.tell({ type: 'download', request: lastRequest });
  }

  private receive(content: unknown, buffers: DataView[]): void {
    if (!isRecord(content) || (content.type !== 'file' && content.type !== 'error')) return;
    // Every view of the model hears the answer; only the one that asked uses it.
    if (!this.asked.has(content.request as number)) return;
    this.asked.clear();
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (content.type === 'error') {
      this.show(translated(content.text) || t('There is no file'));
      return;
    }
    this.show();
    const data = buffers[0];
    if (data === undefined) {
      reportError('DownloadButton', new Error('the answer holds no file'));
      return;
    }
    const name = typeof content.name === 'string' ? content.name : 'download';
    download(name, data as DataView<ArrayBuffer>, 'application/octet-stream');
  }
}
