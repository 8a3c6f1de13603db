import { identity, Model } from '../common/base';

/** Probabilities of classes. */
export class ClassBarsModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('ClassBars'),
      labels: [],
      values: [],
      marked: -1,
      title: '',
      empty_text: '',
    };
  }
}
