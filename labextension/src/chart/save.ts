import { download } from '../common/dom';
import { formatInteger } from '../common/format';
import type { ChartModel } from './model';
import { holdsAll, toCsv } from './rows';

/**
 * Saves all numbers of the chart: as Python has them, or without its answer as the browser has them.
 *
 * @returns what the user should know about the file, or ""
 */
export async function saveCsv(model: ChartModel, name: string): Promise<string> {
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
  const count = (which: 'length' | 'total'): string =>
    formatInteger(series.reduce((sum, { id }) => sum + (data.curve(id)?.buffer[which] ?? 0), 0));
  return `The kernel did not answer: the CSV file holds the ${count('length')} of ${count('total')} points that this page has.`;
}
