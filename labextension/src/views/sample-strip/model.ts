import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';
import { savedAtlas } from '../../shared/notebook-state';

/** A sample and a model's answer. */
export class SampleStripModel extends Model {
  static override serializers = { ...Model.serializers, image: { serialize: savedAtlas } };

  shown!: Atlas;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('SampleStrip'),
      image: {},
      name: '',
      predicted: '',
      confidence: null,
      truth: '',
      verdict: '',
      values: [],
      labels: [],
      marked: -1,
      step: -1,
      empty_text: marked("The selected image and the model's answer appear here."),
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['image'], () => {
      this.shown = this.readable(() => readAtlas(this.get('image')), NO_IMAGES);
    });
  }
}
