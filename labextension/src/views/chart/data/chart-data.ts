import type { AppendMessage, SnapshotPart } from '../../../core/wire';
import { Curve } from './curve';
import type { SeriesInfo } from '../types';

const RESYNC_MS = 1000;
/** A snapshot may overtake the append with the same points by less than this. */
const OVERTAKE_MS = 1500;

/**
 * All points of one chart, whichever way they came; several views may read it.
 *
 * Points of an older generation are refused, except those of pinned references, which belong to no generation.
 */
export class ChartData {
  private readonly curves = new Map<string, Curve>();
  private references = new Set<string>();
  private generation = 0;
  private lastResync = -Infinity;
  private lastAppend = -Infinity;

  /**
   * @param resync asks Python for a fresh snapshot; called at most once a second
   * @param now time in ms
   */
  constructor(
    private readonly resync: (generation: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  curve(id: string): Curve | undefined {
    return this.curves.get(id);
  }

  /** Points held, references not counted. */
  get points(): number {
    return this.sum((curve) => curve.buffer.length);
  }

  /** Points that the run has had, as far as the browser knows, references not counted. */
  get total(): number {
    return this.sum((curve) => curve.buffer.total);
  }

  /** Says which series there are; the data of those no longer listed is dropped. */
  setSeries(series: readonly SeriesInfo[]): void {
    const known = new Set(series.map((info) => info.id));
    this.references = new Set(series.filter((info) => info.reference).map((info) => info.id));
    for (const id of this.curves.keys()) if (!known.has(id)) this.curves.delete(id);
  }

  /** Begins a generation: everything but the references is dropped. */
  setGeneration(generation: number): void {
    if (generation === this.generation) return;
    this.generation = generation;
    this.lastAppend = -Infinity;
    for (const id of this.curves.keys()) if (!this.references.has(id)) this.curves.delete(id);
  }

  /** Takes in an append message. @returns whether it held anything for this generation */
  append(message: AppendMessage): boolean {
    let used = false;
    for (const { id, start, columns } of message.parts) {
      if (!this.accepts(id, message.generation)) continue;
      this.ensure(id).buffer.append(start, columns);
      used = true;
    }
    if (used) this.lastAppend = this.now();
    if ([...this.curves.values()].some((curve) => curve.buffer.incomplete)) this.askForSnapshot();
    return used;
  }

  /**
   * Takes in a snapshot.
   *
   * While appends flow, a snapshot that is ahead of a complete series only repeats what the next append brings; using
   * it would mark its points as decimated. The result then says how long to wait before offering it again.
   */
  snapshot(generation: number, parts: readonly SnapshotPart[]): { changed: boolean; retryAfter: number } {
    let changed = false;
    let retryAfter = 0;
    for (const { id, total, columns } of parts) {
      if (!this.accepts(id, generation)) continue;
      const { buffer } = this.ensure(id);
      const wait = this.lastAppend + OVERTAKE_MS - this.now();
      if (buffer.exact && buffer.length > 0 && total > buffer.total && wait > 0) {
        retryAfter = Math.max(retryAfter, wait);
        continue;
      }
      changed = buffer.merge(total, columns) || changed;
    }
    return { changed, retryAfter };
  }

  private accepts(id: string, generation: number): boolean {
    return generation === this.generation || this.references.has(id);
  }

  private ensure(id: string): Curve {
    let curve = this.curves.get(id);
    if (!curve) this.curves.set(id, (curve = new Curve()));
    return curve;
  }

  private askForSnapshot(): void {
    if (this.now() - this.lastResync < RESYNC_MS) return;
    this.lastResync = this.now();
    this.resync(this.generation);
  }

  private sum(count: (curve: Curve) => number): number {
    let total = 0;
    for (const [id, curve] of this.curves) if (!this.references.has(id)) total += count(curve);
    return total;
  }
}
