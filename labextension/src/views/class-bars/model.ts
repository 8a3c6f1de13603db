import { identity, Model } from '../../core/model';

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
