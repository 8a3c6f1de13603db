import { t } from '../../../core/i18n';
import { formatDuration, formatValue } from '../../../shared/format';
import type { Curve } from '../data/curve';
import type { ChartData } from '../data/chart-data';
import type { Axis, Marker, Range, SeriesInfo } from '../types';

/** The value of one series where the pointer is. */
export interface ReadoutRow {
  id: string;
  name: string;
  x: number;
  /** What the drawn curve shows there: the moving average where there is one. */
  value: number;
  /** The value itself, where `value` is an average. */
  raw: number | null;
}

export interface Readout {
  heading: string;
  rows: ReadoutRow[];
  /** Series with a value here that found no room in `rows`. */
  more: number;
  /** Texts of the markers here. */
  events: string[];
}

export interface ReadoutQuery {
  data: ChartData;
  series: readonly SeriesInfo[];
  hidden: ReadonlySet<string>;
  markers: readonly Marker[];
  axis: Axis;
  smoothing: number;
  /** Position on the x axis, and half the width that counts as "here", in the axis's unit. */
  x: number;
  near: number;
  /** Position on the y axis: with too many series, those nearest to it are listed. */
  y: number;
  rows: number;
}

/** Reads the values around one position from the data itself, not from the decimated drawing; null when empty. */
export function readAt(query: ReadoutQuery): Readout | null {
  const { data, axis, smoothing, x } = query;
  const found: { info: SeriesInfo; curve: Curve; index: number; distance: number }[] = [];
  for (const info of query.series) {
    if (query.hidden.has(info.id)) continue;
    const curve = data.curve(info.id);
    const index = curve?.nearest(axis, x) ?? -1;
    if (curve && index >= 0)
      found.push({ info, curve, index, distance: Math.abs(curve.buffer[axis][index]! - x) });
  }
  if (found.length === 0) return null;
  const closest = Math.min(...found.map((hit) => hit.distance));
  const here = found.filter((hit) => hit.distance <= Math.max(query.near, closest));
  const first = here.find((hit) => hit.distance === closest) ?? here[0]!;
  const all = here.map(({ info, curve, index }): ReadoutRow => {
    const raw = curve.buffer.value[index]!;
    const smooth = info.smooth && smoothing > 0 && info.kind !== 'markers';
    const value = smooth ? curve.smoothedValues(smoothing)[index]! : raw;
    return { id: info.id, name: info.name, x: curve.buffer[axis][index]!, value, raw: smooth ? raw : null };
  });
  let rows = all;
  if (all.length > query.rows) {
    const away = (row: ReadoutRow): number =>
      Number.isFinite(row.value) ? Math.abs(row.value - query.y) : Infinity;
    const nearest = new Set([...all].sort((a, b) => away(a) - away(b)).slice(0, query.rows));
    rows = all.filter((row) => nearest.has(row));
  }
  const events = query.markers
    .filter((marker) => marker.text && Math.abs(marker[axis] - x) <= query.near)
    .map((marker) => marker.text)
    .slice(-3);
  return { heading: headingOf(first.curve, first.index), rows, more: all.length - rows.length, events };
}

function headingOf({ buffer }: Curve, index: number): string {
  const epoch = Number(buffer.epoch[index]!.toFixed(2));
  return [
    t('step {step}', { step: buffer.step[index]! }),
    t('epoch {epoch}', { epoch: String(epoch) }),
    formatDuration(buffer.time[index]!),
  ].join(' · ');
}

/** One line for a screen reader. */
export function spoken(readout: Readout): string {
  const values = readout.rows.map((row) => `${row.name} ${formatValue(row.value)}`).join(', ');
  return [readout.heading, ...readout.events, values].join('; ');
}

/** The x of the next held point of the first visible series, `steps` points on from the one nearest to `x`. */
export function neighbour(
  query: Pick<ReadoutQuery, 'data' | 'series' | 'hidden' | 'axis'>,
  x: number,
  steps: number,
  window: Range,
): number | null {
  const lead = query.series.find(
    (info) => !query.hidden.has(info.id) && !info.reference && query.data.curve(info.id),
  );
  const curve = lead && query.data.curve(lead.id);
  if (!curve || curve.buffer.length === 0) return null;
  const at = curve.nearest(query.axis, x) + steps;
  const found = curve.buffer[query.axis][Math.max(0, Math.min(curve.buffer.length - 1, at))]!;
  return Math.max(window[0], Math.min(window[1], found));
}
