/** Numbers as people read them. Every function takes any number and returns text, never throws. */

const MISSING = '–';

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
  if (!Number.isFinite(value)) return MISSING;
  return Math.round(value).toLocaleString('en-US');
}

/**
 * A count in three significant digits with a letter for the thousands.
 *
 * @example formatCount(118282) === '118k'
 */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const steps: [number, string][] = [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  for (const [unit, letter] of steps) {
    // 999,950 would otherwise read "1000k".
    if (size >= unit * 0.9995) return significant(value / unit, 3) + letter;
  }
  return significant(value, 3);
}

/**
 * A rate per second with its unit; fixed decimals so that it does not jitter.
 *
 * @example formatRate(1234, 'step') === '1.23k steps/s'
 */
export function formatRate(value: number, unit: string): string {
  if (!Number.isFinite(value) || value < 0) return MISSING;
  if (value === 0) return `0 ${unit}s/s`;
  if (value < 0.1) return `${formatDuration(1 / value)} per ${unit}`;
  const text = value < 10 ? value.toFixed(1) : value < 999.5 ? value.toFixed(0) : kilo(value);
  return `${text} ${unit}s/s`;
}

function kilo(value: number): string {
  const [size, letter] = value < 999_500 ? [value / 1e3, 'k'] : [value / 1e6, 'M'];
  return size.toPrecision(3) + letter;
}

/**
 * Seconds in the two largest units that matter.
 *
 * @example formatDuration(200) === '3 min 20 s'
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return MISSING;
  if (seconds < 0.9995e-3) return seconds === 0 ? '0 s' : `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 0.9995) return `${(seconds * 1e3).toFixed(0)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * Bytes in powers of 1024.
 *
 * @example formatBytes(1.5 * 2 ** 30) === '1.5 GiB'
 */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return MISSING;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1023.5 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 99.95 ? size.toFixed(0) : size.toFixed(1)} ${units[unit]!}`;
}

/** A percentage without decimals; unknown (negative or not finite) as a dash. */
export function formatPercent(percent: number): string {
  return Number.isFinite(percent) && percent >= 0 ? `${percent.toFixed(0)} %` : MISSING;
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
