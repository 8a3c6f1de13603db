// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import { score, sorted } from '../../../src/views/confusion-plot/table';

it('writes a dash for 0/0, and sorts it last', () => {
  expect([score(NaN), score(0), score(1, false)]).toEqual(['–', '0.0%', '1.000']);
  expect(sorted([NaN, 2, 1], false)).toEqual([2, 1, 0]);
  expect(sorted([NaN, 2, 1], true)).toEqual([1, 2, 0]);
});
