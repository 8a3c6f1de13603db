import { identity, Model } from '../common/base';

/** A Plotly figure, shown as it is. */
export class FigureModel extends Model {
  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Figure'), figure: {}, height: 360 };
  }
}
