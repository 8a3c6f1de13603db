import { identity, Model, reportError } from '../../core/model';
import { MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { isRecord } from '../../core/wire';
import { BYTES_PER_CHARACTER, type Character, characterAt, countOf, readAppend, recordsOf } from './decode';

/** The `_data` trait as it is saved with a notebook: its beginning, as much as fits. */
function savedData(value: unknown): unknown {
  if (!isRecord(value)) return {};
  const bytes = recordsOf(value.bytes);
  if (!bytes) return {};
  const kept = Math.min(
    bytes.byteLength,
    Math.floor(MAX_SAVED_BYTES / BYTES_PER_CHARACTER) * BYTES_PER_CHARACTER,
  );
  return { generation: value.generation, bytes: new DataView(bytes.buffer, bytes.byteOffset, kept) };
}

/** A text that grows: appended to by messages, and whole in the `_data` trait for pages that come later. */
export class TextStreamModel extends Model {
  static override serializers = { ...Model.serializers, _data: { serialize: savedData } };

  private bytes!: Uint8Array;
  private used!: number;
  private generation!: number;
  private letters!: string[];

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('TextStream'),
      title: '',
      caption: '',
      seed_text: '',
      alphabet: [],
      headings: [],
      empty_text: '',
      max_height: 260,
      streaming: false,
      _data: {},
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    this.bytes = new Uint8Array(0);
    this.used = 0;
    this.generation = -1;
    this.letters = [];
    super.initialize(attributes, options);
    this.readLetters();
    this.readData();
    // Views hear "change" after these listeners, which were there first.
    this.listenTo(this, 'change:alphabet', () => this.readLetters());
    this.listenTo(this, 'change:_data', () => this.readData());
    this.listenTo(this, 'msg:custom', (content: unknown, buffers: DataView[]) =>
      this.receive(content, buffers),
    );
  }

  /** How many characters there are. */
  get count(): number {
    return this.used / BYTES_PER_CHARACTER;
  }

  /** Another number: another text, of which nothing that was drawn is left. */
  get textNumber(): number {
    return this.generation;
  }

  character(index: number): Character {
    return characterAt(this.bytes, index, this.letters);
  }

  private readLetters(): void {
    this.letters = this.texts('alphabet');
  }

  private readData(): void {
    const data: unknown = this.get('_data');
    if (!isRecord(data) || typeof data.generation !== 'number') return;
    const bytes = recordsOf(data.bytes);
    if (!bytes) {
      reportError('TextStream', new Error('_data: expected a buffer of whole characters'));
      return;
    }
    // What was appended meanwhile is newer than the trait.
    if (data.generation === this.generation && bytes.byteLength <= this.used) return;
    if (data.generation < this.generation) return;
    this.generation = data.generation;
    this.bytes = bytes.slice();
    this.used = bytes.byteLength;
    this.trigger('text');
  }

  private receive(content: unknown, buffers: readonly unknown[]): void {
    if (!isRecord(content) || content.type !== 'append') return;
    try {
      const { generation, start, bytes } = readAppend(content, buffers);
      if (generation < this.generation) return;
      if (generation > this.generation) {
        this.generation = generation;
        this.used = 0;
      }
      const have = this.count;
      if (start > have) {
        this.tell({ type: 'resync' });
        return;
      }
      // A page that came in between has the beginning of this part already.
      const fresh = bytes.subarray((have - start) * BYTES_PER_CHARACTER);
      if (countOf(fresh) > 0) this.append(fresh);
      this.trigger('text');
    } catch (error) {
      reportError('TextStream', error);
    }
  }

  private append(fresh: Uint8Array): void {
    const needed = this.used + fresh.byteLength;
    if (needed > this.bytes.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.bytes.byteLength * 2));
      larger.set(this.bytes.subarray(0, this.used));
      this.bytes = larger;
    }
    this.bytes.set(fresh, this.used);
    this.used = needed;
  }
}
