import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { Book } from './book';
import { STEPS } from './descend';
import { EXPLANATION } from './explanation';
import { formulaLines } from './formula';
import type { Point } from './landscape';
import { Legend } from './legend';
import { LESSONS } from './lessons';
import { LinePane } from './line-pane';
import { LossChart } from './loss-chart';
import type { GradientDescentModel } from './model';
import { vector } from '../../shared/concept/numbers';
import { Plot, type Pointed } from './plot';
import { Settings } from './settings';
import { inWords, remarks, stepInWords } from './texts';

/** The step that is shown at first where nothing moves by itself. */
const STILL_AT = 25;

/** Optimizers side by side on a curve or a surface, all steps at once. */
export class GradientDescentView extends ConceptView {
  declare model: GradientDescentModel;
  private settings!: Settings;
  private plot!: Plot;
  private chart!: LossChart;
  private line!: LinePane;
  private legend!: Legend;
  private book!: Book;
  private notes!: HTMLElement;
  /** The step that the animation is at. */
  private step!: number;
  /** Where the state put the animation last; it may have gone on since. */
  private lastPlaced!: number | null;
  /** Whether the animation has come to its end: to play begins anew. */
  private ended!: boolean;
  /** What is pointed at; the balls are there. */
  private pointed!: Pointed | null;

  protected title(): string {
    return t('Gradient descent');
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
    this.pointed = null;
    this.ended = false;
    this.lastPlaced = this.placed();
    this.step = this.lastPlaced ?? (prefersStillness() ? STILL_AT : 0);
    this.settings = new Settings(model);
    const hover = (pointed: Pointed | null): void => {
      this.pointed = pointed;
      if (pointed) this.happened('point');
      this.drawing.request(true);
    };
    this.plot = new Plot(model, {
      label: () =>
        t('Loss over the weights. The arrow keys move the start, now {start}.', {
          start: vector(model.start),
        }),
      start: (at) => this.moveStart(at),
      home: () => this.moveStart([]),
      hover,
    });
    this.chart = new LossChart(model, {
      label: () => t('Step that is shown'),
      hover,
      go: (step) => this.go(step),
      step: () => this.step,
      said: (step) => stepInWords(model, step),
    });
    this.line = new LinePane(model);
    this.legend = new Legend(model, (focus) => {
      this.take();
      const shown = model.now.optimizers.includes(focus);
      model.change({ focus, optimizers: shown ? model.now.optimizers : [...model.now.optimizers, focus] });
      this.drawing.request(true);
    });
    this.book = new Book();
    this.notes = el('div', 'dlw-descent-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('plot', this.plot.root);
    this.part('chart', this.chart.root);
    this.part('line', this.line.root);
    this.part('optimizers', this.legend.root);
    this.part('book', this.book.root);
    this.part('notes', this.notes);
    this.stage.classList.add('dlw-descent');
    const row = (className: string, ...names: string[]): HTMLElement =>
      el('div', `dlw-concept-settings ${className}`, {}, ...names.map((name) => fields[name]!));
    this.stage.append(
      row('dlw-descent-top', 'function', 'learning_rate', 'momentum', 'batch_size'),
      el(
        'div',
        'dlw-descent-panes',
        {},
        el(
          'div',
          'dlw-descent-side dlw-descent-left',
          {},
          this.plot.root,
          row('dlw-descent-more', 'rho', 'beta_2', 'epsilon', 'scaled'),
          this.notes,
        ),
        el('div', 'dlw-descent-side', {}, this.chart.root, this.line.root, this.legend.root),
      ),
      this.book.root,
    );
  }

  protected override pinned(): boolean {
    return this.placed() !== null;
  }

  protected stateChanged(): void {
    const placed = this.placed();
    if (placed !== this.lastPlaced) this.step = placed ?? this.step;
    this.lastPlaced = placed;
    this.pointed = null;
    for (const { verdict } of this.model.descents) if (verdict.kind === 'diverges') this.happened('diverge');
  }

  protected override rewind(): void {
    this.step = this.placed() ?? (prefersStillness() ? STILL_AT : 0);
    this.ended = false;
  }

  protected advance(): boolean {
    if (this.pointed) return true;
    if (this.step >= STEPS && !this.ended) {
      this.ended = true;
      return false;
    }
    this.step = this.ended ? 0 : this.step + 1;
    this.ended = false;
    this.drawing.request(true);
    return true;
  }

  /** The step that the state names; null where it moves by itself. */
  private placed(): number | null {
    return this.model.now.at[0] ?? null;
  }

  private go(step: number): void {
    this.take();
    this.pointed = null;
    this.step = step;
    this.ended = false;
    this.model.change({ at: [step] });
    this.happened('point');
    this.drawing.request(true);
  }

  private moveStart(at: Point): void {
    this.take();
    this.model.change({ start: at });
    this.drawing.request(true);
  }

  protected paint(): void {
    const { theme, model, pointed } = this;
    const step = pointed?.step ?? this.step;
    // Asked before anything changes, or the browser would lay out the page twice.
    const [left, right] = [this.plot.root.clientWidth, this.chart.root.clientWidth];
    this.settings.show();
    this.plot.show(theme, left, this.step, pointed);
    this.chart.show(theme, right, this.step, pointed);
    this.line.show(theme, right, step);
    this.book.show(model.now.optimizers.includes('printed'));
  }

  protected override aside(): void {
    this.legend.show(this.theme, this.pointed?.step ?? this.step);
    setChildren(
      this.notes,
      remarks(this.model).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.pointed?.step ?? this.step);
  }

  protected said(): string {
    return inWords(this.model, this.step);
  }
}
