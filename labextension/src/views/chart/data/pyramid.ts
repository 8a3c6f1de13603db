import { type GrowableArray, growingIndices } from './growable-array';

/** Entries of a level stand for blocks of BRANCH entries of the level below. */
const BRANCH = 4;
/** In place of an index: the block holds no finite value. */
const NONE = 0xffffffff;

interface Level {
  /** Index of the smallest and of the largest finite value of each block, or NONE. */
  least: GrowableArray<Uint32Array>;
  most: GrowableArray<Uint32Array>;
  length: number;
}

interface Extremes {
  least: number;
  most: number;
}

/**
 * Finds what to draw of a long series without reading it all: per block the points that hold its extremes.
 *
 * Appending costs amortized constant time; selecting costs time in proportion to what is selected. NaN and
 * infinite values are passed over, except that a block without any finite value keeps its first point, which the
 * chart draws as an interruption.
 *
 * @example
 * const pyramid = new MinMaxPyramid();
 * pyramid.extend(values, values.length);
 * pyramid.select(values, 0, values.length, 400); // at most about 800 + a few indices, ascending
 */
export class MinMaxPyramid {
  private levels: Level[] = [];
  private covered = 0;

  /** Number of values taken in. */
  get length(): number {
    return this.covered;
  }

  /** Takes in `values[this.length .. length)`; what came before must not have changed. */
  extend(values: Float32Array, length: number): void {
    const first = Math.floor(this.covered / BRANCH);
    const last = Math.floor(length / BRANCH);
    for (let block = first; block < last; block += 1) {
      this.push(0, this.scan(values, block * BRANCH, (block + 1) * BRANCH), values);
    }
    this.covered = length;
  }

  clear(): void {
    this.levels = [];
    this.covered = 0;
  }

  /**
   * Indices in `[lo, hi)` to draw, ascending: all of them, or the extremes of at most about `buckets` blocks.
   *
   * The first and the last index of the range are always among them.
   */
  select(values: Float32Array, lo: number, hi: number, buckets: number): Uint32Array {
    lo = Math.max(0, lo);
    hi = Math.min(hi, this.covered);
    const count = Math.max(0, hi - lo);
    if (count <= 2 * buckets) return Uint32Array.from({ length: count }, (_, i) => lo + i);

    let depth = 0;
    let size = BRANCH;
    while (count / size > buckets && this.levels[depth + 1]) {
      depth += 1;
      size *= BRANCH;
    }
    const firstBlock = Math.ceil(lo / size);
    const lastBlock = Math.max(firstBlock, Math.min(Math.floor(hi / size), this.levels[depth]!.length));
    const picked: number[] = [lo];
    const add = (index: number): void => {
      if (index !== picked[picked.length - 1]) picked.push(index);
    };
    const addExtremes = (found: Extremes, start: number): void => {
      if (found.least === NONE) {
        add(Math.max(start, lo));
        return;
      }
      add(Math.min(found.least, found.most));
      add(Math.max(found.least, found.most));
    };
    if (firstBlock * size > lo) addExtremes(this.range(values, lo, Math.min(hi, firstBlock * size)), lo);
    for (let block = firstBlock; block < lastBlock; block += 1) {
      addExtremes(this.entry(depth, block), block * size);
    }
    // What is not yet in a whole block at this depth, in pieces no larger than the block below.
    const piece = size / BRANCH;
    for (let start = Math.max(lo, lastBlock * size); start < hi; start += piece) {
      addExtremes(this.range(values, start, Math.min(hi, start + piece)), start);
    }
    add(hi - 1);
    return Uint32Array.from(picked);
  }

  /** The extremes in `[lo, hi)`, reading whole blocks where there are any. */
  private range(values: Float32Array, lo: number, hi: number): Extremes {
    let found: Extremes = { least: NONE, most: NONE };
    let at = lo;
    while (at < hi) {
      let depth = -1;
      let size = 1;
      while (
        at % (size * BRANCH) === 0 &&
        at + size * BRANCH <= hi &&
        at / (size * BRANCH) < (this.levels[depth + 1]?.length ?? 0)
      ) {
        depth += 1;
        size *= BRANCH;
      }
      const next = depth < 0 ? this.scan(values, at, at + 1) : this.entry(depth, at / size);
      found = merge(found, next, values);
      at += size;
    }
    return found;
  }

  private entry(depth: number, block: number): Extremes {
    const level = this.levels[depth]!;
    return { least: level.least.array[block]!, most: level.most.array[block]! };
  }

  private scan(values: Float32Array, lo: number, hi: number): Extremes {
    let least = NONE;
    let most = NONE;
    for (let i = lo; i < hi; i += 1) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      if (least === NONE || value < values[least]!) least = i;
      if (most === NONE || value > values[most]!) most = i;
    }
    return { least, most };
  }

  private push(depth: number, found: Extremes, values: Float32Array): void {
    const level = (this.levels[depth] ??= {
      least: growingIndices(64),
      most: growingIndices(64),
      length: 0,
    });
    level.least.reserve(level.length, level.length + 1);
    level.most.reserve(level.length, level.length + 1);
    level.least.array[level.length] = found.least;
    level.most.array[level.length] = found.most;
    level.length += 1;
    if (level.length % BRANCH !== 0) return;
    let whole: Extremes = { least: NONE, most: NONE };
    for (let block = level.length - BRANCH; block < level.length; block += 1) {
      whole = merge(whole, this.entry(depth, block), values);
    }
    this.push(depth + 1, whole, values);
  }
}

function merge(a: Extremes, b: Extremes, values: Float32Array): Extremes {
  if (a.least === NONE) return b;
  if (b.least === NONE) return a;
  return {
    least: values[b.least]! < values[a.least]! ? b.least : a.least,
    most: values[b.most]! > values[a.most]! ? b.most : a.most,
  };
}
