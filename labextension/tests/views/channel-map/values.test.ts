import { describe, expect, it } from 'vitest';
import {
  cellAt,
  moveCell,
  NO_VALUES,
  paint,
  range,
  readValues,
  stageSize,
} from '../../../src/views/channel-map/values';

const numbers = (...values: number[]): DataView => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return view;
};
const two = { data: numbers(0, 1, 2, -2, NaN, 8), height: 2, width: 3 };

describe('readValues', () => {
  it('reads little-endian numbers, also out of the middle of a buffer', () => {
    const whole = new DataView(new ArrayBuffer(28));
    whole.setFloat32(5, 1.5, true);
    const data = new DataView(whole.buffer, 5, 4);
    expect([...readValues({ data, height: 1, width: 1 }).numbers]).toEqual([1.5]);
    expect(readValues({})).toBe(NO_VALUES);
  });

  it.each([
    [{ ...two, height: 3 }, '3 x 3 numbers need 36 bytes. Received: 24'],
    [{ ...two, width: -1 }, 'width'],
    [{ ...two, data: 'x' }, 'must be binary'],
    [{ data: numbers(), height: 9000, width: 0 }, '9000 x 0'],
  ])('refuses what does not fit', (value, text) => {
    expect(() => readValues(value)).toThrow(text);
  });
});

describe('colours', () => {
  it('run from the smallest to the largest finite number', () => {
    const { numbers: values } = readValues(two);
    expect(range(values)).toEqual([-2, 8]);
    const pixels = paint(values, 'gray');
    expect([...pixels.slice(12, 16)]).toEqual([0, 0, 0, 255]);
    expect([...pixels.slice(20, 24)]).toEqual([255, 255, 255, 255]);
    expect(pixels[19]).toBe(0); // NaN stays clear
  });

  it('divide by nothing where all numbers are the same, or none is one', () => {
    expect([...paint(new Float32Array([3, 3]), 'gray').slice(0, 4)]).toEqual([0, 0, 0, 255]);
    expect(range(new Float32Array([NaN, Infinity]))).toEqual([0, 0]);
    expect([...paint(new Float32Array([NaN]), 'gray')]).toEqual([0, 0, 0, 0]);
  });
});

describe('places', () => {
  const values = readValues(two);
  const box = { left: 10, top: 20, width: 300, height: 100 };

  it('finds the cell under a point', () => {
    expect(cellAt(10, 20, box, values)).toEqual({ row: 0, column: 0 });
    expect(cellAt(309, 119, box, values)).toEqual({ row: 1, column: 2 });
    expect(cellAt(310, 60, box, values)).toBeNull();
    expect(cellAt(60, 19, box, values)).toBeNull();
  });

  it('moves by keys and stays inside', () => {
    expect(moveCell('ArrowRight', null, values)).toEqual({ row: 1, column: 1 });
    expect(moveCell('ArrowRight', { row: 0, column: 2 }, values)).toEqual({ row: 0, column: 2 });
    expect(moveCell('ArrowDown', { row: 0, column: 2 }, values, true)).toEqual({ row: 1, column: 2 });
    expect(moveCell('Home', { row: 0, column: 2 }, values)).toEqual({ row: 0, column: 0 });
    expect(moveCell('x', null, values)).toBeNull();
    expect(moveCell('Home', null, NO_VALUES)).toBeNull();
  });

  it('keeps the shape of pictures and lets matrices fill the room', () => {
    const room = { width: 400, height: 300 };
    expect(stageSize({ width: 8, height: 8 }, room, false)).toEqual({ width: 300, height: 300 });
    expect(stageSize({ width: 800, height: 200 }, room, false)).toEqual({ width: 400, height: 100 });
    expect(stageSize({ width: 512, height: 5 }, room, true)).toEqual({ width: 400, height: 80 });
  });
});
