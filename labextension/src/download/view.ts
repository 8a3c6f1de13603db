import { DOMWidgetView } from '@jupyter-widgets/base';

import { reportError } from '../common/base';
import { download, el, setAttributes, setText } from '../common/dom';
import { icon } from '../common/icons';
import { followTheme } from '../common/theme';
import type { DownloadModel } from './model';

/** How long Python may take to make the file before the page says that something is wrong. */
const PATIENCE_MS = 10_000;

/** A button that saves a file which Python makes when it is pressed. */
export class DownloadView extends DOMWidgetView {
  declare model: DownloadModel;

  private button!: HTMLButtonElement;
  private readonly text = el('span');
  private request = 0;
  private timer = 0;
  private stopTheme!: () => void;

  override render(): void {
    super.render();
    this.stopTheme = followTheme(this.el);
    this.el.classList.add('dlw', 'dlw-download');
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
    this.stopTheme();
    super.remove();
    return this;
  }

  private show(problem = ''): void {
    setText(this.text, this.model.text('label'));
    this.button.disabled = this.model.flag('disabled');
    setAttributes(this.button, {
      title: problem || this.model.text('hint'),
      'aria-busy': this.timer ? 'true' : undefined,
      'data-problem': problem || undefined,
    });
    if (problem) setText(this.text, problem);
  }

  private ask(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.show('The kernel did not answer');
    }, PATIENCE_MS);
    this.show();
    this.request += 1;
    this.model.tell({ type: 'download', request: this.request });
  }

  private receive(content: unknown, buffers: DataView[]): void {
    const { type, request, name } = content as { type?: unknown; request?: unknown; name?: unknown };
    // Every view of the model hears the answer; only the one that asked saves the file.
    if (type !== 'file' || !this.timer || request !== this.request) return;
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.show();
    const data = buffers[0];
    if (data === undefined) {
      reportError('DownloadButton', new Error('the answer holds no file'));
      return;
    }
    download(
      typeof name === 'string' ? name : 'download',
      data as DataView<ArrayBuffer>,
      'application/octet-stream',
    );
  }
}
