import type { Model } from '../../core/model';
import { identity } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { readFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { binaryBytes, MAX_SAVED_BYTES } from '../../shared/notebook-state';
import { FIELDS } from './fields';
import { RECORDING } from './recording';
import { Space } from './space';

interface Part {
  dims: number;
  scale: number;
  data: string;
  axes: number[];
  explained: number;
}

interface Recording {
  words: string[];
  steps: number[];
  accuracies: number[];
  positive: number[];
  learned: Part;
  glove: Part;
}

let recorded: { learned: Space; glove: Space; recording: Recording } | null = null;

function spaceOf(part: Part, words: readonly string[], steps: readonly number[]): Space {
  const bytes = Int8Array.from(atob(part.data), (sign) => sign.charCodeAt(0));
  const each = words.length * part.dims;
  const vectors = Array.from({ length: bytes.length / each }, (_, i) =>
    Float32Array.from(bytes.subarray(i * each, (i + 1) * each), (value) => value * part.scale),
  );
  return new Space(words, part.dims, vectors, Float32Array.from(part.axes), part.explained, steps);
}

/** The recorded learning, which all widgets share. */
export function recordedSpaces(): { learned: Space; glove: Space; recording: Recording } {
  if (!recorded) {
    const recording = JSON.parse(RECORDING) as Recording;
    const { words, steps } = recording;
    recorded = {
      recording,
      learned: spaceOf(recording.learned, words, steps),
      glove: spaceOf(recording.glove, words, []),
    };
  }
  return recorded;
}

/** A space that Python sends; null for none. */
function readSpace(value: unknown): Space | null {
  if (!isRecord(value) || !('words' in value)) return null;
  const { words, dims, steps, explained } = value;
  const data = readFloats({ data: value.data });
  const axes = readFloats({ data: value.axes });
  const texts = Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : null;
  if (
    !texts ||
    typeof dims !== 'number' ||
    typeof explained !== 'number' ||
    !data ||
    axes?.length !== 2 * dims
  ) {
    throw new WireError('space: words, dims, data and axes are needed');
  }
  const each = texts.length * dims;
  if (data.length === 0 || data.length % each !== 0) throw new WireError('space: a vector for each word');
  const vectors = Array.from({ length: data.length / each }, (_, i) =>
    data.subarray(i * each, (i + 1) * each),
  );
  const at = Array.isArray(steps) ? steps.filter((step): step is number => typeof step === 'number') : [];
  return new Space(texts, dims, vectors, axes, explained, at);
}

function saved(value: unknown): unknown {
  return binaryBytes(value) <= MAX_SAVED_BYTES / 2 ? value : {};
}

export type Name = 'learned' | 'glove';
export type Asked = 'word' | 'a' | 'b' | 'c';
const ANALOGY = ['a', 'b', 'c'] as const;

/** Words in two spaces: what a model learns, and GloVe. */
export class EmbeddingsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = {
    ...ConceptModel.serializers,
    learned: { serialize: saved },
    glove: { serialize: saved },
  };

  spaces!: Readonly<Record<Name, Space>>;
  /** Whether what was learned is the user's. */
  own!: boolean;
  /** Whether the vectors beside it are the user's. */
  ownBeside!: boolean;
  private sentiment!: ReadonlyMap<string, number> | null;

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('Embeddings'),
      learned: {},
      glove: {},
      sentiment: {},
      message: '',
      training: false,
    };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['learned', 'glove', 'sentiment'], () => {
      const usual = recordedSpaces();
      const learned = this.readable(() => readSpace(this.get('learned')), null);
      const glove = this.readable(() => readSpace(this.get('glove')), null);
      this.own = learned !== null;
      this.ownBeside = glove !== null;
      this.spaces = { learned: learned ?? usual.learned, glove: glove ?? usual.glove };
      this.sentiment = this.readSentiment();
    });
  }

  private readSentiment(): ReadonlyMap<string, number> | null {
    const given: unknown = this.get('sentiment');
    const entries = isRecord(given) ? Object.entries(given) : [];
    const good = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    if (good.length > 0) return new Map(good);
    if (this.own) return null;
    const { words, positive } = recordedSpaces().recording;
    return new Map(words.map((word, i) => [word, positive[i]!]));
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'embeddings';
  }

  /**
   * The words that are asked for. Where a default isn't in a vocabulary of the user's, a word that is there stands
   * for it: the first one, and in an analogy the first ones that are left.
   */
  get asked(): Readonly<Record<Asked, string>> {
    const { now } = this;
    const name = now.show === 'glove' ? 'glove' : 'learned';
    const { words, index } = this.spaces[name];
    const own = name === 'glove' ? this.ownBeside : this.own;
    const stands = (one: Asked): boolean => !own || now[one] !== FIELDS[one].value || index.has(now[one]);
    const taken = new Set(ANALOGY.filter(stands).map((one) => now[one]));
    const left = words.filter((word) => !taken.has(word));
    const [a, b, c] = ANALOGY.map((one) => (stands(one) ? now[one] : (left.shift() ?? now[one])));
    return { word: stands('word') ? now.word : (words[0] ?? now.word), a: a!, b: b!, c: c! };
  }

  /** Whether words have a sentiment, which can be their color. */
  get felt(): boolean {
    return this.sentiment !== null;
  }

  /** What is colored: the sentiment where it is known. */
  get color(): 'sentiment' | 'similarity' {
    return this.felt ? this.now.color : 'similarity';
  }

  /** The share of positive reviews among those with a word; null where it isn't known. */
  positive(word: string): number | null {
    return this.sentiment?.get(word) ?? null;
  }

  /** The share of reviews that the model gets right at a moment; null where it isn't known. */
  accuracy(moment: number): number | null {
    return this.own ? null : (recordedSpaces().recording.accuracies[moment] ?? null);
  }
}
