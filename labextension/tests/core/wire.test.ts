import { describe, expect, it } from 'vitest';

import { decodeAppend, decodeColumns, decodeSnapshot, WireError } from '../../src/core/wire';
import { encode, points } from '../views/chart/points';

const bytes = encode(points(7, 3));

describe('decodeColumns', () => {
  it('reads four little-endian columns', () => {
    const columns = decodeColumns(bytes, 3);
    expect([...columns.step]).toEqual([7, 8, 9]);
    expect(columns.epoch[0]).toBeCloseTo(0.07);
    expect([...columns.value]).toEqual([7, 8, 9]);
  });

  it('reads from an odd offset, as buffers of a message have', () => {
    const shifted = new Uint8Array(bytes.byteLength + 1);
    shifted.set(new Uint8Array(bytes.buffer), 1);
    expect([...decodeColumns(new DataView(shifted.buffer, 1), 3).step]).toEqual([7, 8, 9]);
  });

  it('takes the count from the size when there is none', () => {
    expect(decodeColumns(bytes).step).toHaveLength(3);
    expect(decodeColumns(new ArrayBuffer(0)).step).toHaveLength(0);
  });

  it.each([
    ['truncated', new DataView(bytes.buffer, 0, 47), 3],
    ['too long', bytes, 2],
    ['no whole number of points', new DataView(bytes.buffer, 0, 20), undefined],
    ['missing', undefined, 3],
    ['text', 'abc', 3],
    ['null', null, 0],
  ])('refuses a buffer that is %s', (_, buffer, count) => {
    expect(() => decodeColumns(buffer, count)).toThrow(WireError);
    expect(() => decodeColumns(buffer, count)).toThrow(/Expected .* Received: /);
  });
});

describe('decodeAppend', () => {
  const message = { generation: 2, sent: 5.5, series: [{ id: 'loss', start: 6, count: 3 }] };

  it('reads all parts', () => {
    const { generation, sent, parts } = decodeAppend(message, [bytes]);
    expect([generation, sent, parts[0]!.id, parts[0]!.start]).toEqual([2, 5.5, 'loss', 6]);
  });

  it.each([
    ['no series', { generation: 1 }, []],
    ['a buffer too few', message, []],
    ['a negative start', { ...message, series: [{ id: 'a', start: -1, count: 3 }] }, [bytes]],
    ['a fractional count', { ...message, series: [{ id: 'a', start: 0, count: 2.5 }] }, [bytes]],
    ['no id', { ...message, series: [{ start: 0, count: 3 }] }, [bytes]],
    ['no generation', { series: message.series }, [bytes]],
    ['a count that is not the buffer’s', { ...message, series: [{ id: 'a', start: 0, count: 4 }] }, [bytes]],
  ])('refuses %s', (_, content, buffers) => {
    expect(() => decodeAppend(content, buffers)).toThrow(WireError);
  });

  it('can do without the time of sending', () => {
    expect(decodeAppend({ ...message, sent: null }, [bytes]).sent).toBeNaN();
  });
});

describe('decodeSnapshot', () => {
  it('takes an empty trait for no snapshot', () => {
    expect(decodeSnapshot({}).parts).toEqual([]);
    expect(decodeSnapshot(null).parts).toEqual([]);
  });

  it('reads series, also empty ones', () => {
    const { parts } = decodeSnapshot({
      generation: 1,
      series: { a: { total: 30, count: 3, data: bytes }, b: { total: 0, count: 0 } },
    });
    expect(parts.map(({ id, total, columns }) => [id, total, columns.step.length])).toEqual([
      ['a', 30, 3],
      ['b', 0, 0],
    ]);
  });

  it('refuses more points than there are in all', () => {
    const series = { a: { total: 2, count: 3, data: bytes } };
    expect(() => decodeSnapshot({ generation: 1, series })).toThrow(/"a" has 3 points of a total of 2/);
  });
});
