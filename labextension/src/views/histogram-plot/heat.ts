/** Histograms as a heat map: steps to the right, values upwards, how many as color; and lines of quantiles. */

import type { Theme } from '../../core/theme';
import { LINES, quantiles, rebin } from './bins';
import { ramp } from './colors';
import type { Box } from './ridge';
import type { Axis, Rows } from './rows';
import { place, type Scale } from './scale';

const BINS_PX = 4;

/** Where the steps lie. */
export function stepScale(rows: Rows, axis: Axis, box: Box): Scale {
  const last = rows.count - 1;
  const [low, high] = last < 0 ? [0, 0] : [rows.at(0, axis), rows.at(last, axis)];
  return { low, high, from: box.left, to: box.left + box.width };
}

/** Where the values lie. */
export function valueScale([low, high]: readonly [number, number], box: Box): Scale {
  return { low, high, from: box.top + box.height, to: box.top };
}

/** Which histogram each column of pixels shows: the one whose step is nearest. */
export function columnsOf(rows: Rows, axis: Axis, width: number): Int32Array {
  const found = new Int32Array(width).fill(-1);
  const scale = stepScale(rows, axis, { left: 0, top: 0, width, height: 0 });
  const at = Array.from({ length: rows.count }, (_, row) => place(scale, rows.at(row, axis)));
  let row = 0;
  for (let x = 0; x < width; x += 1) {
    while (row + 1 < rows.count && Math.abs(at[row + 1]! - x - 0.5) <= Math.abs(at[row]! - x - 0.5)) row += 1;
    found[x] = row;
  }
  return found;
}

/** How strong the color of each bin of a histogram is, 0 to 255: the largest bin of a step is 255. */
export function strengths(counts: Float64Array, log: boolean): Uint8Array {
  const most = Math.max(...counts);
  return Uint8Array.from(counts, (count) => {
    if (!(count > 0)) return 0;
    const part = log ? Math.log1p(count) / Math.log1p(most) : Math.sqrt(count / most);
    return Math.max(14, Math.round(255 * part));
  });
}

export interface HeatMarks {
  /** Of the axis, where a histogram is pointed at, and where the timeline is; null for none. */
  hovered: number | null;
  marked: number | null;
  lines: boolean;
}

/** Draws the map; `range` is the part of the values that is shown. */
export function paintHeat(
  context: CanvasRenderingContext2D,
  rows: Rows,
  axis: Axis,
  box: Box,
  range: readonly [number, number],
  log: boolean,
  theme: Theme,
  marks: HeatMarks,
): void {
  if (rows.count === 0) return;
  const width = Math.max(1, Math.round(box.width));
  const bins = Math.max(8, Math.round(box.height / BINS_PX));
  const map = ramp(theme.background, theme.palette[0]!, theme.dark ? '#f2f8ff' : '#04173a');
  const pixels = new ImageData(width, bins);
  const columns = columnsOf(rows, axis, width);
  let known = -1;
  let colors = new Uint8Array(bins);
  columns.forEach((row, x) => {
    if (row !== known) {
      known = row;
      colors = rows.drawable(row)
        ? Uint8Array.from(strengths(rebin(rows, row, range[0], range[1], bins), log))
        : new Uint8Array(bins);
    }
    for (let bin = 0; bin < bins; bin += 1) {
      const from = colors[bin]! * 4;
      pixels.data.set(map.subarray(from, from + 4), ((bins - 1 - bin) * width + x) * 4);
    }
  });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, bins];
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, box.left, box.top, box.width, box.height);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  if (marks.lines) paintLines(context, rows, axis, box, range, theme);
  const scale = stepScale(rows, axis, box);
  for (const [at, color, line] of [
    [marks.marked, theme.palette[1]!, 2],
    [marks.hovered, theme.text, 1],
  ] as const) {
    if (at === null) continue;
    context.strokeStyle = color;
    context.lineWidth = line;
    context.beginPath();
    const x = place(scale, at);
    context.moveTo(x, box.top);
    context.lineTo(x, box.top + box.height);
    context.stroke();
  }
  context.restore();
}

/** The median strong, one standard deviation thin, the extremes dotted. */
function paintLines(
  context: CanvasRenderingContext2D,
  rows: Rows,
  axis: Axis,
  box: Box,
  range: readonly [number, number],
  theme: Theme,
): void {
  const across = stepScale(rows, axis, box);
  const up = valueScale(range, box);
  const values = Array.from({ length: rows.count }, (_, row) =>
    rows.drawable(row) ? quantiles(rows, row, LINES) : null,
  );
  LINES.forEach((share, which) => {
    context.beginPath();
    let open = false;
    values.forEach((found, row) => {
      if (!found) {
        open = false;
        return;
      }
      const [x, y] = [place(across, rows.at(row, axis)), place(up, found[which]!)];
      if (open) context.lineTo(x, y);
      else context.moveTo(x, y);
      open = true;
    });
    const extreme = share === 0 || share === 1;
    context.setLineDash(extreme ? [2, 3] : []);
    // A pale seam keeps the line apart from any color below it.
    for (const [color, width] of [
      [theme.background, share === 0.5 ? 4 : 2.5],
      [extreme ? theme.muted : theme.palette[1]!, share === 0.5 ? 2 : 1.2],
    ] as const) {
      context.globalAlpha = color === theme.background ? 0.55 : 1;
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke();
    }
    context.globalAlpha = 1;
  });
  context.setLineDash([]);
}
