import { describe, expect, it } from 'vitest';

import { zoomAt } from '../../../src/shared/viewport';
import {
  fitAll,
  firstView,
  keepInside,
  LIMITS,
  neighbor,
  reveal,
  seenMiddle,
} from '../../../src/views/layer-graph/viewport';
import { layoutOf } from './towers';

describe('viewport', () => {
  const room = { width: 400, height: 300 };

  it('shows a small drawing whole and a long one from its beginning', () => {
    expect(firstView({ width: 200, height: 200 }, room)).toEqual({ scale: 1, left: 100, top: 50 });
    expect(firstView({ width: 300, height: 9000 }, room)).toEqual({ scale: 0.75, left: 87.5, top: 0 });
    const all = fitAll({ width: 300, height: 9000 }, room);
    expect(all.scale).toBeCloseTo(300 / 9000);
    expect(all.top).toBe(0);
  });

  it('zooms around a point that stays', () => {
    const view = zoomAt({ scale: 1, left: 10, top: 20 }, 2, [110, 70], LIMITS);
    expect(view).toEqual({ scale: 2, left: -90, top: -30 });
    expect(zoomAt(view, 1e9, [0, 0], LIMITS).scale).toBe(2.5);
    expect(zoomAt(view, 1e-9, [0, 0], LIMITS).scale).toBe(0.02);
  });

  it('finds the middle of what is seen', () => {
    const drawing = { width: 100, height: 2000 };
    expect(seenMiddle({ scale: 1, left: 10, top: -100 }, drawing, room)).toEqual({ x: 60, y: 150 });
    expect(seenMiddle({ scale: 0.1, left: 10, top: 0 }, drawing, room)).toEqual({ x: 15, y: 100 });
  });

  it('moves no further than is needed to show a box', () => {
    const view = { scale: 1, left: 0, top: 0 };
    expect(reveal(view, { x: 100, y: 100, width: 50, height: 20 }, room)).toEqual(view);
    expect(reveal(view, { x: 100, y: 400, width: 50, height: 20 }, room)).toEqual({ ...view, top: -144 });
    expect(reveal({ ...view, scale: 0.1 }, { x: 100, y: 400, width: 50, height: 20 }, room).scale).toBe(0.75);
  });

  it('keeps a strip of the drawing in sight', () => {
    const drawing = { width: 1000, height: 1000 };
    expect(keepInside({ scale: 1, left: 9999, top: -9999 }, drawing, room)).toEqual({
      scale: 1,
      left: 340,
      top: -940,
    });
  });

  it('walks along the edges', () => {
    const layout = layoutOf(['base']);
    expect(neighbor(layout, '', 'ArrowDown')).toMatch(/left|right/);
    expect(neighbor(layout, 'left', 'ArrowDown')).toBe('base/in');
    expect(neighbor(layout, 'base/in', 'ArrowUp')).toMatch(/left|right/);
    const beside = [neighbor(layout, 'left', 'ArrowRight'), neighbor(layout, 'left', 'ArrowLeft')];
    expect(beside.sort()).toEqual(['right', null].sort());
    expect(neighbor(layout, 'base/act', 'End')).toBe('add');
    expect(neighbor(layout, 'add', 'ArrowDown')).toBeNull();
    expect(neighbor(layout, 'add', 'toString')).toBeNull();
  });
});
