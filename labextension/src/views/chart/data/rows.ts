import type { ChartData } from './chart-data';
import type { SeriesInfo } from '../types';

/** One step with the values that the series have there; undefined where a series has no point. */
export interface Row {
  step: number;
  epoch: number;
  time: number;
  values: (number | undefined)[];
}

/**
 * The rows of the data table: the points of per-epoch series in full first, then evenly chosen other steps.
 *
 * @param most the largest number of rows; the latest per-epoch rows are kept when there are more
 * @returns ascending by step
 */
export function tableRows(data: ChartData, series: readonly SeriesInfo[], most: number): Row[] {
  const rows = new Map<number, Row>();
  const put = (column: number, index: number): void => {
    const buffer = data.curve(series[column]!.id)!.buffer;
    const step = buffer.step[index]!;
    let row = rows.get(step);
    if (!row) {
      row = { step, epoch: buffer.epoch[index]!, time: buffer.time[index]!, values: [] };
      rows.set(step, row);
    }
    row.values[column] = buffer.value[index]!;
  };
  const lengths = series.map((info) => data.curve(info.id)?.buffer.length ?? 0);
  // A reference is read at the steps of the run itself, unless there is nothing else.
  const own = series.some((info, i) => !info.reference && lengths[i]! > 0);
  const columns = (perEpoch: boolean): number[] =>
    series.flatMap((info, i) =>
      (info.kind !== 'line') === perEpoch && lengths[i]! > 0 && !(own && info.reference) ? [i] : [],
    );

  for (const column of columns(true)) {
    for (let i = Math.max(0, lengths[column]! - most); i < lengths[column]!; i += 1) put(column, i);
  }
  for (const step of [...rows.keys()].sort((a, b) => a - b).slice(0, -most)) rows.delete(step);
  const perStep = columns(false);
  const room = most - rows.size;
  if (room > 0 && perStep.length > 0) {
    const lead = perStep.reduce((best, column) => (lengths[column]! > lengths[best]! ? column : best));
    const count = Math.min(room, lengths[lead]!);
    for (let i = 1; i <= count; i += 1) put(lead, Math.ceil((i * lengths[lead]!) / count) - 1);
  }
  for (const column of series.keys()) {
    if (lengths[column] === 0) continue;
    const curve = data.curve(series[column]!.id)!;
    for (const step of rows.keys()) {
      const index = curve.nearest('step', step);
      if (index >= 0 && curve.buffer.step[index] === step) put(column, index);
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/** A field of a CSV file, quoted where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** All points that the browser holds as CSV, in the form of Python's own: one row per point. */
export function toCsv(data: ChartData, series: readonly SeriesInfo[]): string {
  const lines = ['series,step,epoch,time_s,value'];
  for (const { id, name } of series) {
    const buffer = data.curve(id)?.buffer;
    if (!buffer) continue;
    const field = csvField(name);
    for (let i = 0; i < buffer.length; i += 1) {
      const numbers = [buffer.epoch[i]!, buffer.time[i]!, buffer.value[i]!].map(shortest);
      lines.push([field, buffer.step[i]!, ...numbers].join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Whether the browser holds every point of all series, so that its own CSV file would be complete. */
export function holdsAll(data: ChartData, series: readonly SeriesInfo[]): boolean {
  return series.every((info) => data.curve(info.id)?.buffer.exact ?? true);
}

/** The shortest text that reads back as the same float32; what is not finite as Python writes it. */
function shortest(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  for (let digits = 6; digits < 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}
