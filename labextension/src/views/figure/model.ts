import { identity, Model } from '../../core/model';
import { savedFigure } from '../../shared/notebook-state';

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
