import { messageTextOr } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { MAX_SAVED_BYTES, savedAtlas } from '../../shared/notebook-state';
import { isRecord, WireError } from '../../core/wire';
import { type Atlas, NO_IMAGES, readAtlas } from '../../shared/atlas';

/** What was predicted for one sample. */
export interface Verdict {
  /** Row number in the data. */
  index: number;
  /** -1 where the output is not a number. */
  predicted: number;
  truth: number;
  /** 0 to 1; NaN where unknown. */
  confidence: number;
  /** Cross-entropy in nats; NaN where unknown. */
  loss: number;
  /** The classes that have a bar. */
  classes: number[];
  /** Their probabilities; NaN where unknown. */
  bars: number[];
}

/** Some samples, with their images if they have any. */
export interface Cards {
  /** Number of the visitor's wish that they answer. */
  asked: number;
  verdicts: Verdict[];
  images: Atlas;
}

const NO_CARDS: Cards = { asked: 0, verdicts: [], images: NO_IMAGES };

/**
 * Checks the `cards` trait (or `detail`, which is the same with one sample). An empty object gives none.
 *
 * @throws WireError when its lists are not equally long
 */
export function readCards(value: unknown): Cards {
  if (!isRecord(value) || !Array.isArray(value.index)) return NO_CARDS;
  const n = value.index.length;
  const column = (name: string): unknown[] => {
    const list = value[name];
    if (Array.isArray(list) && list.length === n) return list;
    throw new WireError(`cards: ${name} must be a list of ${n}`);
  };
  const [index, predicted, truth] = ['index', 'predicted', 'truth'].map(column);
  const [confidence, loss, classes, bars] = ['confidence', 'loss', 'bar_classes', 'bars'].map(column);
  const verdicts = Array.from({ length: n }, (_, i): Verdict => {
    const shown = numbers(classes![i]);
    return {
      index: numeric(index![i]),
      predicted: numeric(predicted![i]),
      truth: numeric(truth![i]),
      confidence: numeric(confidence![i]),
      loss: numeric(loss![i]),
      classes: shown,
      bars: numbers(bars![i]).slice(0, shown.length),
    };
  });
  const images = readAtlas(value.images);
  if (images.count !== 0 && images.count !== n) {
    throw new WireError(`cards: ${n} samples need as many images. Received: ${images.count}`);
  }
  return { asked: typeof value.asked === 'number' ? value.asked : 0, verdicts, images };
}

function numeric(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(numeric) : [];
}

const COLUMNS = ['index', 'predicted', 'truth', 'confidence', 'loss', 'bar_classes', 'bars'];

/** Cards as they are saved with a notebook: as many as fit, the first ones. */
export function savedCards(value: unknown): unknown {
  if (!isRecord(value) || !Array.isArray(value.index)) return {};
  const text = JSON.stringify(COLUMNS.map((name) => value[name])).length;
  const room = Math.floor((value.index.length * (MAX_SAVED_BYTES / 4)) / Math.max(1, text));
  let kept = Math.min(value.index.length, room);
  const { images } = value;
  const binary = isRecord(images) && ArrayBuffer.isView(images.data) ? images.data : null;
  if (binary && isRecord(images)) {
    const each = binary.byteLength / value.index.length;
    kept = Math.min(kept, Math.floor(MAX_SAVED_BYTES / 2 / Math.max(1, each)));
  }
  if (kept < 1) return {};
  const cut = Object.fromEntries(
    COLUMNS.map((name) => [
      name,
      Array.isArray(value[name]) ? (value[name] as unknown[]).slice(0, kept) : [],
    ]),
  );
  if (!binary || !isRecord(images)) return { ...cut, images: {} };
  const bytes = (binary.byteLength / value.index.length) * kept;
  const data = new DataView(binary.buffer, binary.byteOffset, bytes);
  return { ...cut, images: savedAtlas({ ...images, count: kept, data }) };
}

/** A page of samples with what was predicted, and one of them in detail. */
export class PredictionCardsModel extends Model {
  static override serializers = {
    ...Model.serializers,
    cards: { serialize: savedCards },
    detail: { serialize: savedCards },
  };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('PredictionCards'),
      cards: {},
      detail: {},
      class_names: [],
      total: 0,
      pages: 0,
      page: 0,
      page_size: 24,
      index: -1,
      wrong_only: false,
      true_class: -1,
      predicted_class: -1,
      low: 0,
      high: 1,
      order: 'loss',
      summary: '',
      notice: '',
      title: '',
      colormap: 'gray',
    };
  }

  override figures(): string[] {
    return [this.localized('summary')].filter((line) => line);
  }

  /** The samples of a trait; none when it cannot be read. */
  read(name: 'cards' | 'detail'): Cards {
    return this.readable(() => readCards(this.get(name)), NO_CARDS);
  }

  /** What to call a class. */
  className(which: number): string {
    if (which < 0) return 'no answer';
    const name = this.list('class_names')[which];
    return messageTextOr(name, String(which));
  }
}
