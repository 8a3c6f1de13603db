import { expect, it } from 'vitest';

import { short } from '../../../src/shared/concept/numbers';

it.each([
  [0, '0'],
  [-0.1234, '−0.123'],
  [1234.5, '1235'],
  [12.34, '12.3'],
  [3, '3'],
  [0.00012, '1.2e−4'],
  [1e-7, '1e−7'],
  [-4e15, '−4e15'],
  [3e-16, '0'],
])('writes %f as %s', (value, text) => expect(short(value)).toBe(text));
