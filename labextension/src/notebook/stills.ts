/** Saves an image and the last figures of each widget with its notebook, for those who open it without its kernel. */

import type { PartialJSONObject } from '@lumino/coreutils';

import { reportError } from '../core/model';
import { shownIn } from '../core/shown';
import { isRecord } from '../core/wire';
import { modelOf, type Place } from './renderer';
import { CONCEPT } from './revive';
import { type Still, stillOf } from './still';

const TICK_MS = 2_000;
/** How old an image of a widget that changes all the time may get. */
const MAX_AGE_MS = 15_000;
/** When the first image of a widget is made that never rests. */
const FIRST_MS = 4_000;
/** The part of the time that making the images of one widget may take. */
const SHARE = 0.05;
const MAX_TEXT = 2_000;

interface Output {
  readonly data: Record<string, unknown>;
  toJSON(): PartialJSONObject;
}

interface Outputs {
  readonly length: number;
  get(index: number): Output;
  set(index: number, output: PartialJSONObject): void;
}

/** What is used of a notebook: the outputs of its cells. */
export interface Cells {
  readonly widgets: readonly { readonly outputArea?: { readonly model: Outputs } }[];
}

/** What is known of one place. */
interface Seen {
  /** The sum of what its views' models have received, at the last tick and in the last image. */
  heard: number;
  drawn: number;
  drawnAt: number;
  /** The time that the last image took. */
  cost: number;
  still: Still | null;
  text: string;
  /** Whether the image isn't in the notebook yet. */
  pending: boolean;
}

/** An output with another image, with another text unless it is empty, and of a concept with its state. */
function withStill(
  output: PartialJSONObject,
  data: Record<string, unknown>,
  { type, data: image, width, height }: Still,
  text: string,
  state: string | null,
): PartialJSONObject {
  const rest = Object.fromEntries(Object.entries(data).filter(([name]) => !name.startsWith('image/')));
  const concept = data[CONCEPT];
  if (isRecord(concept) && isRecord(concept.traits) && state !== null) {
    rest[CONCEPT] = { ...concept, traits: { ...concept.traits, state } };
  }
  const shown = { ...rest, [type]: image, ...(text && { 'text/plain': text }) };
  return { ...output, data: shown, metadata: { [type]: { width, height } } };
}

/** The images of one notebook. */
export class Stills {
  private readonly places = new Map<Place, Seen>();
  private readonly timer: number;
  private busy = false;

  constructor(private readonly cells: Cells) {
    this.timer = window.setInterval(() => void this.tick(), TICK_MS);
  }

  dispose(): void {
    clearInterval(this.timer);
    this.places.clear();
  }

  add(place: Place): void {
    const drawnAt = performance.now() - MAX_AGE_MS + FIRST_MS;
    this.places.set(place, { heard: -1, drawn: -1, drawnAt, cost: 0, still: null, text: '', pending: false });
  }

  /** Puts the newest images into the notebook. */
  write(): void {
    for (const [place, seen] of this.places) {
      if (seen.pending && seen.still) this.put(place, seen.still, seen.text);
      seen.pending = false;
    }
  }

  private async tick(): Promise<void> {
    const now = performance.now();
    if (this.busy || document.hidden) return;
    this.busy = true;
    try {
      for (const [place, seen] of this.places) {
        if (place.renderer.isDisposed) this.places.delete(place);
        else if (this.due(place, seen, now)) await this.draw(place, seen);
      }
    } finally {
      this.busy = false;
    }
  }

  /** Whether a widget has changed and come to rest, or has changed for long. */
  private due(place: Place, seen: Seen, now: number): boolean {
    const views = shownIn(place.renderer.node);
    const before = seen.heard;
    seen.heard = views.reduce((sum, view) => sum + view.model.changes, 0);
    if (views.length === 0 || seen.heard === seen.drawn) return false;
    // Without its kernel a widget shows less than the last image of it.
    if (!views.every((view) => view.model.comm_live)) return false;
    if (now < seen.drawnAt + seen.cost / SHARE) return false;
    return seen.heard === before || now - seen.drawnAt > MAX_AGE_MS;
  }

  private async draw(place: Place, seen: Seen): Promise<void> {
    const { node } = place.renderer;
    const first = seen.drawn < 0;
    const begun = performance.now();
    // Each time one better than the last, which may have been of something larger.
    let still: Still | null = null;
    try {
      await Promise.all(shownIn(node).map((view) => view.catchUp()));
      still = await stillOf(node, Math.max(0, (seen.still?.encoding ?? 0) - 1));
    } catch (error) {
      // One widget that can't be drawn doesn't keep the others from it.
      reportError('Saved image', error);
      seen.drawn = seen.heard;
    } finally {
      seen.drawnAt = performance.now();
      seen.cost = seen.drawnAt - begun;
    }
    // A widget out of sight, such as behind another tab, is drawn once it is seen again.
    if (!still) return;
    seen.drawn = seen.heard;
    const text = shownIn(node).flatMap((view) => view.model.figures());
    const changed = still.data !== seen.still?.data;
    [seen.still, seen.text] = [still, [...new Set(text)].join('\n').slice(0, MAX_TEXT)];
    seen.pending ||= changed;
    // A notebook that was only opened isn't changed by that.
    const opened = first && place.output.data[still.type] !== undefined;
    if (changed && !opened) {
      this.put(place, still, seen.text);
      seen.pending = false;
    }
  }

  private put(place: Place, still: Still, text: string): void {
    const state = shownIn(place.renderer.node)[0]?.model.kept() ?? null;
    for (const { outputArea } of this.cells.widgets) {
      const outputs = outputArea?.model;
      for (let i = 0; outputs && i < outputs.length; i++) {
        const output = outputs.get(i);
        if ((output as unknown) !== place.output) continue;
        if (modelOf(place.output) === '' || output.data[still.type] === still.data) return;
        outputs.set(i, withStill(output.toJSON(), output.data, still, text, state));
        return;
      }
    }
  }
}
