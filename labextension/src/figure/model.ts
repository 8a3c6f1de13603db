import { identity, Model } from '../common/base';
import { savedFigure } from '../common/saving';

/** A Plotly figure, shown as it is. */
export class FigureModel extends Model {
  static override serializers = {
    ...Model.serializers,
    figure: { serialize: savedFigure },
  };

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Figure'), figure: {}, height: 360 };
  }
}
