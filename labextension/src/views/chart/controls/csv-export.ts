import { tn } from '../../../core/i18n';
import type { ChartData } from '../data/chart-data';
import type { SeriesInfo } from '../types';
import { download } from '../../../shared/dom';
import { holdsAll, toCsv } from '../data/rows';

/** Where the numbers come from. */
export interface NumberSource {
  readonly series: readonly SeriesInfo[];
  readonly data: ChartData;
  csv(): Promise<{ name: string; data: DataView } | null>;
}

/**
 * Saves all numbers of the chart: as Python has them, or without its answer as the browser has them.
 *
 * @returns what the user should know about the file, or ""
 */
export async function saveCsv(model: NumberSource, name: string): Promise<string> {
  const reply = await model.csv();
  if (reply) {
    download(reply.name, reply.data as DataView<ArrayBuffer>, 'text/csv');
    return '';
  }
  const { data, series } = model;
  const text = toCsv(data, series);
  if (holdsAll(data, series)) {
    download(`${name}.csv`, text, 'text/csv');
    return '';
  }
  download(`${name}-as-shown.csv`, text, 'text/csv');
  const count = (which: 'length' | 'total'): number =>
    series.reduce((sum, { id }) => sum + (data.curve(id)?.buffer[which] ?? 0), 0);
  return tn(
    "The kernel didn't answer. The CSV file has {held} of {n} point, those on this page.",
    "The kernel didn't answer. The CSV file has {held} of {n} points, those on this page.",
    count('total'),
    { held: count('length') },
  );
}
