import type { ChartData, SeriesInfo } from './data';

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

/** All points that the browser holds as CSV: one row per step, one column per series. */
export function toCsv(data: ChartData, series: readonly SeriesInfo[]): string {
  const held = series.filter((info) => (data.curve(info.id)?.buffer.length ?? 0) > 0);
  const buffers = held.map((info) => data.curve(info.id)!.buffer);
  const at = buffers.map(() => 0);
  const lines = [['step', 'epoch', 'seconds', ...held.map((info) => csvField(info.name))].join(',')];
  for (;;) {
    let lead = -1;
    buffers.forEach((buffer, i) => {
      if (at[i]! >= buffer.length) return;
      if (lead < 0 || buffer.step[at[i]!]! < buffers[lead]!.step[at[lead]!]!) lead = i;
    });
    if (lead < 0) return `${lines.join('\n')}\n`;
    const first = buffers[lead]!;
    const place = at[lead]!;
    const step = first.step[place]!;
    const values = buffers.map((buffer, i) => {
      if (at[i]! >= buffer.length || buffer.step[at[i]!] !== step) return '';
      const value = buffer.value[at[i]!]!;
      at[i]! += 1;
      return shortest(value);
    });
    lines.push([step, shortest(first.epoch[place]!), shortest(first.time[place]!), ...values].join(','));
  }
}

/** The shortest text that reads back as the same float32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}
