import { identity, Model, reportError } from '../common/base';
import { savedAtlas } from '../common/saving';
import { type Atlas, NO_IMAGES, readAtlas } from '../images/atlas';

/** A picture, and heat maps to lay over it. */
export class HeatOverlayModel extends Model {
  static override serializers = {
    ...Model.serializers,
    picture: { serialize: savedAtlas },
    maps: { serialize: savedAtlas },
  };

  shown!: { picture: Atlas; maps: Atlas };
  /** Why they cannot be shown, or "". */
  problem!: string;

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
    this.readImages();
    // Views hear of a change after this listener, which was there first.
    this.listenTo(this, 'change:picture change:maps', () => this.readImages());
  }

  get opacity(): number {
    return Math.min(1, Math.max(0, this.number('opacity', 0.6)));
  }

  private readImages(): void {
    this.problem = '';
    const picture = this.read('picture');
    const maps = this.read('maps');
    const fits = maps.count === 0 || (maps.width === picture.width && maps.height === picture.height);
    // Traits that belong together may arrive one by one: what does not fit yet is not shown yet.
    this.shown = { picture, maps: fits && maps.channels === 1 ? maps : NO_IMAGES };
  }

  private read(name: 'picture' | 'maps'): Atlas {
    try {
      return readAtlas(this.get(name));
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      reportError('HeatOverlay', error);
      return NO_IMAGES;
    }
  }
}
