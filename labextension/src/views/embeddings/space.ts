/** Words as vectors: `dlwidgets/concepts/_embeddings.py` has the same computations. */

/** A word that was found, by its place in the space. */
export interface Found {
  readonly index: number;
  readonly cosine: number;
}

/** A list of words with a vector for each, at some moments of training. */
export class Space {
  readonly index: ReadonlyMap<string, number>;
  private readonly units = new Map<number, Float32Array>();
  private bounds: Box | null = null;
  private readonly flat = new Map<number, Float32Array>();

  /**
   * @param vectors of each moment, word after word
   * @param axes the two directions that are shown, row after row
   * @param explained the share of the variance that is seen in them
   * @param steps the training step of each moment; empty where nothing was trained here
   */
  constructor(
    readonly words: readonly string[],
    readonly dims: number,
    readonly vectors: readonly Float32Array[],
    readonly axes: Float32Array,
    readonly explained: number,
    readonly steps: readonly number[],
  ) {
    this.index = new Map(words.map((word, i) => [word, i]));
  }

  get last(): number {
    return this.vectors.length - 1;
  }

  /** The word that a text stands for: itself, or the first one that begins with it; −1 for none. */
  find(text: string): number {
    const typed = text.trim();
    if (typed === '') return -1;
    const exact = this.index.get(typed) ?? this.index.get(typed.toLowerCase());
    if (exact !== undefined) return exact;
    return this.words.findIndex((word) => word.startsWith(typed.toLowerCase()));
  }

  row(moment: number, index: number): Float32Array {
    return this.vectors[moment]!.subarray(index * this.dims, (index + 1) * this.dims);
  }

  length(moment: number, index: number): number {
    return Math.hypot(...this.row(moment, index));
  }

  /** The vectors with length 1; one of zeros stays as it is. */
  private unit(moment: number): Float32Array {
    let found = this.units.get(moment);
    if (!found) {
      found = this.vectors[moment]!.slice();
      for (let i = 0; i < this.words.length; i += 1) {
        const length = this.length(moment, i);
        if (length > 0) for (let k = 0; k < this.dims; k += 1) found[i * this.dims + k]! /= length;
      }
      this.units.set(moment, found);
    }
    return found;
  }

  cosine(moment: number, a: number, b: number): number {
    const unit = this.unit(moment);
    let sum = 0;
    for (let k = 0; k < this.dims; k += 1) sum += unit[a * this.dims + k]! * unit[b * this.dims + k]!;
    return sum;
  }

  /** The words with the largest cosine to a vector, in all dimensions. */
  nearest(moment: number, target: Float32Array, count: number, without: readonly number[]): Found[] {
    const unit = this.unit(moment);
    const length = Math.hypot(...target) || 1;
    const all = this.words.map((_, index) => {
      let sum = 0;
      for (let k = 0; k < this.dims; k += 1) sum += unit[index * this.dims + k]! * target[k]!;
      return { index, cosine: sum / length };
    });
    return all
      .filter(({ index }) => !without.includes(index))
      .sort((x, y) => y.cosine - x.cosine || x.index - y.index)
      .slice(0, count);
  }

  neighbors(moment: number, index: number, count: number): Found[] {
    return this.nearest(moment, this.row(moment, index), count, [index]);
  }

  /** b − a + c, of vectors with length 1. */
  sum(moment: number, a: number, b: number, c: number): Float32Array {
    const unit = this.unit(moment);
    const at = (index: number, k: number): number => unit[index * this.dims + k]!;
    return Float32Array.from({ length: this.dims }, (_, k) => at(b, k) - at(a, k) + at(c, k));
  }

  analogy(moment: number, [a, b, c]: readonly [number, number, number], count: number): Found[] {
    return this.nearest(moment, this.sum(moment, a, b, c), count, [a, b, c]);
  }

  /** Places in the plane at one moment, x and y of each word; the middle is that of the last moment. */
  private placesAt(moment: number): Float32Array {
    let found = this.flat.get(moment);
    if (!found) {
      const count = this.words.length;
      const final = this.vectors[this.last]!;
      const middle = new Float32Array(this.dims);
      for (let i = 0; i < final.length; i += 1) middle[i % this.dims]! += final[i]! / count;
      const vectors = this.vectors[moment]!;
      found = new Float32Array(2 * count);
      for (let i = 0; i < count; i += 1) {
        for (let k = 0; k < this.dims; k += 1) {
          const value = vectors[i * this.dims + k]! - middle[k]!;
          found[2 * i]! += value * this.axes[2 * k]!;
          found[2 * i + 1]! += value * this.axes[2 * k + 1]!;
        }
      }
      this.flat.set(moment, found);
    }
    return found;
  }

  /** Places at a moment or between two of them. */
  places(moment: number): Float32Array {
    const at = Math.min(this.last, Math.max(0, moment));
    const before = this.placesAt(Math.floor(at));
    const share = at - Math.floor(at);
    if (share === 0) return before;
    const after = this.placesAt(Math.ceil(at));
    return before.map((value, i) => value + share * (after[i]! - value));
  }

  /** What the places of all moments need: left, right, bottom and top. */
  get box(): Box {
    if (!this.bounds) {
      const found: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity];
      for (let moment = 0; moment <= this.last; moment += 1) {
        this.placesAt(moment).forEach((value, i) => {
          const at = 2 * (i % 2);
          found[at] = Math.min(found[at]!, value);
          found[at + 1] = Math.max(found[at + 1]!, value);
        });
      }
      this.bounds = found;
    }
    return this.bounds;
  }
}

export type Box = readonly [left: number, right: number, bottom: number, top: number];
