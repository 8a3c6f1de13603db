import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';
import { savedAtlas } from '../../shared/notebook-state';

/** Images with labels, of which one may be selected. */
export class ImageGridModel extends Model {
  static override serializers = {
    ...Model.serializers,
    atlas: { serialize: savedAtlas },
  };

  atlas!: Atlas;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('ImageGrid'),
      atlas: {},
      labels: [],
      tooltips: [],
      border_colors: [],
      colormap: 'gray',
      smooth: false,
      cell_size: 0,
      columns: 0,
      tight: false,
      selected: -1,
      tells_hover: false,
      title: '',
      description: '',
      empty_text: marked('No images yet.'),
      max_height: 480,
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['atlas'], () => {
      this.atlas = this.readable(() => readAtlas(this.get('atlas')), NO_IMAGES);
    });
  }
}
