import { describe, expect, it } from 'vitest';

import { type Bounds, levels, sampled, segments } from '../../../src/shared/concept/contours';

describe('contours', () => {
  it('lie where the function has their level, and divide a bowl in equal steps', () => {
    const bowl = ([x, y]: readonly number[]): number => x! * x! + y! * y!;
    const around: Bounds = [
      [-2, 2],
      [-2, 2],
    ];
    const grid = sampled(bowl, around, 81, 81);
    const lines = segments(grid, 1);
    expect(lines.length).toBeGreaterThan(100);
    for (let i = 0; i < lines.length; i += 2) {
      expect(bowl([lines[i]! / 20 - 2, 2 - lines[i + 1]! / 20])).toBeCloseTo(1, 1);
    }
    expect(levels(grid, 7)).toHaveLength(7);
    expect(levels({ columns: 2, rows: 2, values: new Float64Array(4) }, 7)).toHaveLength(1);
  });
});
