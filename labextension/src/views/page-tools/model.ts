import { translated } from '../../core/i18n';
import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';

/** A saved model. */
export interface SavedModel {
  name: string;
  text: string;
}

/** A page that a model can be opened on. */
export interface Target {
  page: string;
  title: string;
  /** Why it can't be opened there, or "". */
  problem: string;
}

/** What a page offers besides its views: code, models, other pages, and its address. */
export class PageToolsModel extends Model {
  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('PageTools'),
      active: false,
      link: {},
      has_code: false,
      keeps: false,
      can_save: false,
      can_keep: false,
      saving: false,
      saved: [],
      targets: [],
      notice: '',
      notice_bad: false,
    };
  }

  /** The settings for the address; an empty value removes one. */
  get link(): Record<string, string> {
    const value: unknown = this.get('link');
    if (!isRecord(value)) return {};
    const texts = Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(texts);
  }

  get saved(): SavedModel[] {
    return this.list('saved')
      .filter(isRecord)
      .map((entry) => ({ name: textOf(entry.name), text: translated(entry.text) }));
  }

  get targets(): Target[] {
    return this.list('targets')
      .filter(isRecord)
      .map((entry) => ({
        page: textOf(entry.page),
        title: translated(entry.title),
        problem: translated(entry.problem),
      }));
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
