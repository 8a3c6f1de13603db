import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, nowMs, setChildren, setText } from '../../shared/dom';
import { ColumnsPane } from './columns-pane';
import { CoursePane, type Line } from './course-pane';
import { EXPLANATION } from './explanation';
import { STEPS } from './fields';
import { LESSONS } from './lessons';
import type { BatchNormalizationModel } from './model';
import { Settings } from './settings';
import { formulaLines, inWords, lossText, remarks } from './texts';
import type { Training, Unit } from './training';
import { UnitPane } from './unit-pane';

/** Training takes at most so much of a frame, in ms, to catch up with the step that is shown. */
const BUDGET_MS = 7;

/** A small network with and without batch normalization, and the numbers of one unit. */
export class BatchNormalizationView extends ConceptView {
  declare model: BatchNormalizationModel;
  private training!: Training;
  private madeFor!: string;
  /** The step that is to be shown; training may still be on its way to it. */
  private at!: number;
  private settings!: Settings;
  private columns!: ColumnsPane;
  private unitPane!: UnitPane;
  private losses!: CoursePane;
  private means!: CoursePane;
  private variances!: CoursePane;
  private lossPart!: HTMLElement;
  private side!: HTMLElement;
  private before!: HTMLElement;
  private after!: HTMLElement;
  private result!: HTMLElement;
  private notes!: HTMLElement;

  protected title(): string {
    return t('Batch normalization');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    const { model } = this;
    const tries = EXPLANATION.tries.map(({ text, state }) => ({
      text,
      get state(): string {
        // The user's own batch stays, unless the network is what is to be tried.
        const own = model.isOwn && /batch_size|mode/.test(state);
        return own ? `data=own;${state}` : state;
      },
    }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return 12;
  }

  protected override pinned(): boolean {
    return this.model.now.step.length > 0;
  }

  protected build(): void {
    const { model } = this;
    this.madeFor = '';
    this.begin();
    this.follow();
    const go = (step: number): void => {
      this.take();
      model.change({ step: [step] });
    };
    this.settings = new Settings(model, { go });
    this.columns = new ColumnsPane({
      label: () => t('Distributions. Left and right select a layer or unit.'),
      go: (index) => this.point(index + 1),
    });
    this.unitPane = new UnitPane();
    this.losses = new CoursePane(210, go);
    this.means = new CoursePane(104, go);
    this.variances = new CoursePane(104, go);
    this.listenTo(model, 'change:batch', () => {
      this.follow();
      this.drawing.request(true);
    });
    this.arrange();
  }

  private arrange(): void {
    const legend = (...lines: [string, () => string][]): HTMLElement =>
      el(
        'div',
        'dlw-bn-legend',
        {},
        ...lines.map(([look, text]) => el('span', `dlw-bn-key dlw-bn-${look}`, {}, text)),
      );
    this.before = el('span', 'dlw-bn-key dlw-bn-plain');
    this.after = el('span', 'dlw-bn-key dlw-bn-normal');
    this.result = el('p', 'dlw-bn-result');
    this.notes = el('div', 'dlw-bn-notes');
    this.side = el('div', 'dlw-bn-legend', {}, this.before, this.after);
    this.columns.root.append(this.side);
    this.losses.root.append(
      legend(
        ['plain', () => t('without normalization')],
        ['normal', () => t('batch statistics')],
        ['dashed', () => t('moving averages')],
      ),
    );
    this.lossPart = this.part('loss', this.losses.root);
    const moving = el('div', 'dlw-bn-pane', {}, this.means.root, this.variances.root);
    moving.append(legend(['dots', () => t('of each batch')], ['normal', () => t('moving average')]));
    this.stage.classList.add('dlw-bn');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries(this.settings.fields).map(([name, field]) => this.part(name, field.root)),
      ),
      el(
        'div',
        'dlw-bn-panes',
        {},
        this.part('distributions', this.columns.root),
        this.lossPart,
        this.part('unit_values', this.unitPane.root),
        this.part('moving', moving),
      ),
      this.part('notes', el('div', '', {}, this.result, this.notes)),
    );
  }

  /** Where the state says no step: the beginning; the end for those who don't want to see things move. */
  private begin(): void {
    this.at = this.model.now.step[0] ?? (prefersStillness() ? STEPS : 0);
  }

  /** Trains anew where the state has another network; what is shown stays at its step. */
  private follow(): void {
    const { run } = this.model;
    if (run === this.madeFor) return;
    this.madeFor = run;
    this.training = this.model.training();
  }

  /** A layer of the network, or a unit of the user's own batch, from 1. */
  private point(index: number): void {
    const [layer = 1, unit = 1] = this.model.now.unit;
    this.model.change({ unit: this.model.isOwn ? [layer, index] : [index, unit] });
  }

  protected stateChanged(): void {
    this.at = this.model.now.step[0] ?? this.at;
    this.follow();
  }

  protected override rewind(): void {
    this.begin();
    this.madeFor = '';
    this.follow();
  }

  protected advance(): boolean {
    this.drawing.request(true);
    if (this.model.now.step.length > 0) this.moveState({ step: [] });
    // From the beginning, where it is at its end.
    this.at = this.at >= STEPS ? 0 : this.at + 1;
    return this.at < STEPS;
  }

  /** Layer and unit that are marked, from 0. */
  private get place(): [number, number] {
    const [layer = 1, unit = 1] = this.model.now.unit;
    const { training } = this;
    return [Math.min(layer, training.layers) - 1, Math.min(unit, training.units) - 1];
  }

  private get shown(): number {
    return Math.min(this.at, this.training.steps);
  }

  private unitNow(): Unit {
    const [layer, unit] = this.place;
    return this.training.unit(this.shown, layer, unit, this.model.now.mode === 'inference');
  }

  private train(): void {
    const { training } = this;
    const end = nowMs() + BUDGET_MS;
    while (training.steps < this.at && nowMs() < end) training.advance();
    if (training.steps < this.at) this.drawing.request(true);
  }

  protected paint(): void {
    const { model, theme, training } = this;
    const wide = this.stage.clientWidth;
    this.train();
    const { shown } = this;
    const [layer, unit] = this.place;
    const { isOwn } = model;
    const inference = model.now.mode === 'inference';
    const room = wide > 620 ? (wide - 24) / 2 : wide;
    this.settings.show(this.at, unit + 1);
    const name = isOwn
      ? t('Unit {unit}', { unit: unit + 1 })
      : t('Layer {layer}, unit {unit}', { layer: layer + 1, unit: unit + 1 });
    setText(this.before, isOwn ? t('before') : t('without normalization'));
    setText(this.after, isOwn ? t('after') : t('with normalization'));
    this.columns.show(theme, room, {
      title: isOwn ? t('Distribution of each unit') : t('What goes into the activation of each layer'),
      columns: training.columns(shown, inference),
      marked: isOwn ? unit : layer,
      axis: isOwn ? t('unit') : t('layer'),
      said: name,
    });
    this.lossPart.hidden = isOwn;
    if (!isOwn) this.paintLosses(room, shown);
    const found = this.unitNow();
    this.unitPane.show(theme, room, t('{name}: the batch of {n}', { name, n: found.z.length }), found);
    for (const [pane, what] of [
      [this.means, 'mean'],
      [this.variances, 'variance'],
    ] as const) {
      const { batch, moving } = training.course(shown, layer, unit, what);
      pane.show(theme, room, {
        title: what === 'mean' ? t('{name}: mean', { name }) : t('{name}: variance', { name }),
        lines: [
          { values: batch, from: 1, color: 1, look: 'dots' },
          { values: moving, from: 0, color: 0, look: 'line' },
        ],
        axis: t('step'),
        step: shown,
      });
    }
    setText(this.result, lossText(training, shown));
    setChildren(
      this.notes,
      remarks(model, training, shown).map((text) => el('p', '', {}, text)),
    );
    this.stage.dataset.step = String(shown);
  }

  private paintLosses(room: number, shown: number): void {
    const { training } = this;
    const all = Array.from({ length: shown + 1 }, (_, step) => training.losses(step)!);
    const line = (what: 'plain' | 'training' | 'inference', color: number, look: Line['look']): Line => ({
      values: all.map((one) => one[what]),
      from: 0,
      color,
      look,
    });
    this.losses.show(this.theme, room, {
      title: t('Loss of all samples'),
      lines: [line('plain', 1, 'line'), line('training', 0, 'line'), line('inference', 0, 'dashed')],
      axis: t('step'),
      step: shown,
    });
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.unitNow()).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.training, this.shown, this.unitNow());
  }
}
