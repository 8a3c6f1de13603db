import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { CurveChart } from '../../shared/concept/curve-chart';
import type { LessonStep } from '../../shared/concept/lesson';
import { NumberGrid } from '../../shared/concept/number-grid';
import { short } from '../../shared/concept/numbers';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setText } from '../../shared/dom';
import { EXPLANATION } from './explanation';
import { LARGEST, STEPS } from './fields';
import type { Weights } from './fit';
import { formulaLines } from './formula';
import { LESSONS } from './lessons';
import type { OneNeuronModel } from './model';
import { Plane } from './plane';
import { Settings } from './settings';
import { SurfacePane } from './surface-pane';
import { inWords, remarks } from './texts';

/** More points don't fit into a table to edit. */
const MOST_LISTED = 12;
/** The step that is shown at first where nothing moves by itself. */
const STILL_AT = 10;

/** One neuron: a line that the hand moves, and that learns. */
export class OneNeuronView extends ConceptView {
  declare model: OneNeuronModel;
  private settings!: Settings;
  private plane!: Plane;
  private surface!: SurfacePane;
  private chart!: CurveChart;
  private table!: NumberGrid;
  private listed!: HTMLElement;
  private notes!: HTMLElement;
  private step!: number;
  private ended!: boolean;
  private lastPlaced!: string;

  protected title(): string {
    return t('One neuron');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 12;
  }

  protected override chance(): boolean {
    return this.model.batchSize > 0;
  }

  protected build(): void {
    const { model } = this;
    this.begin();
    const line = (weights: Weights): void => {
      this.take();
      this.step = 0;
      this.ended = false;
      model.setWeights(weights);
    };
    const weights = (): Weights => this.weights();
    const points = (x: readonly number[], y: readonly number[]): void => {
      this.take();
      model.setPoints(x, y);
    };
    const label = (name: string): string => {
      const [w, b] = this.weights();
      return t('{name}. The arrow keys change w, now {w}, and b, now {b}.', {
        name,
        w: short(w),
        b: short(b),
      });
    };
    this.settings = new Settings(model, line);
    this.plane = new Plane(
      model,
      {
        label: () =>
          [label(t('Points and line')), t('Enter adds a point, Delete removes the last one.')].join(' '),
        line,
        points,
        weights,
      },
      () => this.drawing.request(true),
    );
    this.surface = new SurfacePane(model, {
      label: () => label(t('Loss surface')),
      line: (to) => {
        line(to);
        this.happened('surface_dragged');
      },
      weights,
    });
    this.chart = new CurveChart({
      label: () => t('Step that is shown'),
      go: (to) => {
        this.take();
        this.go(to);
      },
    });
    this.table = new NumberGrid({
      low: -LARGEST,
      high: LARGEST,
      digits: 2,
      step: 0.1,
      name: () => t('Points'),
      cell: (row, column) =>
        row === 0 ? t('x of point {n}', { n: column + 1 }) : t('y of point {n}', { n: column + 1 }),
      changed: ([x, y]) => points(x!, y!),
    });
    this.listed = el(
      'div',
      'dlw-neuron-points',
      {},
      el(
        'div',
        'dlw-neuron-names',
        { 'aria-hidden': 'true' },
        el('span', '', {}, 'x'),
        el('span', '', {}, 'y'),
      ),
      el('div', 'dlw-neuron-scroller', {}, this.table.root),
    );
    this.notes = el('div', 'dlw-neuron-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('plane', this.plane.root);
    this.part('surface', this.surface.root);
    this.part('chart', this.chart.root);
    this.part('points', this.listed);
    this.part('notes', this.notes);
    this.stage.classList.add('dlw-neuron');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...['w', 'b', 'learning_rate', 'batch_size'].map((name) => fields[name]!),
      ),
      el(
        'div',
        'dlw-neuron-panes',
        {},
        this.plane.root,
        this.surface.root,
        el('div', 'dlw-neuron-side', {}, this.listed, this.notes),
        this.chart.root,
      ),
    );
  }

  protected override pinned(): boolean {
    return this.model.now.at.length > 0;
  }

  // -- where it is -------------------------------------------------------------------------------

  private begin(): void {
    const { now, learning } = this.model;
    const step = now.at[0] ?? (prefersStillness() ? STILL_AT : 0);
    this.step = Math.min(step, learning.path.length - 1);
    this.ended = false;
    this.lastPlaced = now.at.join();
  }

  private weights(): Weights {
    const { path } = this.model.learning;
    return path[Math.min(this.step, path.length - 1)]!;
  }

  private go(step: number): void {
    this.step = step;
    this.ended = false;
    this.lastPlaced = String(step);
    this.model.change({ at: [step] });
    this.drawing.request(true);
  }

  protected stateChanged(): void {
    const { now, learning, arrival } = this.model;
    if (now.at.length > 0 && now.at.join() !== this.lastPlaced) this.begin();
    this.step = Math.min(this.step, learning.path.length - 1);
    if (learning.diverged) this.happened('diverge');
    else if (arrival !== null) this.happened('arrive');
  }

  protected override rewind(): void {
    this.begin();
  }

  protected advance(): boolean {
    const last = this.model.learning.path.length - 1;
    if (this.step >= last && !this.ended) {
      this.ended = true;
      return false;
    }
    this.step = this.ended ? 0 : this.step + 1;
    this.ended = false;
    this.drawing.request(true);
    return true;
  }

  // -- what is seen ------------------------------------------------------------------------------

  protected paint(): void {
    const { theme, model, step } = this;
    const { learning, points } = model;
    // Asked before anything changes, or the browser would lay out the page twice.
    const [left, right] = [this.plane.root.clientWidth, this.surface.root.clientWidth];
    const below = this.chart.root.clientWidth;
    const weights = this.weights();
    this.settings.show(weights);
    this.plane.show(theme, left, weights, learning.batches[step] ?? points.x.map((_, i) => i));
    this.surface.show(theme, right, step);
    this.chart.show(theme, below, {
      title: t('Loss by step'),
      values: learning.losses,
      at: step,
      last: learning.path.length - 1,
      length: STEPS,
      first: 0,
      said: t('Step {step}, loss {loss}', { step, loss: short(learning.losses[step]!) }),
      diverged: learning.diverged,
    });
    this.listed.classList.toggle('dlw-neuron-many', points.x.length > MOST_LISTED);
    if (points.x.length <= MOST_LISTED) this.table.show([points.x, points.y]);
    const texts = remarks(model);
    setText(this.notes, texts.join(' '));
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.step);
  }

  protected said(): string {
    return inWords(this.model, this.step);
  }
}
