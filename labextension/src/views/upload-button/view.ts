import { reportError } from '../../core/model';
import { el, setAttributes, setText } from '../../shared/dom';
import { ThemedView } from '../../core/view';
import type { UploadModel } from './model';

/** A button that lets a visitor choose a file; a file may be dropped on it as well. */
export class UploadView extends ThemedView {
  declare model: UploadModel;

  private readonly button = el('button', 'dlw-button', { type: 'button' });
  private readonly field = el('input', '', { type: 'file', tabindex: '-1', 'aria-hidden': 'true' });

  override render(): void {
    super.render();
    this.el.classList.add('dlw-upload');
    this.field.hidden = true;
    this.button.addEventListener('click', () => this.field.click());
    this.field.addEventListener('change', () => this.take(this.field.files));
    this.el.addEventListener('dragover', (event: DragEvent) => event.preventDefault());
    this.el.addEventListener('drop', (event: DragEvent) => {
      event.preventDefault();
      this.take(event.dataTransfer?.files ?? null);
    });
    this.el.append(this.button, this.field);
    this.listenTo(this.model, 'change', () => this.show());
    this.show();
  }

  protected override onLanguage(): void {
    this.show();
  }

  private show(): void {
    setText(this.button, this.model.localized('label'));
    setAttributes(this.button, { title: this.model.localized('hint') });
    this.field.accept = this.model.text('accept');
  }

  private take(files: FileList | null): void {
    const file = files?.[0];
    if (file !== undefined) {
      this.model.give(file).catch((error: unknown) => reportError('UploadButton', error));
    }
    this.field.value = ''; // so that the same file can be chosen again
  }
}
