/** Histograms as curves one before the other: the newest in front, older ones paler behind it. */

import type { Theme } from '../../core/theme';
import { rebin } from './bins';
import { mixed } from './colors';
import type { Axis, Rows } from './rows';
import { place, type Scale } from './scale';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One curve: its histogram, the height of its foot in px, and the heights above it. */
export interface Ridge {
  row: number;
  /** How old it is: 0 for the first on the axis, 1 for the last. */
  age: number;
  foot: number;
  heights: Float64Array;
}

/** A curve and its neighbor are at least so many px apart. */
const APART = 8;
const MOST = 40;
/** The part of the height that the highest of usual curves takes. */
const SHARE = 0.42;
/** Curves that are much higher than most, such as those of weights that are all 0 at first, are cut off there. */
const CUT = 1.5;
const USUAL = 0.75;
/** The pixels of a bin. */
const BIN_PX = 7;

/** The histograms to draw: not more than fit, always the first and the last. */
export function chosen(rows: Rows, axis: Axis, most: number): number[] {
  const usable = Array.from({ length: rows.count }, (_, row) => row).filter((row) => rows.drawable(row));
  if (usable.length <= most) return usable;
  const [first, last] = [rows.at(usable[0]!, axis), rows.at(usable[usable.length - 1]!, axis)];
  const slot = (row: number): number =>
    last > first ? Math.round(((rows.at(row, axis) - first) / (last - first)) * (most - 1)) : 0;
  // Of several in one slot the latest, but the very first stays.
  return usable.filter(
    (row, i) => i === 0 || i === usable.length - 1 || (slot(row) !== slot(usable[i + 1]!) && slot(row) > 0),
  );
}

/** Lays the curves out, from the oldest to the newest. */
export function layoutRidges(
  rows: Rows,
  axis: Axis,
  box: Box,
  [low, high]: readonly [number, number],
  log: boolean,
): Ridge[] {
  const shown = chosen(rows, axis, Math.max(2, Math.min(MOST, Math.floor(box.height / APART))));
  const bins = Math.max(12, Math.min(80, Math.round(box.width / BIN_PX)));
  const curves = shown.map((row) => {
    const counts = rebin(rows, row, low, high, bins);
    return log ? counts.map((count) => Math.log1p(count)) : counts;
  });
  const peaks = curves.map((curve) => Math.max(...curve)).sort((a, b) => a - b);
  const usual = peaks[Math.min(peaks.length - 1, Math.floor(peaks.length * USUAL))] ?? 0;
  const reach = box.height * (shown.length > 1 ? SHARE : 0.9);
  const full = shown.length > 1 ? reach / CUT : reach;
  const [first, last] = [shown[0], shown[shown.length - 1]];
  const scale: Scale = {
    low: first === undefined ? 0 : rows.at(first, axis),
    high: last === undefined ? 0 : rows.at(last, axis),
    from: box.top + reach,
    to: box.top + box.height,
  };
  return shown.map((row, i) => {
    const along = place(scale, rows.at(row, axis));
    const foot = shown.length > 1 && scale.high > scale.low ? along : box.top + box.height;
    return {
      row,
      age: shown.length > 1 ? (foot - scale.from) / (scale.to - scale.from) : 1,
      foot,
      heights: curves[i]!.map((height) => (usual > 0 ? Math.min(CUT, height / usual) * full : 0)),
    };
  });
}

/** The curve under a place: the foremost that covers it, else the one whose foot is nearest. */
export function ridgeAt(ridges: readonly Ridge[], box: Box, x: number, y: number): Ridge | null {
  let nearest: Ridge | null = null;
  for (let i = ridges.length - 1; i >= 0; i -= 1) {
    const ridge = ridges[i]!;
    if (y <= ridge.foot && y >= ridge.foot - heightAt(ridge, box, x)) return ridge;
    if (!nearest || Math.abs(ridge.foot - y) < Math.abs(nearest.foot - y)) nearest = ridge;
  }
  return nearest;
}

/** The middles of bins are joined by lines. */
function heightAt({ heights }: Ridge, box: Box, x: number): number {
  const along = ((x - box.left) / box.width) * heights.length - 0.5;
  const at = Math.max(0, Math.min(heights.length - 1, Math.floor(along)));
  const next = Math.min(heights.length - 1, at + 1);
  const part = Math.max(0, Math.min(1, along - at));
  return heights[at]! * (1 - part) + heights[next]! * part;
}

/** The histogram that is drawn for one that may not be; -1 for none. */
export function drawnFor(ridges: readonly Ridge[], row: number): number {
  let best = -1;
  for (const ridge of ridges) {
    if (best < 0 || Math.abs(ridge.row - row) < Math.abs(best - row)) best = ridge.row;
  }
  return best;
}

export interface RidgeMarks {
  hovered: number;
  marked: number;
}

/** Draws the curves, from the oldest to the newest. */
export function paintRidges(
  context: CanvasRenderingContext2D,
  ridges: readonly Ridge[],
  box: Box,
  theme: Theme,
  { hovered, marked }: RidgeMarks,
): void {
  const accent = theme.palette[0]!;
  const [pale, strong] = theme.dark ? [0.2, 0.78] : [0.14, 0.72];
  context.lineJoin = 'round';
  for (const ridge of ridges) {
    const at = ridge.row === marked;
    const over = ridge.row === hovered;
    const color = at ? theme.palette[1]! : accent;
    context.fillStyle = mixed(theme.background, color, pale + (strong - pale) * ridge.age ** 1.5);
    const edge = mixed(theme.background, theme.dark ? '#ffffff' : '#0b2a55', theme.dark ? 0.75 : 0.8);
    context.strokeStyle = over
      ? theme.text
      : at
        ? theme.palette[1]!
        : mixed(theme.background, ridge.age > 0.97 ? edge : accent, 0.35 + 0.65 * ridge.age);
    context.lineWidth = over || at ? 2 : 1;
    trace(context, ridge, box);
    context.globalAlpha = 0.92;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }
}

/** The line of a curve where it has values, closed along its foot. */
function trace(context: CanvasRenderingContext2D, { heights, foot }: Ridge, box: Box): void {
  const width = box.width / heights.length;
  const x = (bin: number): number =>
    Math.max(box.left, Math.min(box.left + box.width, box.left + (bin + 0.5) * width));
  const first = heights.findIndex((height) => height > 0);
  let last = heights.length - 1;
  while (last > first && !(heights[last]! > 0)) last -= 1;
  context.beginPath();
  if (first < 0) return;
  context.moveTo(x(first - 1), foot);
  for (let bin = first; bin <= last; bin += 1) context.lineTo(x(bin), foot - heights[bin]!);
  context.lineTo(x(last + 1), foot);
  context.closePath();
}
