import { describe, expect, it } from 'vitest';
import { thumbnail } from '../../../src/views/compare/thumbnail';
import { picture } from './picture';

describe('thumbnail', () => {
  it('keeps a small picture as it is', () => {
    const { data, ...rest } = picture(4, 5);
    const saved = thumbnail({ ...rest, data }) as typeof rest & { data: DataView };
    expect(saved).toMatchObject(rest);
    expect(new Uint8Array(saved.data.buffer)).toEqual(new Uint8Array((data as DataView).buffer));
  });

  it('thins a large one out until it fits', () => {
    const saved = thumbnail(picture(400, 600)) as { height: number; width: number; data: DataView };
    expect(saved.data.byteLength).toBe(saved.height * saved.width * 3);
    expect(saved.data.byteLength).toBeLessThanOrEqual(18_000);
    expect(saved.data.byteLength).toBeGreaterThan(12_000);
    const every = 400 / saved.height;
    // The second pixel of the second row.
    const from = (Math.ceil(every) * 600 + Math.ceil(every)) * 3;
    expect(saved.data.getUint8((saved.width + 1) * 3)).toBe(from % 251);
  });

  it.each([{}, null, { count: 1, height: 2, width: 2, channels: 3, data: new DataView(new ArrayBuffer(5)) }])(
    'keeps nothing of %o',
    (value) => expect(thumbnail(value)).toEqual({}),
  );
});
