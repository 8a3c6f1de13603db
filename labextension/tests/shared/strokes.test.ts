import { describe, expect, it, vi } from 'vitest';
import { drawStrokes, inkOf, movePen } from '../../src/shared/strokes';

describe('strokes', () => {
  it('moves the pen by keys and keeps it inside', () => {
    expect(movePen('ArrowRight', false, [0.5, 0.5])).toEqual([0.53, 0.5]);
    expect(movePen('ArrowUp', true, [0.5, 0.05])).toEqual([0.5, 0]);
    expect(movePen('a', false, [0.5, 0.5])).toBeNull();
  });

  it('draws a dot for a tap and a line for a stroke, as wide as its brush', () => {
    const pen = {
      beginPath: vi.fn(),
      moveTo: vi.fn(),
      lineTo: vi.fn(),
      stroke: vi.fn(),
      arc: vi.fn(),
      fill: vi.fn(),
    };
    const canvas = { ...pen, lineCap: 'butt', lineJoin: 'miter', lineWidth: 0 } as never;
    drawStrokes(canvas, [{ width: 0.1, spots: [[0.5, 0.5]] }], 100);
    expect(pen.arc).toHaveBeenCalledWith(50, 50, 5, 0, 2 * Math.PI);
    drawStrokes(
      canvas,
      [
        {
          width: 0.1,
          spots: [
            [0, 0],
            [1, 0.5],
          ],
        },
      ],
      100,
    );
    expect(pen.lineTo).toHaveBeenCalledWith(100, 50);
    expect((canvas as { lineWidth: number }).lineWidth).toBe(10);
  });

  it('sends one byte per pixel', () => {
    expect([...inkOf(new Uint8ClampedArray([7, 7, 7, 255, 200, 200, 200, 255]))]).toEqual([7, 200]);
  });
});
