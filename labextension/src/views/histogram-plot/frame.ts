/** The axes of a large plot and the small plots of many names. */

import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { formatDuration, formatFixed, formatInteger, formatValue } from '../../shared/format';
import type { Box } from './ridge';
import type { Axis } from './rows';
import { place, type Scale, ticks } from './scale';

/** What is free beside a heat map, in px. */
const SPARE = 8;

/** A place on an axis, as people read it. */
export function axisText(axis: Axis, value: number): string {
  if (axis === 'time') return formatDuration(value);
  return axis === 'epoch' ? formatFixed(value, Number.isInteger(value) ? 0 : 1) : formatInteger(value);
}

export function axisName(axis: Axis): string {
  return { step: t('step'), epoch: t('epoch'), time: t('time') }[axis];
}

/** A value as an axis has it: short. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e6)) return formatValue(value).replace(/\.?0+e/, 'e');
  return String(Number(value.toPrecision(6))).replace('-', '−');
}

/** Values along the lower edge, with lines upwards. */
export function paintValuesBelow(
  context: CanvasRenderingContext2D,
  box: Box,
  scale: Scale,
  unit: string,
  theme: Theme,
): void {
  context.font = `11px ${theme.font}`;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  const foot = box.top + box.height;
  for (const value of ticks(scale.low, scale.high, box.width / 70)) {
    const x = Math.round(place(scale, value)) + 0.5;
    line(context, theme.grid, x, box.top, x, foot + 4);
    context.fillStyle = theme.muted;
    context.fillText(tickText(value), x, foot + 6);
  }
  line(context, theme.axis, box.left, foot + 0.5, box.left + box.width, foot + 0.5);
  context.fillStyle = theme.muted;
  context.fillText(unit, box.left + box.width / 2, foot + 21, box.width);
}

/** Steps down the right edge, at the feet of the curves. */
export function paintStepsBeside(
  context: CanvasRenderingContext2D,
  box: Box,
  scale: Scale,
  axis: Axis,
  theme: Theme,
): void {
  context.font = `11px ${theme.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = theme.muted;
  const right = box.left + box.width;
  const room = Math.abs(scale.to - scale.from);
  const values = room < 1 ? [scale.high] : ticks(scale.low, scale.high, Math.max(2, room / 34));
  for (const value of values) {
    const y = place(scale, value);
    line(context, theme.axis, right, y, right + 4, y);
    context.fillText(axisText(axis, value), right + 7, y);
  }
  context.fillText(axisName(axis), right + 7, scale.from - 16);
}

/** Values up the left edge and steps along the lower one. */
export function paintHeatAxes(
  context: CanvasRenderingContext2D,
  box: Box,
  across: Scale,
  up: Scale,
  axis: Axis,
  unit: string,
  theme: Theme,
): void {
  context.font = `11px ${theme.font}`;
  const foot = box.top + box.height;
  context.fillStyle = theme.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const value of ticks(up.low, up.high, box.height / 40)) {
    const y = Math.round(place(up, value)) + 0.5;
    line(context, theme.axis, box.left - 4, y, box.left, y);
    context.fillText(tickText(value), box.left - 7, y, box.left - 18);
  }
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const value of ticks(across.low, across.high, box.width / 80)) {
    const x = Math.round(place(across, value)) + 0.5;
    line(context, theme.axis, x, foot, x, foot + 4);
    const text = axisText(axis, value);
    // The last one stays inside.
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(x, box.left + box.width + SPARE - half), foot + 6);
  }
  context.fillText(axisName(axis), box.left + box.width / 2, foot + 21);
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  context.save();
  context.translate(2, box.top + box.height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(unit, 0, 0, box.height);
  context.restore();
}

function line(
  context: CanvasRenderingContext2D,
  color: string,
  ...[x, y, toX, toY]: [number, number, number, number]
): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}

// -- small plots ------------------------------------------------------------------------------------

const CELL = { width: 172, height: 122, gap: 8 } as const;

export interface GridLayout {
  columns: number;
  rows: number;
  width: number;
  height: number;
  cell: { width: number; height: number };
}

/** Lays small plots out. */
export function layoutGrid(count: number, available: number): GridLayout {
  const columns = Math.max(1, Math.min(count, Math.floor((available + CELL.gap) / (CELL.width + CELL.gap))));
  const least = count === 0 ? 0 : Math.ceil(count / columns);
  const width = Math.min(300, (available - CELL.gap * (columns - 1)) / columns);
  return {
    columns,
    rows: least,
    width: columns * (width + CELL.gap) - CELL.gap,
    height: Math.max(0, least * (CELL.height + CELL.gap) - CELL.gap),
    cell: { width, height: CELL.height },
  };
}

/** Where a small plot lies. */
export function cellBox({ columns, cell }: GridLayout, which: number): Box {
  return {
    left: (which % columns) * (cell.width + CELL.gap),
    top: Math.floor(which / columns) * (cell.height + CELL.gap),
    ...cell,
  };
}

/** The small plot at a place; -1 for none. */
export function cellAt(layout: GridLayout, count: number, x: number, y: number): number {
  for (let which = 0; which < count; which += 1) {
    const box = cellBox(layout, which);
    if (x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height) return which;
  }
  return -1;
}

/** The small plot that a key goes to; null for a key that goes nowhere. */
export function moveIn(key: string, which: number, count: number, columns: number): number | null {
  const moves: Record<string, number> = {
    ArrowLeft: which - 1,
    ArrowRight: which + 1,
    ArrowUp: which - columns >= 0 ? which - columns : which,
    ArrowDown: which + columns < count ? which + columns : which,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

/** As much of a name as fits: its end, which tells layers apart. */
export function fitted(context: CanvasRenderingContext2D, name: string, room: number): string {
  if (context.measureText(name).width <= room) return name;
  for (let cut = 1; cut < name.length - 1; cut += 1) {
    const text = `…${name.slice(cut)}`;
    if (context.measureText(text).width <= room) return text;
  }
  return '…';
}
