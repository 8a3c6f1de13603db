/** What a page of one file is made of, as `save_html` writes it. */

import type { Message } from '../core/messages';

/** A text for people, or one of the user's. */
export type Label = string | Message;

/** Bytes of the document. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** An image file: PNG or WebP. */
export interface Picture {
  type: string;
  data: Bytes;
}

export interface Head {
  name: string;
  model: string;
  parameters: number;
  state: string;
  message: Label;
  created: number;
  tags: string[];
  note: string;
  step: number;
  epoch: number;
  epochs: number;
  seconds: number;
  /** The epoch with the lowest loss, from 1; 0 for none. */
  best: number;
  /** Names and last values of the metrics. */
  values: { name: Label; value: number }[];
}

export interface Curves {
  title: Label;
  series: Record<string, unknown>[];
  snapshot: Record<string, unknown>;
  /** With the best epoch and what happened. */
  markers: Record<string, unknown>[];
}

export interface Moment {
  step: number;
  epoch: number;
  time: number;
}

/** Images of one size, below each other in one picture. */
export interface Pictures {
  picture: Picture;
  count: number;
  height: number;
  width: number;
  channels: number;
}

/** The likeliest classes of each sample, `top` of them. */
export interface Classes {
  top: number;
  indices: Bytes;
  values: Bytes;
}

export interface Probe {
  count: number;
  /** The samples, where they are images. */
  images: Pictures | null;
  /** The true classes, -1 where they are unknown; empty for none. */
  labels: number[];
  /** What numbers should be; empty for none. */
  targets: number[];
  classes: string[];
  /** What the model answers: one of classes, a number, images, or nothing that is shown. */
  kind: 'classes' | 'number' | 'images' | '';
  /** At each moment; null where there is none. */
  answers: (Classes | { values: Bytes } | Pictures | null)[];
  layers: Layer[];
  /** How many samples have activations, the first ones. */
  samples: number;
}

export interface Layer {
  name: string;
  /** The layer's output without the batch. */
  shape: number[];
  form: 'maps' | 'matrix' | 'units';
  /** Which channels are shown. */
  channels: number[];
  height: number;
  width: number;
  /**
   * One for each moment. For maps a row of the picture has the channels of a sample, from left to right; for matrices it
   * has one image. For units, values in [0, 255], sample after sample.
   */
  moments: (Picture | { low: number; high: number; data: Bytes } | null)[];
}

export interface Histograms {
  /** Of what: weights, gradients or activations. */
  kind: string;
  names: string[];
  /** As the plot takes it. */
  snapshot: Record<string, unknown>;
}

export interface Sample {
  step: number;
  epoch: number;
  name: string;
  images: Pictures | null;
  text: string;
}

export interface Happening {
  step: number;
  epoch: number;
  kind: string;
  text: Label;
}

export interface RunDocument {
  format: 1;
  head: Head;
  curves: Curves[];
  moments: Moment[];
  /** The last step of each epoch. */
  epochEnds: number[];
  probe: Probe | null;
  histograms: Histograms[];
  samples: Sample[];
  events: Happening[];
  facts: { title: Label; rows: { name: Label; value: Label }[] }[];
  /** What of the recording is damaged. */
  damage: Label[];
}

/**
 * Reads a document: the length of its JSON, the JSON, and the bytes that it names.
 *
 * @throws Error when it is of another version
 */
export function readDocument(bytes: Bytes): RunDocument {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const body = bytes.subarray(4 + length);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const read = JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$at' in value)) return value;
    const [from, size] = value.$at as [number, number];
    // A copy, so that numbers of several bytes can be read in place.
    return body.slice(from, from + size);
  }) as RunDocument;
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a file may be of any version
  if (read.format !== 1) throw new Error('Expected a recording of format 1.');
  return read;
}
