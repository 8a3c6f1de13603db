import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { type Column, keptRows, readColumns, readRows } from './rows';

/** A table whose rows can be chosen. */
export class ChoiceTableModel extends Model {
  static override serializers = {
    ...Model.serializers,
    rows: { serialize: keptRows },
  };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('ChoiceTable'),
      columns: [],
      rows: [],
      depths: [],
      selected: -1,
      title: '',
      description: '',
      empty_text: marked('Nothing to show yet.'),
      max_height: 480,
    };
  }

  get columns(): Column[] {
    return readColumns(this.get('columns'));
  }

  get rows(): string[][] {
    return readRows(this.get('rows'));
  }
}
