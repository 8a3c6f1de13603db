// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import { path } from '../../../src/views/confusion-plot/unit-curve';

it('interrupts a curve where it is not defined', () => {
  expect(path([0, 0.5, 1], [NaN, 0, 1])).toBe('M110.0 170.0L192.0 6.0');
});
