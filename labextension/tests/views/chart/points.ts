import type { Columns } from '../../../src/core/wire';

/** Columns of `count` points with steps `first, first + 1, …` and values that `value` gives for each step. */
export function points(first: number, count: number, value = (step: number): number => step): Columns {
  const steps = Array.from({ length: count }, (_, i) => first + i);
  return {
    step: Uint32Array.from(steps),
    epoch: Float32Array.from(steps, (step) => step / 100),
    time: Float32Array.from(steps, (step) => step / 10),
    value: Float32Array.from(steps, value),
  };
}

/** Every `stride`-th of the points of `points(first, count)`. */
export function thinned(first: number, count: number, stride: number): Columns {
  const whole = points(first, count);
  const pick = <T extends Uint32Array | Float32Array>(column: T): T =>
    column.filter((_, i) => i % stride === 0) as T;
  return {
    step: pick(whole.step),
    epoch: pick(whole.epoch),
    time: pick(whole.time),
    value: pick(whole.value),
  };
}

/** Deterministic noise in [0, 1). */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** The wire's column layout of `columns`. */
export function encode(columns: Columns): DataView {
  const parts = [columns.step, columns.epoch, columns.time, columns.value];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return new DataView(bytes.buffer);
}
