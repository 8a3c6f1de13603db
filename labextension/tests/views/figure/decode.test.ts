import { afterEach, describe, expect, it } from 'vitest';

import { setLanguage, setLoader } from '../../../src/core/i18n';
import { bundleFor, decodeFigure } from '../../../src/views/figure/decode';

const nd = (dtype: string, shape: unknown, data: ArrayBufferView): Record<string, unknown> => ({
  _dlw: 'nd',
  dtype,
  shape,
  data: new DataView(data.buffer, data.byteOffset, data.byteLength),
});

describe('decodeFigure', () => {
  it('rebuilds arrays wherever they are', () => {
    const figure = {
      data: [{ y: nd('float32', [3], Float32Array.of(1, 2, 3)), name: 'a' }],
      layout: { a: null },
    };
    expect(decodeFigure(figure)).toEqual({
      data: [{ y: Float32Array.of(1, 2, 3), name: 'a' }],
      layout: { a: null },
    });
  });

  describe('messages', () => {
    const figure = {
      data: [{ name: { id: 'corpus', args: {}, text: 'corpus' }, customdata: [{ id: 'a', text: 'b' }] }],
      layout: { yaxis: { title: { text: { id: '{n} steps', args: { n: 1000 }, text: '1,000 steps' } } } },
    };

    afterEach(() => setLanguage('en'));

    it('are shown as English texts', () => {
      expect(decodeFigure(figure)).toEqual({
        data: [{ name: 'corpus', customdata: [{ id: 'a', text: 'b' }] }],
        layout: { yaxis: { title: { text: '1,000 steps' } } },
      });
    });

    it("are translated into the reader's language", async () => {
      setLoader(() => Promise.resolve({ '': {}, corpus: '语料库', '{n} steps': '{n} 步' }));
      await setLanguage('zh');
      expect(decodeFigure(figure)).toEqual({
        data: [{ name: '语料库', customdata: [{ id: 'a', text: 'b' }] }],
        layout: { yaxis: { title: { text: '1,000 步' } } },
      });
    });
  });

  it('makes rows of two dimensions', () => {
    expect(decodeFigure(nd('uint8', [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)))).toEqual([
      Uint8Array.of(1, 2, 3),
      Uint8Array.of(4, 5, 6),
    ]);
  });

  it('reads from an odd offset', () => {
    const raw = new Uint8Array(9);
    raw.set(new Uint8Array(Float64Array.of(2.5).buffer), 1);
    expect(decodeFigure(nd('float64', [1], raw.subarray(1)))).toEqual(Float64Array.of(2.5));
  });

  it.each([
    ['a wrong size', nd('float32', [4], Float32Array.of(1)), /needs 16 bytes\. Received: 4/],
    ['an unknown dtype', nd('toString', [1], Float32Array.of(1)), /unknown dtype/],
    ['a wrong shape', nd('int8', [-1], Int8Array.of(1)), /shape/],
    ['no data', { _dlw: 'nd', dtype: 'int8', shape: [1], data: 'x' }, /binary/],
  ])('names the array with %s', (_, array, message) => {
    expect(() => decodeFigure({ data: [{ z: array }] })).toThrow(message);
    expect(() => decodeFigure({ data: [{ z: array }] })).toThrow(/figure\.data\[0\]\.z/);
  });
});

describe('bundleFor', () => {
  it.each([
    ['basic', [{ type: 'scatter' }, { type: 'bar' }, {}]],
    ['basic', []],
    ['cartesian', [{ type: 'scatter' }, { type: 'heatmap' }, {}]],
    ['full', [{ type: 'heatmap' }, { type: 'scatter3d' }]],
    ['full', [{ type: 3 }]],
  ])('says that %s is enough', (bundle, data) => {
    expect(bundleFor(data)).toBe(bundle);
  });
});
