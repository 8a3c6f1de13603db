import { translated } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';

export interface ResultsRow {
  title: string;
  printed: string;
  where: string;
  measured: string;
  how: string;
  here: string;
  why: string;
}

/** Figures of a tutorial beside those of its source. */
export class ResultsTableModel extends Model {
  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('ResultsTable'), rows: [], run_title: '' };
  }

  /** The figures in the reader's language. */
  get shown(): ResultsRow[] {
    return this.list('rows')
      .filter(isRecord)
      .map((row) => ({
        title: translated(row.title),
        printed: translated(row.printed),
        where: translated(row.where),
        measured: translated(row.measured),
        how: translated(row.how),
        here: translated(row.here),
        why: translated(row.why),
      }));
  }

  override figures(): string[] {
    return this.shown.map(({ title, printed, measured }) => `${title}: ${printed} / ${measured}`);
  }
}
