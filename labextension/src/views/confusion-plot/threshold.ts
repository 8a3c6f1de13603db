import { formatFixed } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setAttributes, setText, svg } from '../../shared/dom';
import { LatestSender } from '../../shared/latest-sender';
import { column, type ConfusionPlotModel, single } from './model';
import { score } from './table';

const SIDE = 176;
const MARGIN = 4;

/** Turns points in [0, 1]² into an SVG path; what is not defined interrupts it. */
export function path(xs: number[], ys: number[]): string {
  let text = '';
  let open = false;
  xs.forEach((x, i) => {
    const y = ys[i] ?? NaN;
    if (!Number.isFinite(x + y)) {
      open = false;
      return;
    }
    text += `${open ? 'L' : 'M'}${place(x).toFixed(1)} ${(SIDE - place(y)).toFixed(1)}`;
    open = true;
  });
  return text;
}

function place(share: number): number {
  return MARGIN + share * (SIDE - 2 * MARGIN);
}

const TILES: Record<string, () => string> = {
  precision: () => t('Precision'),
  recall: () => t('Recall'),
  f1: () => t('F1'),
  accuracy: () => t('Accuracy'),
};

/** A curve in the unit square with a point that moves along it. */
class UnitCurve {
  readonly root: HTMLElement;
  private readonly caption = el('figcaption');
  private readonly line = svg('path', { class: 'dlw-unit-line' });
  private readonly chance = svg('path', { class: 'dlw-unit-chance' });
  private readonly point = svg('circle', { class: 'dlw-unit-point', r: 5 });
  private readonly picture: SVGElement;

  constructor(x: () => string, y: () => string) {
    const frame = svg('rect', {
      class: 'dlw-unit-frame',
      x: MARGIN,
      y: MARGIN,
      width: SIDE - 2 * MARGIN,
      height: SIDE - 2 * MARGIN,
    });
    this.picture = svg('svg', { viewBox: `0 0 ${SIDE} ${SIDE}`, width: SIDE, height: SIDE, role: 'img' });
    this.picture.append(frame, this.chance, this.line, this.point);
    this.root = el(
      'figure',
      'dlw-unit',
      {},
      this.caption,
      el('div', 'dlw-unit-y', {}, y),
      this.picture,
      el('div', 'dlw-unit-x', {}, x),
    );
  }

  show(caption: string, xs: number[], ys: number[], at: [number, number], chance: string): void {
    setText(this.caption, caption);
    this.line.setAttribute('d', path(xs, ys));
    this.chance.setAttribute('d', chance);
    const known = Number.isFinite(at[0] + at[1]);
    this.point.toggleAttribute('hidden', !known);
    this.point.style.display = known ? '' : 'none';
    if (known) {
      setAttributes(this.point, { cx: place(at[0]).toFixed(1), cy: (SIDE - place(at[1])).toFixed(1) });
    }
    this.picture.setAttribute(
      'aria-label',
      t('{caption}. At this threshold: {x} horizontally, {y} vertically.', {
        caption,
        x: score(at[0]),
        y: score(at[1]),
      }),
    );
  }
}

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
  private readonly roc = new UnitCurve(
    () => t('False positive rate'),
    () => t('Recall'),
  );
  private readonly pr = new UnitCurve(
    () => t('Recall'),
    () => t('Precision'),
  );
  private readonly sender: LatestSender;

  constructor(send: (value: number, asked: number) => void) {
    this.sender = new LatestSender(([value], asked) => send(value, asked));
    const tiles = el('div', 'dlw-tiles');
    for (const [name, text] of Object.entries(TILES)) {
      this.tiles[name] = el('b');
      tiles.append(el('div', 'dlw-tile', {}, el('span', '', {}, text), this.tiles[name]));
    }
    this.slider.addEventListener('input', () => {
      setText(this.value, formatFixed(this.slider.valueAsNumber, 3));
      this.sender.offer([this.slider.valueAsNumber, 0]);
    });
    const label = el('label', 'dlw-threshold', {}, this.text, this.slider, this.value);
    this.root = el(
      'div',
      'dlw-binary',
      {},
      label,
      tiles,
      el('div', 'dlw-units', {}, this.roc.root, this.pr.root),
    );
  }

  answered(asked: number): void {
    this.sender.answered(asked);
  }

  dispose(): void {
    this.sender.dispose();
  }

  show(model: ConfusionPlotModel): void {
    const curves: unknown = model.get('curves');
    const scores: unknown = model.get('scores');
    const recall = column(curves, 'recall');
    this.root.hidden = recall.length === 0;
    if (this.root.hidden) return;
    const threshold = model.number('threshold', 0.5);
    const name = model.className(1);
    setText(this.text, t('Predict “{name}” when its probability is at least', { name }));
    // Under the finger of whoever drags, what the kernel knows is already old.
    if (document.activeElement !== this.slider || Math.abs(this.slider.valueAsNumber - threshold) < 0.003) {
      this.slider.value = String(threshold);
      setText(this.value, formatFixed(threshold, 3));
    }
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
    const [fpr, at, precise] = column(curves, 'point') as [number, number, number];
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
