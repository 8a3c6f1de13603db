import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';

/** A button that sends a file to Python. */
export class UploadModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Upload'),
      label: marked('Your own file…'),
      hint: '',
      accept: '',
      limit: 8_000_000,
    };
  }

  /** Sends a file, or only its name and size where it is larger than Python takes. */
  async give(file: File): Promise<void> {
    const about = { type: 'file', name: file.name, size: file.size };
    if (file.size > this.number('limit')) {
      // The server closes the connection of a page that sends too much at once, without a word.
      this.act(about);
      return;
    }
    const content = await file.arrayBuffer();
    if (this.comm_live) this.send(about, {}, [content]);
    this.acted();
  }
}
