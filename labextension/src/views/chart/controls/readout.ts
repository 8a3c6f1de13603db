import { t, tn } from '../../../core/i18n';
import { formatDuration, formatValue } from '../../../shared/format';
import type { Curve } from '../data/curve';
import type { ChartData } from '../data/chart-data';
import type { Axis, Marker, Range, SeriesInfo } from '../types';

/** The value of one series where the pointer is, or at its point next to it. */
export interface ReadoutRow {
  id: string;
  name: string;
  x: number;
  /** Whether the point is where the pointer is. */
  here: boolean;
  /** What the drawn curve shows there: the moving average where there is one. */
  value: number;
  /** The value itself, where `value` is an average. */
  raw: number | null;
}

export interface Readout {
  heading: string;
  rows: ReadoutRow[];
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
}

const AXIS_NAMES: Record<Axis, () => string> = {
  step: () => t('steps'),
  epoch: () => t('epochs'),
  time: () => t('time'),
};

/** Series that are read out to a screen reader. */
const MOST_SPOKEN = 10;

/**
 * Reads the values around one position from the data itself, not from the decimated drawing; null when empty.
 *
 * A series has one between its first and its last point, so that a value per epoch doesn't come and go.
 */
export function readAt(query: ReadoutQuery): Readout | null {
  const { data, axis, smoothing, x, near } = query;
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
  const reach = Math.max(near, closest);
  const first = found.find((hit) => hit.distance === closest) ?? found[0]!;
  const inside = ({ curve: { buffer }, distance }: (typeof found)[number]): boolean =>
    distance <= reach || (buffer[axis][0]! < x && x < buffer[axis][buffer.length - 1]!);
  const rows = found.filter(inside).map(({ info, curve, index, distance }): ReadoutRow => {
    const raw = curve.buffer.value[index]!;
    const smooth = info.smooth && smoothing > 0 && info.kind !== 'markers';
    const value = smooth ? curve.smoothedValues(smoothing)[index]! : raw;
    const at = { x: curve.buffer[axis][index]!, here: distance <= reach };
    return { id: info.id, name: info.name, ...at, value, raw: smooth ? raw : null };
  });
  const events = query.markers
    .filter((marker) => marker.text && Math.abs(marker[axis] - x) <= query.near)
    .map((marker) => marker.text)
    .slice(-3);
  return { heading: headingOf(first.curve, first.index), rows, events };
}

function headingOf({ buffer }: Curve, index: number): string {
  const epoch = Number(buffer.epoch[index]!.toFixed(2));
  return [
    t('step {step}', { step: buffer.step[index]! }),
    t('epoch {epoch}', { epoch: String(epoch) }),
    formatDuration(buffer.time[index]!),
  ].join(' · ');
}

/** What a chart is, for a screen reader. */
export function spokenTitle(title: string, series: number, axis: Axis): string {
  return tn(
    '{title}: {n} series over {axis}. The arrow keys read the values.',
    '{title}: {n} series over {axis}. The arrow keys read the values.',
    series,
    { title: title || t('Chart'), axis: AXIS_NAMES[axis]() },
  );
}

/** One line for a screen reader. */
export function spoken(readout: Readout): string {
  const here = readout.rows.filter((row) => row.here);
  const values = here.slice(0, MOST_SPOKEN).map((row) => `${row.name} ${formatValue(row.value)}`);
  const more = here.length - values.length;
  if (more > 0) values.push(tn('and {n} more', 'and {n} more', more));
  return [readout.heading, ...readout.events, values.join(', ')].join('; ');
}

/** The x of the next held point of the first visible series, `steps` points on from the one nearest to `x`. */
export function neighbor(
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
