import { formatFixed, formatInteger, formatPercent } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { column, type ConfusionPlotModel } from './model';

const HEADS: { text: () => string; hint: () => string }[] = [
  { text: () => t('Class'), hint: () => '' },
  {
    text: () => t('Precision'),
    hint: () => t('Share of the samples predicted as the class that belong to it.'),
  },
  { text: () => t('Recall'), hint: () => t('Share of the samples of the class that were predicted as it.') },
  { text: () => t('F1'), hint: () => t('Harmonic mean of precision and recall.') },
  { text: () => t('Samples'), hint: () => t('Number of samples of the class.') },
];

/** The names of the columns, as in Python. */
const SORTS = ['class', 'precision', 'recall', 'f1', 'samples'];
const SAMPLES = SORTS.indexOf('samples');

/** A score as people read it; what is not defined as a dash. */
export function score(value: number, percent = true): string {
  if (!Number.isFinite(value)) return '–';
  return percent ? formatPercent(value, 1) : formatFixed(value, 3);
}

/** Row numbers sorted by a column; what is not defined comes last. */
export function sorted(values: number[], falling: boolean): number[] {
  const order = values.map((_, i) => i);
  const rank = (value: number): number => (Number.isFinite(value) ? (falling ? -value : value) : Infinity);
  return order.sort((a, b) => {
    const [x, y] = [rank(values[a]!), rank(values[b]!)];
    return x === y ? a - b : x < y ? -1 : 1;
  });
}

/** Precision, recall and F1 of each class; a click on a heading sorts. */
export class ScoreTable {
  readonly root: HTMLElement;
  private readonly body = el('tbody');
  private readonly rows: Row[] = [];
  private readonly mean = new Row();
  private readonly foot = el('tfoot', '', {}, this.mean.root);
  private readonly heads: HTMLButtonElement[];
  private sort = 0;
  /** Whether the largest come first; those that one looks for are the fewest, but for the samples. */
  private falling = false;
  private model: ConfusionPlotModel | null = null;

  constructor() {
    this.heads = HEADS.map(({ text, hint }, i) => {
      const head = el('button', 'dlw-head', { type: 'button', title: hint }, text);
      head.addEventListener('click', () => {
        if (!this.model) return;
        if (this.sort === i) this.falling = !this.falling;
        else this.model.put('sort', SORTS[i]);
        this.show(this.model);
      });
      return head;
    });
    const row = el('tr', '', {}, ...this.heads.map((head) => el('th', '', { scope: 'col' }, head)));
    const table = el('table', 'dlw-scores', {}, el('thead', '', {}, row), this.body, this.foot);
    this.root = el(
      'div',
      'dlw-scores-scroller',
      { tabindex: 0, role: 'region', 'aria-label': () => t('Scores per class') },
      table,
    );
  }

  show(model: ConfusionPlotModel): void {
    this.model = model;
    const { scores } = model;
    const sort = Math.max(0, SORTS.indexOf(model.text('sort')));
    if (sort !== this.sort) [this.sort, this.falling] = [sort, sort === SAMPLES];
    const [precision, recall, f1, support] = ['precision', 'recall', 'f1', 'support'].map((name) =>
      column(scores, name),
    ) as [number[], number[], number[], number[]];
    const by = [precision.map((_, i) => i), precision, recall, f1, support][this.sort]!;
    this.heads.forEach((head, i) => {
      const sort = i === this.sort ? (this.falling ? 'descending' : 'ascending') : undefined;
      const cell = head.parentElement!;
      if (sort) cell.setAttribute('aria-sort', sort);
      else cell.removeAttribute('aria-sort');
    });
    const order = sorted(by, this.falling);
    while (this.rows.length < order.length) this.rows.push(new Row());
    this.body.replaceChildren(...order.map((_, i) => this.rows[i]!.root));
    order.forEach((which, i) => {
      const scoresOf = [precision[which]!, recall[which]!, f1[which]!];
      this.rows[i]!.show(model.className(which), model.className(which), scoresOf, support[which]!);
    });
    const macro = column(scores, 'macro');
    this.foot.hidden = order.length < 2;
    const all = support.reduce((a, b) => a + b, 0);
    this.mean.show(
      t('Mean'),
      t('Mean over the classes for which it is defined (macro average).'),
      macro,
      all,
    );
  }
}

/** The scores of one class. */
class Row {
  private readonly name = el('th', '', { scope: 'row' });
  private readonly cells = HEADS.slice(1).map(() => el('td'));
  readonly root = el('tr', '', {}, this.name, ...this.cells);

  show(name: string, hint: string, scores: number[], support: number): void {
    setText(this.name, name);
    this.name.title = hint;
    scores.forEach((value, at) => fill(this.cells[at]!, value, at < 2));
    setText(this.cells[3]!, formatInteger(support));
  }
}

function fill(cell: HTMLTableCellElement, value: number, percent: boolean): void {
  setText(cell, score(value, percent));
  if (Number.isFinite(value)) cell.removeAttribute('title');
  else cell.title = t('0/0: not defined');
}
