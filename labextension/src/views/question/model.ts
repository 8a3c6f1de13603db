import { identity, Model } from '../../core/model';

/** A question with choices, whose answer appears after the reader's own. */
export class QuestionModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Question'),
      text: '',
      choices: [],
      answer: 0,
      why: '',
      chosen: -1,
    };
  }

  override figures(): string[] {
    return [this.localized('text')];
  }
}
