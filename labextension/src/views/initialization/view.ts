import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Check, Menu, Slider, Stepper } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { short, three } from '../../shared/concept/numbers';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { EXPLANATION, OWN_EXPLANATION } from './explanation';
import {
  type Activation,
  ACTIVATIONS,
  type Distribution,
  DISTRIBUTIONS,
  type GradientsOf,
  type Method,
  METHODS,
  MOST_DEPTH,
  MOST_UNITS,
} from './fields';
import { LESSONS, OWN_LESSONS } from './lessons';
import type { InitializationModel } from './model';
import { SignalPane } from './pane';
import type { Profile, Signal } from './profile';
import {
  activationText,
  distributionText,
  formulaLines,
  inWords,
  layerName,
  methodText,
  remarks,
  verdict,
} from './texts';

/** What first weights do to activations and gradients, layer by layer. */
export class InitializationView extends ConceptView {
  declare model: InitializationModel;
  /** How far the signal has come: forward to the last layer, then back; null where all is shown. */
  private sweep!: number | null;
  /** What was shown before the last choice. */
  private before!: Profile | null;
  private painted!: Profile | null;
  /** The state but for what doesn't make another network. */
  private chosen!: string;
  private method!: Menu;
  private scale!: Slider;
  private distribution!: Menu;
  private activation!: Menu;
  private depth!: Stepper;
  private units!: Slider;
  private residual!: Check;
  private gradients!: Menu;
  private panes!: Record<'activations' | 'gradients', SignalPane>;
  private verdict!: HTMLElement;
  private notes!: HTMLElement;

  protected title(): string {
    return t('Initialization');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return this.model.measured ? OWN_LESSONS : LESSONS;
  }

  protected explanation(): Explanation {
    return this.model.measured ? OWN_EXPLANATION : EXPLANATION;
  }

  protected override rate(): number {
    return 12;
  }

  protected override pinned(): boolean {
    return this.model.now.layer.length > 0;
  }

  protected override chance(): boolean {
    return this.model.now.method !== 'model';
  }

  protected build(): void {
    const { model } = this;
    this.before = this.painted = null;
    this.chosen = this.choice();
    this.sweep = this.pinned() || prefersStillness() ? null : 0;
    const change = model.change.bind(model);
    this.method = new Menu(
      () => t('First weights'),
      (name) => change({ method: name as Method }),
    );
    this.scale = new Slider(
      () => t('Scale'),
      -1,
      1,
      'any',
      (power) => change({ scale: Number((10 ** power).toPrecision(3)) }),
    );
    this.distribution = new Menu(
      () => t('Distribution'),
      (name) => change({ distribution: name as Distribution }),
    );
    this.activation = new Menu(
      () => t('Activation'),
      (name) => change({ activation: name as Activation }),
    );
    this.depth = new Stepper(
      () => t('Layers'),
      1,
      MOST_DEPTH,
      (depth) => change({ depth }),
    );
    this.units = new Slider(
      () => t('Units'),
      8,
      MOST_UNITS,
      1,
      (units) => change({ units }),
    );
    this.residual = new Check(
      () => t('Residual connections'),
      (residual) => change({ residual }),
    );
    this.gradients = new Menu(
      () => t('Gradients of the loss by'),
      (name) => change({ gradients: name as GradientsOf }),
    );
    const go = (layer: number): void => change({ layer: [layer] });
    this.panes = {
      activations: new SignalPane({ label: () => t('Activations by layer'), go }),
      gradients: new SignalPane({ label: () => t('Gradients by layer'), go }),
    };
    this.listenTo(model, 'change:measured', () => {
      this.before = this.painted;
      this.drawing.request(true);
    });
    this.listenTo(model, 'change:note', () => this.drawing.request(true));
    this.arrange();
  }

  private arrange(): void {
    const { panes } = this;
    this.verdict = el('p', 'dlw-initial-verdict');
    this.notes = el('div', 'dlw-initial-notes');
    const fields = {
      method: this.method,
      scale: this.scale,
      activation: this.activation,
      distribution: this.distribution,
      depth: this.depth,
      units: this.units,
      gradients: this.gradients,
      residual: this.residual,
    };
    this.stage.classList.add('dlw-initial');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries(fields).map(([name, field]) => this.part(name, field.root)),
      ),
      el(
        'div',
        'dlw-initial-panes',
        {},
        this.part('activations', panes.activations.root),
        this.part('signals', panes.gradients.root),
      ),
      this.part('notes', el('div', '', {}, this.verdict, this.notes)),
    );
  }

  /** What makes another network, but for its scale, which is dragged. */
  private choice(): string {
    const { method, distribution, activation, depth, units, residual, seed } = this.model.now;
    return JSON.stringify([method, distribution, activation, depth, units, residual, seed]);
  }

  protected stateChanged(): void {
    const choice = this.choice();
    if (choice !== this.chosen && !this.model.measured) this.before = this.painted;
    this.chosen = choice;
    // The user wants to see what it comes to.
    if (this.player.playing || this.sweep !== null) this.take();
    this.sweep = null;
  }

  protected override rewind(): void {
    this.sweep = this.before = null;
  }

  private get last(): number {
    return this.model.profile.activations.std.length - 1;
  }

  protected advance(): boolean {
    if (this.model.now.layer.length > 0) this.moveState({ layer: [] });
    this.drawing.request(true);
    this.before = null;
    this.sweep = this.sweep === null ? 0 : this.sweep + 1;
    if (this.sweep <= 2 * this.last + 1) return true;
    this.sweep = null;
    return false;
  }

  /** The layer whose numbers are written out. */
  private get layer(): number {
    const { sweep, last } = this;
    if (sweep !== null) return sweep <= last ? sweep : Math.max(0, 2 * last + 1 - sweep);
    return Math.min(last, this.model.now.layer[0] ?? 1);
  }

  protected paint(): void {
    const { model, theme, sweep, last, layer, panes, before } = this;
    const { profile, now } = model;
    // Asked before anything changes, or the browser would lay out the page twice.
    const wide = this.stage.clientWidth;
    this.showFields();
    const room = wide > 620 ? (wide - 24) / 2 : wide;
    const byWeights = now.gradients === 'weights';
    const axis = t('layer');
    const said = (signal: Signal): string => {
      const value = signal.std[layer];
      return `${layerName(profile, layer)}: ${value === null || value === undefined ? '–' : three(value)}`;
    };
    panes.activations.show(theme, room, {
      title: t('Activations: standard deviation by layer'),
      signal: profile.activations,
      before: before?.activations.std ?? null,
      layer,
      isShown: (i) => sweep === null || i <= sweep,
      color: 0,
      said: said(profile.activations),
      axis,
    });
    const gradients = byWeights ? profile.weights : profile.gradients;
    panes.gradients.show(theme, room, {
      title: t('Gradients: standard deviation by layer'),
      signal: gradients,
      before: (byWeights ? before?.weights.std : before?.gradients.std) ?? null,
      layer,
      isShown: (i) => sweep === null || i >= 2 * last + 1 - sweep,
      color: 1,
      said: said(gradients),
      axis,
    });
    this.painted = profile;
  }

  protected override aside(): void {
    const { model, sweep, last, layer } = this;
    setText(this.verdict, sweep === null ? verdict(model) : this.sweepText(sweep, last, layer));
    setChildren(
      this.notes,
      (sweep === null ? remarks(model) : []).map((text) => el('p', '', {}, text)),
    );
  }

  private sweepText(sweep: number, last: number, layer: number): string {
    const name = layerName(this.model.profile, layer);
    return sweep <= last
      ? t('Forward: {layer}', { layer: name })
      : t('The gradient of the loss on its way back: {layer}', { layer: name });
  }

  private showFields(): void {
    const { model } = this;
    const { now, measured } = model;
    const own = measured !== null || model.missing;
    const methods = METHODS.filter((name) => name !== 'model' || own);
    this.method.show(
      methods.map((name) => [name, methodText(name)] as const),
      now.method,
    );
    this.scale.show(Math.log10(now.scale), `× ${short(now.scale)}`);
    this.distribution.show(
      DISTRIBUTIONS.map((name) => [name, distributionText(name)] as const),
      now.distribution,
    );
    this.activation.show(
      ACTIVATIONS.map((name) => [name, activationText(name)] as const),
      now.activation,
    );
    this.depth.show(now.depth);
    this.units.show(now.units, String(now.units));
    this.residual.show(now.residual);
    this.gradients.show(
      [
        ['activations', t('activations')],
        ['weights', t('weights')],
      ],
      now.gradients,
    );
    // The layers of a user's own model are as they are.
    for (const field of [this.activation, this.depth, this.units, this.residual]) {
      field.root.hidden = measured !== null;
    }
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.layer).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.layer);
  }
}
