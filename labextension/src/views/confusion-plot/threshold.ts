import { formatFixed } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { LatestSender } from '../../shared/latest-sender';
import { column, type ConfusionPlotModel, single } from './model';
import { nearestStop } from './binary';
import { ScoreHistogram } from './histogram';
import { score } from './table';
import { path, UnitCurve } from './unit-curve';

const TILES: Record<string, () => string> = {
  precision: () => t('Precision'),
  recall: () => t('Recall'),
  f1: () => t('F1'),
  accuracy: () => t('Accuracy'),
};

let instances = 0;

/** For two classes: a threshold, the scores at it, and the point on both curves. */
export class Threshold {
  readonly root: HTMLElement;
  private readonly slider = el('input', '', {
    type: 'range',
    min: 0,
    max: 1,
    step: 0.005,
    'data-role': 'threshold',
  });
  private readonly value = el('output', 'dlw-threshold-value');
  private readonly text = el('span');
  private readonly tiles: Record<string, HTMLElement> = {};
  private readonly note = el('div', 'dlw-replay-note', {}, () =>
    t(
      'The replay shows matrix and scores at a threshold of 0.5. Histogram and curves are those of the live model.',
    ),
  );
  private readonly histogram = new ScoreHistogram();
  private readonly roc = new UnitCurve(
    () => t('False positive rate'),
    () => t('Recall'),
    (place) => this.drag('roc', place),
  );
  private readonly pr = new UnitCurve(
    () => t('Recall'),
    () => t('Precision'),
    (place) => this.drag('pr', place),
  );
  private readonly sender: LatestSender;
  private readonly model: ConfusionPlotModel;

  constructor(model: ConfusionPlotModel) {
    this.model = model;
    this.sender = new LatestSender(([value], asked) => model.tell({ type: 'threshold', value, asked }));
    const tiles = el('div', 'dlw-tiles');
    for (const [name, text] of Object.entries(TILES)) {
      this.tiles[name] = el('b');
      tiles.append(el('div', 'dlw-tile', {}, el('span', '', {}, text), this.tiles[name]));
    }
    this.slider.addEventListener('input', () => this.move(this.slider.valueAsNumber));
    instances += 1;
    this.slider.id = `dlw-threshold-${instances}`;
    const label = el('label', '', { for: this.slider.id }, this.text);
    const slider = el('div', 'dlw-threshold-slider', {}, this.histogram.root, this.slider);
    this.root = el(
      'div',
      'dlw-binary',
      {},
      el('div', 'dlw-threshold', {}, label, slider, this.value),
      tiles,
      this.note,
      el('div', 'dlw-units', {}, this.roc.root, this.pr.root),
    );
  }

  answered(asked: number): void {
    this.sender.answered(asked);
  }

  dispose(): void {
    this.sender.dispose();
  }

  private move(threshold: number): void {
    setText(this.value, formatFixed(threshold, 3));
    this.model.moveThreshold(threshold);
    this.sender.offer([threshold, 0]);
  }

  private drag(curve: 'roc' | 'pr', place: readonly [number, number]): void {
    const threshold = nearestStop(this.model.stops, curve, place);
    if (threshold === null) return;
    this.slider.value = String(threshold);
    this.move(threshold);
  }

  show(): void {
    const { model } = this;
    const { scores, threshold } = model;
    const curves: unknown = model.get('curves');
    const recall = column(curves, 'recall');
    this.root.hidden = recall.length === 0;
    if (this.root.hidden) return;
    this.note.hidden = model.replayed === null;
    const name = model.className(1);
    setText(this.text, t('Predict “{name}” when its probability is at least', { name }));
    this.slider.value = String(threshold);
    setText(this.value, formatFixed(threshold, 3));
    const tiles: [string, number, boolean][] = [
      ['precision', column(scores, 'precision')[1] ?? NaN, true],
      ['recall', column(scores, 'recall')[1] ?? NaN, true],
      ['f1', column(scores, 'f1')[1] ?? NaN, false],
      ['accuracy', single(scores, 'accuracy'), true],
    ];
    for (const [tile, value, percent] of tiles) {
      const node = this.tiles[tile]!;
      setText(node, Number.isFinite(value) ? score(value, percent) : t('not defined'));
      node.classList.toggle('dlw-undefined', !Number.isFinite(value));
      node.title = Number.isFinite(value) ? '' : t('0/0: not defined');
    }
    this.histogram.show(model.samples, threshold, model.className(0), model.className(1));
    const [fpr, at, precise] = model.point as [number, number, number];
    const precision = column(curves, 'precision');
    const area = single(curves, 'roc_auc');
    const mean = single(curves, 'average_precision');
    this.roc.show(
      t('ROC, area {area}', { area: score(area, false) }),
      column(curves, 'false_positive_rate'),
      recall,
      [fpr, at],
      path([0, 1], [0, 1]),
    );
    const share = single(curves, 'share');
    this.pr.show(
      t('Precision–recall, average {average}', { average: score(mean, false) }),
      recall,
      precision,
      [at, precise],
      path([0, 1], [share, share]),
    );
  }
}
