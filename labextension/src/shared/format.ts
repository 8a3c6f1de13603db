/** Numbers as people read them, in the reader's language. Every function takes any number and returns text, never throws. */

import { locale, t } from '../core/i18n';

const MISSING = '–';
/** Between a number and its unit, which stay on one line. */
const NBSP = '\u00a0';

const formats = new Map<string, Intl.NumberFormat>();

/** To make a format takes a hundred times as long as to use it. */
function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(locale(), options)));
  return format;
}

/** A number with so many decimals, and with grouped thousands. */
export function formatFixed(value: number, digits: number): string {
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** Rounds to `digits` significant digits and drops trailing zeros. */
function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/**
 * A metric's value: four significant digits, scientific when very small or very large.
 *
 * @example formatValue(0.123456) === '0.1235'
 */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) {
    return value.toExponential(3).replace('e+', 'e').replace('-', '−').replace('e-', 'e−');
  }
  return value.toPrecision(size >= 1000 ? 6 : 4).replace('-', '−');
}

/**
 * A count with thousands separators, whatever its size.
 *
 * @example formatInteger(12345) === '12,345'
 */
export function formatInteger(value: number): string {
  return Number.isFinite(value) ? numberFormat({ maximumFractionDigits: 0 }).format(value) : MISSING;
}

/**
 * A count in three significant digits, with a letter or word for its size.
 *
 * @example formatCount(118282) === '118k'
 */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const options = { notation: 'compact', maximumSignificantDigits: 3 } as const;
  return numberFormat(options).format(value).replace(/K$/, 'k');
}

/** What a rate counts. */
export type Counted = 'steps' | 'samples';

/**
 * A rate per second with its unit; fixed decimals so that it does not jitter.
 *
 * @example formatRate(1234, 'steps') === '1.23k steps/s'
 */
export function formatRate(value: number, counted: Counted): string {
  if (!Number.isFinite(value) || value < 0) return MISSING;
  if (value > 0 && value < 0.1) {
    const duration = formatDuration(1 / value);
    return counted === 'steps'
      ? t('{duration} per step', { duration })
      : t('{duration} per sample', { duration });
  }
  const rate =
    value === 0
      ? '0'
      : value < 10
        ? formatFixed(value, 1)
        : value < 999.5
          ? formatInteger(value)
          : large(value);
  return counted === 'steps' ? t('{rate} steps/s', { rate }) : t('{rate} samples/s', { rate });
}

function large(value: number): string {
  const options = { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 } as const;
  return numberFormat(options).format(value).replace(/K$/, 'k');
}

/**
 * Seconds in the two largest units that matter.
 *
 * @example formatDuration(200) === '3 min 20 s', with no-break spaces before the units
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return MISSING;
  if (seconds === 0) return withUnit('0', 's');
  if (seconds < 0.9995e-3) return withUnit(formatInteger(seconds * 1e6), 'µs');
  if (seconds < 0.9995) return withUnit(formatInteger(seconds * 1e3), 'ms');
  if (seconds < 59.95) return withUnit(formatFixed(seconds, 1), 's');
  const whole = Math.round(seconds);
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(seconds / 3600);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const UNITS = {
  µs: (n: string) => t('{n} µs', { n }),
  ms: (n: string) => t('{n} ms', { n }),
  s: (n: string) => t('{n} s', { n }),
  min: (n: string) => t('{n} min', { n }),
  h: (n: string) => t('{n} h', { n }),
  d: (n: string) => t('{n} d', { n }),
};

export type TimeUnit = keyof typeof UNITS;

/** A time in one unit. */
export function withUnit(number: string, unit: TimeUnit): string {
  return UNITS[unit](number).replace(/ /g, NBSP);
}

function two(large: number, unit: TimeUnit, small: number, smaller: TimeUnit): string {
  return `${withUnit(formatInteger(large), unit)} ${withUnit(String(small).padStart(2, '0'), smaller)}`;
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/**
 * Bytes in powers of 1000, with three significant digits.
 *
 * @example formatBytes(1.5e9) === '1.5 GB', with a no-break space
 */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return MISSING;
  let size = bytes;
  let power = 0;
  while (size >= 999.5 && power < BYTES.length - 1) {
    size /= 1000;
    power += 1;
  }
  if (power === 0) return `${formatInteger(size)}${NBSP}B`;
  const options = {
    style: 'unit',
    unit: BYTES[power]!,
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  } as const;
  return numberFormat(options).format(size).replace(/\s/g, NBSP);
}

/**
 * A share as a percentage; what is unknown (not finite, or negative) as a dash.
 *
 * @example formatPercent(0.126) === '13%'
 */
export function formatPercent(share: number, digits = 0): string {
  if (!Number.isFinite(share) || share < 0) return MISSING;
  const options = { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return numberFormat(options).format(share);
}

/**
 * A learning rate as someone would type it: float32 noise removed, no needless zeros.
 *
 * @example formatLearningRate(0.0010000000474974513) === '0.001'
 */
export function formatLearningRate(value: number): string {
  if (!Number.isFinite(value) || value < 0) return '';
  const text = significant(value, 6);
  return value > 0 && value < 1e-4 ? Number(text).toExponential() : text;
}
