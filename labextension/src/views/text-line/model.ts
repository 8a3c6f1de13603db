import { identity, Model } from '../../core/model';

/** A line of text. */
export class TextLineModel extends Model {
  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('TextLine'), value: '' };
  }
}
