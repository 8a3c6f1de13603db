import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { savedAtlas, savedFigure } from '../../shared/notebook-state';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';
import { NO_UNITS, readUnits, type Units, type Values } from '../../shared/units';
import { NO_VALUES, readValues } from './values';

/** A matrix of values, over a picture where there is one. */
export class ChannelMapModel extends Model {
  static override serializers = {
    ...Model.serializers,
    image: { serialize: savedAtlas },
    values: { serialize: savedFigure },
    units: { serialize: (): unknown => ({}) },
  };

  shown!: { image: Atlas; values: Values; units: Units };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('ChannelMap'),
      image: {},
      values: {},
      units: {},
      title: '',
      row_name: marked('row'),
      column_name: marked('column'),
      opacity: 0.7,
      colormap: 'viridis',
      stretch: false,
      description: '',
      empty_text: marked('Nothing is selected yet.'),
      max_height: 360,
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['image', 'values', 'units'], () => {
      this.shown = {
        image: this.readable(() => readAtlas(this.get('image')), NO_IMAGES),
        values: this.readable(() => readValues(this.get('values')), NO_VALUES),
        units: this.readable(() => readUnits(this.get('units')), NO_UNITS),
      };
    });
  }

  get opacity(): number {
    return Math.min(1, Math.max(0, this.number('opacity', 0.7)));
  }
}
