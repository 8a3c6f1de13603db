import { marked, translated } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';

export interface Remedy {
  label: string;
  /** Why it can't be tried, or "". */
  problem: string;
}

export interface Finding {
  id: string;
  title: string;
  reason: string;
  advice: string;
  /** Which part of the curves it is about, or "". */
  where: string;
  remedies: Remedy[];
}

/** What the doctor says of a run. */
export class DoctorNotesModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('DoctorNotes'),
      headline: marked('Doctor: no run yet'),
      tone: 'waiting',
      findings: [],
      expanded: false,
      selected: '',
      note: '',
      busy: false,
    };
  }

  /** The findings in the reader's language. */
  get found(): Finding[] {
    return this.list('findings')
      .filter(isRecord)
      .map((entry) => ({
        id: typeof entry.id === 'string' ? entry.id : '',
        title: translated(entry.title),
        reason: translated(entry.reason),
        advice: translated(entry.advice),
        where: translated(entry.where),
        remedies: (Array.isArray(entry.remedies) ? entry.remedies : [])
          .filter(isRecord)
          .map((remedy) => ({ label: translated(remedy.label), problem: translated(remedy.problem) })),
      }));
  }

  override figures(): string[] {
    return [this.localized('headline'), ...this.found.map(({ title, reason }) => `${title}: ${reason}`)];
  }
}
