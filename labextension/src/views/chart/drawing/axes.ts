import { formatDuration, type TimeUnit, withUnit } from '../../../shared/format';
import type { Range } from '../types';

/** Grows `range` to hold every finite value of `ys` whose x lies in `[lo, hi]` (and is positive, on a log axis). */
export function extendRange(
  range: Range,
  path: { x: ArrayLike<number>; y: ArrayLike<number> },
  lo: number,
  hi: number,
  log: boolean,
): void {
  for (let i = 0; i < path.x.length; i += 1) {
    const y = path.y[i]!;
    if (path.x[i]! < lo || path.x[i]! > hi || !Number.isFinite(y) || (log && y <= 0)) continue;
    if (y < range[0]) range[0] = y;
    if (y > range[1]) range[1] = y;
  }
}

/** A range around the data with some room, never empty; on a log axis in powers of ten, as Plotly has it. */
export function paddedRange([lo, hi]: Range, log: boolean): Range {
  if (!(lo <= hi)) return log ? [-1, 1] : [0, 1];
  if (log) {
    const [a, b] = [Math.log10(lo), Math.log10(hi)];
    const room = b > a ? (b - a) * 0.05 : 0.15;
    return [a - room, b + room];
  }
  const room = hi > lo ? (hi - lo) * 0.05 : Math.abs(lo) * 0.05 || 1;
  return [lo - room, hi + room];
}

/** The range of the x axis around `[lo, hi]`: hardly any room, and one unit when there is a single point. */
export function horizontalRange(lo: number, hi: number): Range {
  if (!(lo <= hi)) return [0, 1];
  if (lo === hi) return [lo - 1, hi + 1];
  const room = (hi - lo) * 0.015;
  return [lo - room, hi + room];
}

/** Ticks at whole numbers where the axis is so short that Plotly would put fractions of a step. */
export function wholeTicks([lo, hi]: Range): { tick0: number; dtick: number } | null {
  return hi - lo < 5 ? { tick0: 0, dtick: 1 } : null;
}

const TIME_STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
  3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
];

/** Round ticks of an axis in seconds, at most `most` of them, as text that people use for times. */
export function timeTicks([lo, hi]: Range, most: number): { values: number[]; texts: string[] } {
  const span = hi - lo;
  if (!(span > 0) || !Number.isFinite(span)) return { values: [], texts: [] };
  const step = TIME_STEPS.find((size) => span / size <= most) ?? Math.ceil(span / most / 604800) * 604800;
  const values: number[] = [];
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + step * 1e-9; i += 1) {
    if (i >= 0) values.push(Number((i * step).toPrecision(12)));
  }
  return { values, texts: values.map((value) => timeText(value, step)) };
}

function timeText(seconds: number, step: number): string {
  const written = (value: number, unit: TimeUnit): string =>
    withUnit(String(Number(value.toPrecision(6))), unit);
  if (seconds === 0) return written(0, 's');
  if (step >= 86400) return written(seconds / 86400, 'd');
  if (step >= 3600 && seconds < 172800) return written(seconds / 3600, 'h');
  if (step >= 60 && seconds < 3600) return written(seconds / 60, 'min');
  if (seconds < 60) return written(seconds, 's');
  if (seconds < 3600) {
    const rest = Number((seconds % 60).toPrecision(6));
    const minutes = written(Math.floor(seconds / 60), 'min');
    return rest === 0 ? minutes : `${minutes} ${written(rest, 's')}`;
  }
  return formatDuration(seconds);
}

/** Ticks of a logarithmic axis over powers of ten: labeled ones, at most about `most`, and small ones between. */
export function logTicks(
  [lo, hi]: Range,
  most: number,
): { values: number[]; texts: string[]; between: number[] } {
  const powers: number[] = [];
  for (let power = Math.ceil(lo - 1e-9); power <= hi + 1e-9; power += 1) powers.push(power);
  const every = Math.max(1, Math.ceil(powers.length / Math.max(1, most)));
  const inside = (value: number): boolean => Math.log10(value) >= lo && Math.log10(value) <= hi;
  const decades: number[] = [];
  for (let power = Math.floor(lo); power <= Math.ceil(hi); power += 1) decades.push(power);
  const multiples = (factors: readonly number[]): number[] =>
    decades.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`))).filter(inside);
  const few = powers.length < 3;
  const values = few
    ? multiples(hi - lo < 0.5 ? [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5])
    : powers.filter((power) => power % every === 0).map((power) => Number(`1e${power}`));
  // Where whole powers have no label they are the small ones.
  const between =
    every > 1 ? powers.map((power) => Number(`1e${power}`)) : multiples([2, 3, 4, 5, 6, 7, 8, 9]);
  return { values, texts: values.map(powerText), between: between.filter((one) => !values.includes(one)) };
}

function powerText(value: number): string {
  const plain = value >= 1e-3 && value < 1e4;
  return plain
    ? String(Number(value.toPrecision(2)))
    : value.toExponential().replace('e+', 'e').replace('-', '−');
}

/** The tick format of values up to `size`: plain, with SI letters where that would be long, else Plotly's powers of ten. */
export function valueTickFormat(size: number): string {
  return size >= 1e4 && size < 1e15 ? '~s' : '';
}

export interface Label {
  /** Position in pixels from the left edge of the plot. */
  x: number;
  text: string;
  /** Higher wins where labels would overlap. */
  priority: number;
}

export interface PlacedLabel {
  index: number;
  text: string;
  /** Which edge of the text is at x. */
  anchor: 'left' | 'right';
}

const CHARACTER_PX = 6;
/** Chinese, Japanese and Korean characters are as wide as they are high. */
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/g;
const LONGEST_LABEL = 28;

/** Chooses the labels that fit beside each other in `width` pixels, the more important ones first. */
export function placeLabels(labels: readonly Label[], width: number): PlacedLabel[] {
  const order = labels
    .map((label, index) => ({ label, index }))
    .filter(({ label }) => label.text !== '' && label.x >= 0 && label.x <= width)
    .sort((a, b) => b.label.priority - a.label.priority || b.label.x - a.label.x);
  const taken: Range[] = [];
  const placed: PlacedLabel[] = [];
  for (const { label, index } of order) {
    const text = shorten(label.text, LONGEST_LABEL);
    const size = (text.length + (text.match(WIDE)?.length ?? 0)) * CHARACTER_PX + 8;
    for (const anchor of label.x + size <= width
      ? (['left', 'right'] as const)
      : (['right', 'left'] as const)) {
      const span: Range = anchor === 'left' ? [label.x, label.x + size] : [label.x - size, label.x];
      if (
        span[0] < -2 ||
        span[1] > width + 12 ||
        taken.some((other) => span[0] < other[1] && other[0] < span[1])
      ) {
        continue;
      }
      taken.push(span);
      placed.push({ index, text, anchor });
      break;
    }
  }
  return placed;
}

/** Text of at most `length` characters, with an ellipsis where it was cut. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
