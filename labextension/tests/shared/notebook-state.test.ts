import { describe, expect, it } from 'vitest';

import {
  binaryBytes,
  copyKeepingBinary,
  MAX_SAVED_BYTES,
  savedAtlas,
  savedFigure,
} from '../../src/shared/notebook-state';

function view(bytes: number): DataView {
  return new DataView(new ArrayBuffer(bytes));
}

describe('what is saved with a notebook', () => {
  it('keeps binary parts, which JSON would lose', () => {
    const data = view(8);
    const copy = copyKeepingBinary({ series: [{ id: 'loss', data }], generation: 2 });
    expect(copy).toEqual({ series: [{ id: 'loss', data }], generation: 2 });
    expect((copy as { series: { data: DataView }[] }).series[0]!.data).toBe(data);
  });

  it('adds up binary parts at any depth', () => {
    expect(binaryBytes({ a: view(3), b: [view(4), { c: new Uint8Array(5) }], d: 'text' })).toBe(12);
  });

  it('keeps the first images that fit', () => {
    const all = { data: view(24 * 3072), count: 24, height: 32, width: 32, channels: 3 };
    const saved = savedAtlas(all) as typeof all;
    expect(saved.count).toBe(Math.floor(MAX_SAVED_BYTES / 3072));
    expect(saved.data.byteLength).toBe(saved.count * 3072);
    const few = { data: view(64), count: 1, height: 8, width: 8, channels: 1 };
    expect((savedAtlas(few) as typeof few).count).toBe(1);
  });

  it('saves no image that alone is too large, and nothing of an empty grid', () => {
    expect(savedAtlas({ data: view(100_000), count: 1, height: 1, width: 100_000, channels: 1 })).toEqual({});
    expect(savedAtlas({})).toEqual({});
  });

  it('saves a figure whole or not at all', () => {
    const small = { data: [{ x: { _dlw: 'nd', data: view(400) } }], layout: {} };
    expect(savedFigure(small)).toEqual(small);
    expect(savedFigure({ data: [{ x: { _dlw: 'nd', data: view(400_000) } }] })).toEqual({});
  });
});
