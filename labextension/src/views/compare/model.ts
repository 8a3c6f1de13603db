import { marked } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';
import { thumbnail } from './thumbnail';

/** Two pictures of the same scene, one before and one after, with a divider between them. */
export class CompareModel extends Model {
  static override serializers = {
    ...Model.serializers,
    before: { serialize: thumbnail },
    after: { serialize: thumbnail },
    film: { serialize: (): object => ({}) },
  };

  pictures!: { before: Atlas; after: Atlas };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Compare'),
      before: {},
      after: {},
      film: {},
      before_label: marked('Before'),
      after_label: marked('After'),
      position: 0.5,
      description: '',
      empty_text: marked('No image yet.'),
      max_height: 560,
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['before', 'after'], () => {
      this.pictures = { before: this.picture('before'), after: this.picture('after') };
    });
  }

  /** A GIF file that is played in place of the picture after; null for none. */
  get film(): Uint8Array<ArrayBuffer> | null {
    const film = this.get('film') as unknown;
    const data = isRecord(film) ? film.data : null;
    if (!ArrayBuffer.isView(data)) return null;
    return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }

  /** Where the divider stands: 0 shows only what is after, 1 only what was before. */
  get position(): number {
    return Math.min(1, Math.max(0, this.number('position', 0.5)));
  }

  private picture(name: 'before' | 'after'): Atlas {
    return this.readable(() => readAtlas(this.get(name)), NO_IMAGES);
  }
}
