import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';

/** A button that asks Python for a file. */
export class DownloadModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Download'),
      label: marked('Download'),
      hint: '',
      disabled: false,
    };
  }
}
