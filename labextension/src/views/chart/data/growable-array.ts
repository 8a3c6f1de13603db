type Column = Uint32Array | Float32Array;

/** Below this many entries copying all at once takes no time worth sparing. */
const SMALL = 1 << 15;
/** How many entries to copy for each one added: enough to be done when the room is used up. */
const PACE = 4;

/**
 * A typed array that doubles when it is full, of which no single call copies much.
 *
 * From half full on, each call moves a few entries to the next, larger array, so that the switch to it finds the work
 * done: with a million points, copying all at once would hold up a frame.
 */
export class GrowableArray<T extends Column> {
  private next: T | null = null;
  private copied = 0;

  /**
   * @param array the entries; whoever writes before the end of what is in use must say so with `touch`
   * @param create makes an array of a length
   */
  constructor(
    public array: T,
    private readonly create: (length: number) => T,
  ) {}

  /** Makes room for `length` entries, of which the first `used` are in use; `array` may be another afterwards. */
  reserve(used: number, length: number): void {
    const capacity = this.array.length;
    if (length <= capacity) {
      if (capacity >= SMALL && length > capacity / 2) this.advance(used, PACE * (length - used));
      return;
    }
    if (!this.next || this.next.length < length) {
      this.next = this.create(Math.max(length, capacity * 2));
      this.copied = 0;
    }
    this.advance(used, used);
    this.array = this.next;
    this.next = null;
    this.copied = 0;
  }

  /** Says that entries from `from` on have changed. */
  touch(from: number): void {
    this.copied = Math.min(this.copied, from);
  }

  private advance(used: number, count: number): void {
    this.next ??= this.create(this.array.length * 2);
    const end = Math.min(used, this.copied + count);
    if (end <= this.copied) return;
    this.next.set(this.array.subarray(this.copied, end), this.copied);
    this.copied = end;
  }
}

export function growingFloats(length: number): GrowableArray<Float32Array> {
  return new GrowableArray(new Float32Array(length), (size) => new Float32Array(size));
}

export function growingIndices(length: number): GrowableArray<Uint32Array> {
  return new GrowableArray(new Uint32Array(length), (size) => new Uint32Array(size));
}
