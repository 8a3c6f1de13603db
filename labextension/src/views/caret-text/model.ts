import { identity, Model } from '../../core/model';

/** A box to write in, with the place of the caret in characters. */
export class CaretTextModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('CaretText'),
      value: '',
      caret: -1,
      label: '',
      placeholder: '',
      rows: 4,
    };
  }
}
