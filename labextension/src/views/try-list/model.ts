import { marked, translated } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';

/** Things to try, each a text whose button sets the page up. */
export class TryListModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('TryList'),
      title: marked('Things to try'),
      items: [],
      current: -1,
      note: '',
      disabled: false,
    };
  }

  /** The texts in the reader's language. */
  get things(): string[] {
    return this.list('items').map((item) => (isRecord(item) ? translated(item.text) : ''));
  }
}
