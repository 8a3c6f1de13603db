// @vitest-environment happy-dom
import { expect, it } from 'vitest';

import { path } from '../../../src/views/confusion-plot/threshold';

it('interrupts a curve where it is not defined', () => {
  expect(path([0, 0.5, 1], [NaN, 0, 1])).toBe('M88.0 172.0L172.0 4.0');
});
