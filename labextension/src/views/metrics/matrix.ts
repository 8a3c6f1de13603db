import { t } from '../../core/i18n';
import { el, setAttributes, setText, type Text } from '../../shared/dom';
import { type Counts, sharesOf } from './evaluate';
import { baseline, share } from './texts';

type Cell = 'tp' | 'fn' | 'fp' | 'tn';
type Metric = 'accuracy' | 'precision' | 'recall' | 'f1';

const CELLS: Readonly<Record<Cell, () => string>> = {
  tp: () => t('true positives, TP'),
  fn: () => t('false negatives, FN'),
  fp: () => t('false positives, FP'),
  tn: () => t('true negatives, TN'),
};

/** Which cells each metric is made of. */
const MADE_OF: Readonly<Record<Metric, { name: () => string; of: readonly Cell[] }>> = {
  accuracy: { name: () => t('Accuracy'), of: ['tp', 'fn', 'fp', 'tn'] },
  precision: { name: () => t('Precision'), of: ['tp', 'fp'] },
  recall: { name: () => t('Recall'), of: ['tp', 'fn'] },
  f1: { name: () => 'F1', of: ['tp', 'fn', 'fp'] },
};

/** The confusion matrix. */
export class Matrix {
  readonly root: HTMLElement;
  readonly metrics: HTMLElement;
  private readonly cells = new Map<Cell, { root: HTMLElement; value: HTMLElement }>();
  private readonly values = new Map<Metric, { value: HTMLElement; fill: HTMLElement }>();
  private readonly baseline = el('span', 'dlw-metrics-mark');

  constructor() {
    const cell = (name: Cell): HTMLElement => {
      const value = el('strong');
      const root = el(
        'td',
        `dlw-metrics-cell dlw-metrics-${name}`,
        {},
        value,
        el('span', '', {}, CELLS[name]),
      );
      this.cells.set(name, { root, value });
      return root;
    };
    const head = (text: Text, scope: string): HTMLElement => el('th', '', { scope }, text);
    this.root = el(
      'table',
      'dlw-metrics-matrix',
      { 'aria-label': () => t('Confusion matrix') },
      el(
        'tr',
        '',
        {},
        el('td'),
        head(() => t('predicted positive'), 'col'),
        head(() => t('predicted negative'), 'col'),
      ),
      el(
        'tr',
        '',
        {},
        head(() => t('positive'), 'row'),
        cell('tp'),
        cell('fn'),
      ),
      el(
        'tr',
        '',
        {},
        head(() => t('negative'), 'row'),
        cell('fp'),
        cell('tn'),
      ),
    );
    this.metrics = el('div', 'dlw-metrics-values');
    for (const [name, { name: title }] of Object.entries(MADE_OF) as [Metric, (typeof MADE_OF)[Metric]][]) {
      const [value, fill] = [el('output', '', { 'aria-live': 'off' }), el('span', 'dlw-metrics-fill')];
      const track = el('span', 'dlw-metrics-track', {}, fill);
      if (name === 'accuracy') track.append(this.baseline);
      const root = el(
        'div',
        'dlw-metrics-value',
        { tabindex: 0, title: () => t('Shows which counts it is made of.') },
        el('span', '', {}, title),
        track,
        value,
      );
      this.values.set(name, { value, fill });
      const mark = (on: boolean): void => this.mark(on ? name : null);
      for (const event of ['pointerenter', 'focus']) root.addEventListener(event, () => mark(true));
      for (const event of ['pointerleave', 'blur']) root.addEventListener(event, () => mark(false));
      this.metrics.append(root);
    }
  }

  /** Marks the cells that a metric is made of. */
  private mark(metric: Metric | null): void {
    for (const [name, { root }] of this.cells) {
      root.classList.toggle('dlw-metrics-used', metric !== null && MADE_OF[metric].of.includes(name));
    }
  }

  show(counts: Counts): void {
    for (const [name, { value }] of this.cells) setText(value, String(counts[name]));
    const shares = sharesOf(counts);
    for (const [name, { value, fill }] of this.values) {
      setText(value, share(shares[name]));
      fill.style.width = `${(shares[name] ?? 0) * 100}%`;
    }
    const least = baseline(counts);
    this.baseline.style.left = `${least * 100}%`;
    setAttributes(this.baseline, {
      title: t('Always giving the more frequent class has an accuracy of {share}.', { share: share(least) }),
    });
  }
}
