// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { readMatrix } from '../../../src/views/confusion-plot/model';

const matrix = (counts: number[]): object => ({
  k: Math.sqrt(counts.length),
  counts: new DataView(Int32Array.from(counts).buffer),
});

describe('readMatrix', () => {
  it('sums rows and columns', () => {
    const read = readMatrix(matrix([5, 1, 0, 2, 3, 0, 0, 0, 4]));
    expect([...read.rows]).toEqual([6, 5, 4]);
    expect([...read.columns]).toEqual([7, 4, 4]);
    expect(read.largest).toBe(5);
  });

  it('refuses another number of bytes', () => {
    expect(() => readMatrix({ k: 3, counts: new DataView(new ArrayBuffer(16)) })).toThrow(
      '3 classes need 36 bytes. Received: 16',
    );
    expect(() => readMatrix({ k: -1, counts: 0 })).toThrow('k must be a whole number');
  });
});
