import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { rounded } from '../../shared/concept/state';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { areaText, CurvePane } from './curve-pane';
import { ErrorsTable } from './errors-table';
import { type Counts, levelAt } from './evaluate';
import { EXPLANATION } from './explanation';
import { HIGHEST, LOWEST, VALUES } from './fields';
import { LESSONS } from './lessons';
import { leastAbsolute, leastSquares } from './lines';
import { Matrix } from './matrix';
import type { MetricsModel } from './model';
import { PointsPane } from './points-pane';
import { ScoresPane } from './scores-pane';
import { Settings } from './settings';
import { errorLines, inWords, levelText, metricLines, regressionWords, remarks } from './texts';

/** Steps until the threshold has passed all scores. */
const MOST_STEPS = 100;
/** Steps until the outlier is back where it began. */
const SWING = 60;

/** A threshold over the scores of a classifier, with all that follows from it; or points with an outlier. */
export class MetricsView extends ConceptView {
  declare model: MetricsModel;
  private settings!: Settings;
  private scores!: ScoresPane;
  private matrix!: Matrix;
  private roc!: CurvePane;
  private precision!: CurvePane;
  private points!: PointsPane;
  private errors!: ErrorsTable;
  private notes!: HTMLElement;
  private caption!: HTMLElement;
  private classification!: HTMLElement;
  private regression!: HTMLElement;
  /** How far the threshold has come by itself: a level. */
  private moving!: number;
  /** How far the outlier has come by itself; null where it stands. */
  private phase!: number;

  protected title(): string {
    return t('Metrics');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 8;
  }

  protected override chance(): boolean {
    return !this.model.regression && this.model.isToy;
  }

  protected build(): void {
    const { model } = this;
    this.moving = this.phase = 0;
    this.settings = new Settings(model);
    this.scores = new ScoresPane({
      put: (threshold) => this.put(threshold),
      step: (by) => this.step(by),
    });
    this.matrix = new Matrix();
    const curve = {
      put: (level: number): void => {
        this.toLevel(level);
        this.happened('point');
      },
      step: (by: number): void => this.step(by),
    };
    this.roc = new CurvePane({
      ...curve,
      kind: 'roc',
      label: () => t('ROC curve'),
      across: () => t('false positive rate'),
      up: () => t('recall'),
    });
    this.precision = new CurvePane({
      ...curve,
      kind: 'precision',
      label: () => t('Precision over recall'),
      across: () => t('recall'),
      up: () => t('precision'),
    });
    this.points = new PointsPane({ put: (x, y) => this.putPoint(x, y) });
    this.errors = new ErrorsTable();
    this.notes = el('div', 'dlw-metrics-notes');
    this.caption = el('div', 'dlw-pane-caption');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('notes', this.notes);
    this.classification = el(
      'div',
      'dlw-metrics-task',
      {},
      this.part('scores', el('div', '', {}, this.caption, this.scores.root)),
      el(
        'div',
        'dlw-metrics-middle',
        {},
        this.part('matrix', this.matrix.root),
        this.part('values', this.matrix.metrics),
      ),
      el(
        'div',
        'dlw-metrics-curves',
        {},
        this.part('roc', this.roc.root),
        this.part('precision_recall', this.precision.root),
      ),
    );
    this.regression = el(
      'div',
      'dlw-metrics-fit',
      {},
      this.part('points', this.points.root),
      this.part('errors', this.errors.root),
    );
    this.stage.classList.add('dlw-metrics');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...Object.values(fields)),
      this.classification,
      this.regression,
      this.notes,
    );
  }

  protected override pinned(): boolean {
    return this.model.now.threshold.length > 0;
  }

  protected stateChanged(): void {
    this.moving = Math.min(this.moving, this.model.evaluated.levels.length - 1);
    if (this.model.now.y.join() !== VALUES.join()) this.phase = 0;
  }

  protected override rewind(): void {
    this.moving = this.phase = 0;
  }

  protected advance(): boolean {
    const { model } = this;
    const count = this.count();
    // All thresholds pass in about the same time, however many there are.
    const by = Math.ceil(count / MOST_STEPS);
    if (model.regression) this.phase = (this.phase + 1) % SWING;
    else if (model.now.threshold.length === 0)
      this.moving = this.moving < count - 1 ? Math.min(count - 1, this.moving + by) : 0;
    else this.toLevel(this.level() < count - 1 ? this.beyond(by) : 0, false);
    this.drawing.request(true);
    return true;
  }

  // -- where the threshold is -------------------------------------------------------------------

  private count(): number {
    return this.model.evaluated.levels.length;
  }

  /** The threshold that the state has, or that moves by itself. */
  private threshold(): number {
    return this.model.now.threshold[0] ?? this.model.evaluated.levels[this.moving]!.threshold;
  }

  private level(): number {
    return levelAt(this.model.evaluated.levels, this.threshold());
  }

  private put(threshold: number): void {
    this.take();
    const { range } = this.model.evaluated;
    this.model.change({ threshold: [rounded(threshold > range[1] ? range[1] + 0.01 : threshold, 3)] });
    this.happened('drag');
    if (this.level() === this.count() - 1) this.happened('all');
  }

  /** The threshold of a level as the state keeps it. */
  private keptAt(level: number): number {
    const { levels, range } = this.model.evaluated;
    const { threshold } = levels[level]!;
    const near = rounded(Number.isFinite(threshold) ? threshold : range[1] + 0.01, 6);
    // What is rounded up in the state would leave the score itself out.
    return levelAt(levels, near) === level ? near : rounded(near - 1e-6, 6);
  }

  /** Sets the threshold to where a level begins. */
  private toLevel(level: number, byHand = true): void {
    if (byHand) this.take();
    this.model.change({ threshold: [this.keptAt(level)] });
    if (level === this.count() - 1) this.happened('all');
  }

  /** The level so many further; scores that are one in the state are passed over. */
  private beyond(by: number): number {
    const [now, last] = [this.level(), this.count() - 1];
    let next = Math.min(last, Math.max(0, now + by));
    const { levels } = this.model.evaluated;
    while (next > 0 && next < last && levelAt(levels, this.keptAt(next)) === now) next += Math.sign(by);
    return next;
  }

  private step(by: number): void {
    this.toLevel(this.beyond(by));
    this.happened('drag');
  }

  // -- the points -------------------------------------------------------------------------------

  /** The values of the state; as long as nobody has touched them, the outlier moves. */
  private values(): readonly number[] {
    const { y } = this.model.now;
    if (this.phase === 0) return y;
    const swing = Math.sin((this.phase / SWING) * 2 * Math.PI) * 5;
    return y.map((value, x) =>
      x === y.length - 1 ? Math.min(HIGHEST, Math.max(LOWEST, value + swing)) : value,
    );
  }

  private putPoint(x: number, y: number): void {
    const values = this.values().map((value, i) => (i === x ? y : value));
    this.take();
    this.phase = 0;
    this.model.change({ y: values.map((value) => Math.min(HIGHEST, Math.max(LOWEST, value))) });
    this.happened('drag');
  }

  // -- what is painted --------------------------------------------------------------------------

  private counts(): Counts {
    return this.model.evaluated.levels[this.level()]!.counts;
  }

  protected paint(): void {
    const { model, theme } = this;
    const { regression } = model;
    this.settings.show();
    this.classification.hidden = regression;
    this.regression.hidden = !regression;
    if (regression) {
      const y = this.values();
      const [squares, absolute] = [leastSquares(y), leastAbsolute(y)];
      this.points.show(theme, this.points.root.clientWidth, { y, squares, absolute });
      this.errors.show(y, squares, absolute);
    } else {
      this.paintClassification();
    }
    setChildren(
      this.notes,
      remarks(model, this.counts()).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  private paintClassification(): void {
    const { model, theme } = this;
    const { evaluated } = model;
    const [threshold, level] = [this.threshold(), this.level()];
    setText(this.caption, t('Scores; threshold {threshold}', { threshold: levelText(threshold) }));
    this.scores.show(theme, this.scores.root.clientWidth, evaluated, threshold, level);
    this.matrix.show(evaluated.levels[level]!.counts);
    const { roc, precision } = evaluated.areas;
    this.roc.show(
      theme,
      this.roc.root.clientWidth,
      t('ROC curve, area {area}', { area: areaText(roc) }),
      evaluated,
      level,
    );
    this.precision.show(
      theme,
      this.precision.root.clientWidth,
      t('Average precision {area}', { area: areaText(precision) }),
      evaluated,
      level,
    );
  }

  protected formula(): HTMLElement[] {
    const lines = this.model.regression ? errorLines(this.values()) : metricLines(this.counts());
    return lines.map((text) => el('div', '', {}, text));
  }

  protected said(): string {
    if (this.model.regression) return regressionWords(this.values());
    return inWords(this.model, this.threshold(), this.counts());
  }
}
