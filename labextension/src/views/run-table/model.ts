import { identity, Model } from '../../core/model';
import { isRecord } from '../../core/wire';
import {
  type Action,
  type Column,
  COLUMNS,
  EMPTY,
  keptRuns,
  matching,
  readActions,
  readRows,
  type RunRow,
  sorted,
} from './records';

/** A table of runs. */
export class RunTableModel extends Model {
  static override serializers = {
    ...Model.serializers,
    runs: { serialize: keptRuns },
  };

  override defaults(): Record<string, unknown> {
    return {
      ...super.defaults(),
      ...identity('RunTable'),
      runs: [],
      live: {},
      drawn: [],
      slots: {},
      selected: [],
      pinned: '',
      search: '',
      sort: 'created',
      descending: true,
      actions: [],
      notice: '',
      notice_bad: false,
      undo: false,
      title: '',
      empty_text: EMPTY,
      max_height: 420,
    };
  }

  /** All rows as they are now. */
  get rows(): RunRow[] {
    return readRows(this.list('runs'), this.get('live'));
  }

  /** Those that fit the search, in the order of the sorted column. */
  shownOf(rows: readonly RunRow[]): RunRow[] {
    return sorted(matching(rows, this.text('search')), this.sortedBy, this.flag('descending'));
  }

  get sortedBy(): Column {
    const name = this.text('sort') as Column;
    return COLUMNS.includes(name) ? name : 'created';
  }

  get actions(): Action[] {
    return readActions(this.list('actions'));
  }

  /** The place of a run in the palette, -1 for one whose curves aren't drawn. */
  slotOf(id: string): number {
    const slots: unknown = this.get('slots');
    const slot = isRecord(slots) && Object.hasOwn(slots, id) ? slots[id] : -1;
    return this.texts('drawn').includes(id) && typeof slot === 'number' && slot >= 0 ? Math.floor(slot) : -1;
  }
}
