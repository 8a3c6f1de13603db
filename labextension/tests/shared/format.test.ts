import { describe, expect, it } from 'vitest';

import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInteger,
  formatLearningRate,
  formatPercent,
  formatRate,
  formatValue,
} from '../../src/shared/format';

/** A number and its unit stay on one line. */
const nbsp = (text: string): string => text.replace(/ (?=(?:µs|ms|s|min|h|d|[kMG]?B)\b)/g, '\u00a0');

describe('numbers for people', () => {
  it.each([
    [0.123456, '0.1235'],
    [0, '0'],
    [-1.5, '−1.500'],
    [12345.678, '12345.7'],
    [0.00001234, '1.234e−5'],
    [1234567, '1.235e6'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
  ])('value %f', (value, text) => expect(formatValue(value)).toBe(text));

  it.each([
    [0, '0'],
    [999, '999'],
    [1234, '1.23k'],
    [118282, '118k'],
    [999_950, '1M'],
    [138_357_544, '138M'],
    [7e9, '7B'],
    [NaN, '–'],
  ])('count %d', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0 s'],
    [0.0004, '400 µs'],
    [0.25, '250 ms'],
    [0.9996, '1.0 s'],
    [12.44, '12.4 s'],
    [59.96, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3599.7, '1 h 00 min'],
    [7500, '2 h 05 min'],
    [200_000, '2 d 08 h'],
    [-1, '–'],
    [Infinity, '–'],
  ])('duration %f', (value, text) => expect(formatDuration(value)).toBe(nbsp(text)));

  it.each([
    [912, '912 steps/s'],
    [1234, '1.23k steps/s'],
    [999.7, '1.00k steps/s'],
    [1_200_000, '1.20M steps/s'],
    [3.21, '3.2 steps/s'],
    [0.02, '50.0 s per step'],
    [0, '0 steps/s'],
    [NaN, '–'],
  ])('rate %f', (value, text) => expect(formatRate(value, 'steps')).toBe(nbsp(text)));

  it.each([
    [0.0010000000474974513, '0.001'],
    [0.00003, '3e-5'],
    [1.5, '1.5'],
    [0, '0'],
    [-1, ''],
  ])('learning rate %f', (value, text) => expect(formatLearningRate(value)).toBe(text));

  it('bytes, percentages and whole numbers', () => {
    expect(formatBytes(1.3e9)).toBe(nbsp('1.3 GB'));
    expect(formatBytes(512)).toBe(nbsp('512 B'));
    expect(formatBytes(999.7e3)).toBe(nbsp('1 MB'));
    expect(formatBytes(87_900_000)).toBe(nbsp('87.9 MB'));
    expect(formatBytes(1500)).toBe(nbsp('1.5 kB'));
    expect(formatBytes(-1)).toBe('–');
    expect(formatPercent(0.834)).toBe('83%');
    expect(formatPercent(0.126, 1)).toBe('12.6%');
    expect(formatPercent(-1)).toBe('–');
    expect(formatInteger(1234567)).toBe('1,234,567');
  });
});
