import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { savedAtlas } from '../../shared/notebook-state';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';

/** An image, and heat maps to lay over it. */
export class HeatOverlayModel extends Model {
  static override serializers = {
    ...Model.serializers,
    image: { serialize: savedAtlas },
    maps: { serialize: savedAtlas },
  };

  shown!: { image: Atlas; maps: Atlas };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('HeatOverlay'),
      image: {},
      maps: {},
      titles: [],
      captions: [],
      abouts: [],
      signed: [],
      smooth: [],
      image_title: marked('Input'),
      image_caption: '',
      opacity: 0.6,
      colormap: 'inferno',
      description: '',
      empty_text: marked('No heat map yet.'),
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['image', 'maps'], () => this.readImages());
  }

  get opacity(): number {
    return Math.min(1, Math.max(0, this.number('opacity', 0.6)));
  }

  private readImages(): void {
    const image = this.readable(() => readAtlas(this.get('image')), NO_IMAGES);
    const maps = this.readable(() => readAtlas(this.get('maps')), NO_IMAGES);
    const fits = maps.count === 0 || (maps.width === image.width && maps.height === image.height);
    // Traits that belong together may arrive one by one: what does not fit yet is not shown yet.
    this.shown = { image, maps: fits && maps.channels === 1 ? maps : NO_IMAGES };
  }
}
