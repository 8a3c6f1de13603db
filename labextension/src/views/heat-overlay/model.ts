import { identity, Model } from '../../core/model';
import { savedAtlas } from '../../shared/notebook-state';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';

/** A picture, and heat maps to lay over it. */
export class HeatOverlayModel extends Model {
  static override serializers = {
    ...Model.serializers,
    picture: { serialize: savedAtlas },
    maps: { serialize: savedAtlas },
  };

  shown!: { picture: Atlas; maps: Atlas };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('HeatOverlay'),
      picture: {},
      maps: {},
      titles: [],
      captions: [],
      signed: [],
      picture_title: 'Input',
      picture_caption: '',
      opacity: 0.6,
      colormap: 'inferno',
      description: '',
      empty_text: 'No heat map yet.',
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['picture', 'maps'], () => this.readImages());
  }

  get opacity(): number {
    return Math.min(1, Math.max(0, this.number('opacity', 0.6)));
  }

  private readImages(): void {
    const picture = this.readable(() => readAtlas(this.get('picture')), NO_IMAGES);
    const maps = this.readable(() => readAtlas(this.get('maps')), NO_IMAGES);
    const fits = maps.count === 0 || (maps.width === picture.width && maps.height === picture.height);
    // Traits that belong together may arrive one by one: what does not fit yet is not shown yet.
    this.shown = { picture, maps: fits && maps.channels === 1 ? maps : NO_IMAGES };
  }
}
