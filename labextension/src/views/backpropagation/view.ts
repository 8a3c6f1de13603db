import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { CurveChart } from '../../shared/concept/curve-chart';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el } from '../../shared/dom';
import { ChainPane } from './chain-pane';
import { CheckPane } from './check-pane';
import { type Checked, checked } from './checking';
import { EXPLANATION } from './explanation';
import { formulaLines, type Moment } from './formula';
import { Graph } from './graph';
import { LESSONS } from './lessons';
import type { BackpropagationModel } from './model';
import type { Network, Pass, Place } from './network';
import { PhaseBar } from './phase-bar';
import { Settings } from './settings';
import { inWords, lossCurve, phaseTitle, remarks } from './texts';

/** Frames in a second of what flows. */
const RATE = 30;
/** Frames of a step; a pass as a whole takes fewer. */
const STEP_FRAMES = 42;
const PASS_FRAMES = 4;

/** A small network that computes its gradients step by step, and learns. */
export class BackpropagationView extends ConceptView {
  declare model: BackpropagationModel;
  private settings!: Settings;
  private phases!: PhaseBar;
  private graph!: Graph;
  private chain!: ChainPane;
  private chart!: CurveChart;
  private check!: CheckPane;
  private notes!: HTMLElement;
  private panes!: HTMLElement;
  private pass!: number;
  private step!: number;
  /** Frames of this step that have been played. */
  private frames!: number;
  /** Where the state put the animation last; it may have gone on since. */
  private lastPlaced!: string;
  private lastCheck!: { pass: Pass; epsilon: number; found: Checked[] } | null;
  private lastMoment!: { begin: Network; key: string; moment: Moment } | null;

  protected title(): string {
    return t('Backpropagation');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return RATE;
  }

  protected override chance(): boolean {
    return this.model.now.weights.length === 0 || this.model.unfit.includes('weights');
  }

  protected build(): void {
    const { model } = this;
    this.lastCheck = this.lastMoment = null;
    this.lastPlaced = '';
    this.begin();
    this.settings = new Settings(model);
    this.phases = new PhaseBar((step) => {
      this.take();
      this.go(this.pass, step);
      this.happened('phase');
    });
    this.graph = new Graph(model, {
      label: () =>
        t('Network {layers}. The arrow keys select a unit, now unit {unit} of layer {layer}.', {
          layers: model.layers.join('-'),
          unit: model.focus.to + 1,
          layer: model.focus.layer + 1,
        }),
      weight: (place, value) => {
        const { pass } = this;
        this.pass = 0;
        this.keepStill();
        model.setWeight(pass, place, value);
      },
      number: (which, unit, value) => {
        this.keepStill();
        model.setNumber(which, model.sampleOf(this.pass), unit, value);
      },
      focus: (place) => this.focus(place),
    });
    this.chain = new ChainPane();
    this.chart = new CurveChart({
      label: () => t('Pass that is shown'),
      go: (to) => {
        this.take();
        this.go(to, this.step);
        this.happened('pass');
      },
    });
    this.check = new CheckPane((place) => this.focus(place));
    this.notes = el('div', 'dlw-backprop-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('phases', this.phases.root);
    this.part('network', this.graph.root);
    this.part('chain', this.chain.root);
    this.part('chart', this.chart.root);
    this.part('check', this.check.root);
    this.part('notes', this.notes);
    const row = (...names: string[]): HTMLElement =>
      el('div', 'dlw-concept-settings', {}, ...names.map((name) => fields[name]!));
    this.stage.classList.add('dlw-backprop');
    this.stage.append(
      row('layers', 'hidden_activation', 'output_activation', 'loss', 'learning_rate', 'l2'),
      el('div', 'dlw-backprop-top', {}, this.phases.root, fields.pace!),
      (this.panes = el(
        'div',
        'dlw-backprop-panes',
        {},
        this.graph.root,
        this.formulaLine,
        el('div', 'dlw-backprop-side', {}, this.chart.root, this.check.root, row('mistake', 'epsilon')),
      )),
      this.chain.root,
      this.notes,
    );
  }

  protected override pinned(): boolean {
    return this.model.now.at.length > 0;
  }

  // -- where it is -------------------------------------------------------------------------------

  private begin(): void {
    const [pass = 0, step = prefersStillness() ? this.model.phases.length - 1 : 0] = this.model.now.at;
    this.pass = Math.min(pass, this.model.lastPass);
    this.step = Math.min(step, this.model.phases.length - 1);
    this.frames = 0;
    this.lastPlaced = this.model.now.at.join();
  }

  /** Goes to a step, which the state keeps. */
  private go(pass: number, step: number): void {
    this.pass = pass;
    this.step = step;
    this.frames = STEP_FRAMES;
    this.lastPlaced = `${pass},${step}`;
    this.model.change({ at: [pass, step] });
    this.arrived();
    this.drawing.request(true);
  }

  /** The user is at work: what is known stays as it is. */
  private keepStill(): void {
    this.take();
    this.frames = STEP_FRAMES;
  }

  private focus(place: Place): void {
    this.model.setFocus(place);
    this.drawing.request(true);
  }

  /** Tells lessons what is there to be seen. */
  private arrived(): void {
    const phase = this.model.phases[this.step]!;
    if (phase.kind === 'loss') this.happened('loss_seen');
    if (phase.kind === 'delta' && phase.layer === 0) this.happened('backward');
  }

  protected stateChanged(): void {
    const { model } = this;
    if (model.now.at.join() !== this.lastPlaced && model.now.at.length > 0) this.begin();
    // Passes are only counted where some have been made.
    if (this.pass > 0) this.pass = Math.min(this.pass, model.lastPass);
    this.step = Math.min(this.step, model.phases.length - 1);
    if (model.now.mistake !== 'none' && this.checks().some(({ agrees }) => !agrees)) this.happened('fail');
  }

  protected override rewind(): void {
    this.begin();
  }

  protected advance(): boolean {
    const { model } = this;
    const whole = model.now.pace === 'passes';
    const last = model.phases.length - 1;
    this.drawing.request(true);
    if (this.player.playing && this.frames < (whole ? PASS_FRAMES : STEP_FRAMES)) {
      this.frames += 1;
      return true;
    }
    this.frames = this.player.playing ? 0 : STEP_FRAMES;
    if (!whole && this.step < last) {
      this.step += 1;
    } else if (this.pass < model.lastPass) {
      this.pass += 1;
      this.step = whole ? last : 0;
    } else {
      this.pass = 0;
      this.step = whole ? last : 0;
      this.arrived();
      return false;
    }
    this.arrived();
    return true;
  }

  // -- what is seen ------------------------------------------------------------------------------

  private moment(): Moment {
    const { model, pass } = this;
    const { begin } = model;
    const key = `${pass} ${model.now.focus.join()}`;
    if (this.lastMoment?.begin !== begin || this.lastMoment.key !== key) {
      this.lastMoment = { begin, key, moment: this.momentAt(pass) };
    }
    return this.lastMoment.moment;
  }

  private momentAt(pass: number): Moment {
    const { model } = this;
    return {
      network: model.networkAt(pass),
      pass: model.passAt(pass),
      sample: model.samples[model.sampleOf(pass)]!,
      task: model.task,
      focus: model.focus,
    };
  }

  private checks(): Checked[] {
    const { epsilon } = this.model.now;
    const { network, pass, sample, task } = this.moment();
    if (this.lastCheck?.pass !== pass || this.lastCheck.epsilon !== epsilon) {
      this.lastCheck = { pass, epsilon, found: checked(network, pass, sample, task, epsilon) };
    }
    return this.lastCheck.found;
  }

  protected paint(): void {
    const { theme, model, pass, step } = this;
    // Asked before anything changes, or the browser would lay out the page twice.
    const left = this.graph.root.clientWidth;
    // A long network takes the whole width.
    this.panes.classList.toggle('dlw-backprop-long', model.layers.length > 3);
    const moment = this.moment();
    const progress = this.player.playing ? Math.min(1, this.frames / (STEP_FRAMES - 8)) : 1;
    this.settings.show();
    this.phases.show(model.phases, step, pass);
    this.graph.draw(theme, left, { pass, step, progress }, moment.pass);
  }

  protected override aside(): void {
    const { theme, model, pass } = this;
    const [right, below] = [this.chart.root.clientWidth, this.chain.root.clientWidth];
    const moment = this.moment();
    const found = this.checks();
    this.chain.show(theme, below, moment);
    this.chart.show(theme, right, lossCurve(model, pass));
    this.check.show(found, moment.network, model.focus);
    const texts = remarks(model, pass, found);
    if (this.notes.textContent !== texts.join('')) {
      this.notes.replaceChildren(...texts.map((text) => el('p', '', {}, text)));
    }
  }

  protected formula(): HTMLElement[] {
    const phase = this.model.phases[this.step]!;
    return [
      el('div', 'dlw-backprop-formula-name', {}, phaseTitle(phase)),
      ...formulaLines(this.moment(), phase),
    ];
  }

  protected said(): string {
    return inWords(this.model, this.moment().pass, { pass: this.pass, step: this.step }, this.checks());
  }
}
