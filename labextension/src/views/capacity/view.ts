import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { readState, writeState } from '../../shared/concept/state';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { CapacityChart } from './capacity-chart';
import { EpochChart } from './epoch-chart';
import { EXPLANATION } from './explanation';
import { FIELDS, MOST_POINTS } from './fields';
import { LESSONS } from './lessons';
import type { CapacityModel, Errors } from './model';
import { Plane } from './plane';
import type { Points } from './points';
import { valueAt } from './polynomial';
import { Settings } from './settings';
import { capacityText, formulaLines, inWords, type Place, remarks, verdict, weightsText } from './texts';

/** Other capacities may take so much of a frame, in ms. */
const FILL_MS = 5;
/** Epochs of a tick while it plays. */
const EPOCHS = 5;
/** Ticks that a degree stays before the next one comes. */
const HOLD = 6;

/** Points with a curve of some capacity, and the errors of all capacities. */
export class CapacityView extends ConceptView {
  declare model: CapacityModel;
  private settings!: Settings;
  private plane!: Plane;
  private chart!: CapacityChart;
  private epochs!: EpochChart;
  private epochPart!: HTMLElement;
  private epochCaption!: HTMLElement;
  private judged!: HTMLElement;
  private weighed!: HTMLElement;
  private notes!: HTMLElement;
  /** The degree that passes by itself; null for that of the state. */
  private passing!: number | null;
  private waited!: number;
  /** The user has stopped the training: it waits for them. */
  private held!: boolean;
  private wasPlaying!: boolean;

  protected title(): string {
    return t('Capacity');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  /** Things to try with the points that the user has given or moved. */
  protected explanation(): Explanation {
    const { model } = this;
    const tries = EXPLANATION.tries.map(({ text, state }) => ({
      text,
      get state(): string {
        const { x, y, vx, vy, degree } = model.now;
        const usual = readState('', FIELDS).values;
        const tried = readState(state, FIELDS).values;
        const { size } = tried;
        // Moved points have no other size: a toy is shown, and they stay in the menu.
        const moved = model.drawn && size === usual.size;
        const data =
          tried.data !== usual.data ? tried.data : model.usesOwn ? 'own' : moved ? 'drawn' : 'sine';
        const kept = { ...tried, data, x, y, vx, vy };
        return writeState(size === MOST_POINTS ? { ...kept, degree } : kept, FIELDS);
      },
    }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return 30;
  }

  protected override chance(): boolean {
    return !this.model.drawn;
  }

  protected build(): void {
    const { model } = this;
    this.passing = null;
    this.waited = 0;
    this.held = this.wasPlaying = false;
    const set = (capacity: number): void => {
      if (!model.network) this.take();
      this.passing = null;
      model.change(model.network ? { units: capacity } : { degree: capacity });
      this.happened('capacity');
      this.drawing.request(true);
    };
    this.settings = new Settings(model, set);
    this.plane = new Plane(
      model,
      (points) => this.put(points),
      () => this.drawing.request(true),
    );
    this.chart = new CapacityChart({ go: set, label: () => t('Capacity') });
    this.epochs = new EpochChart();
    this.epochCaption = el('div', 'dlw-pane-caption');
    this.epochPart = el('div', '', {}, this.epochCaption, this.epochs.root);
    this.judged = el('p', 'dlw-capacity-verdict');
    this.weighed = el('p', 'dlw-capacity-weights');
    this.notes = el('div', 'dlw-capacity-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    const key = (name: string, text: () => string): HTMLElement =>
      el('span', '', {}, el('span', `dlw-capacity-key dlw-capacity-${name}`), text);
    const errors = el(
      'div',
      'dlw-capacity-side',
      {},
      el('div', 'dlw-pane-caption', {}, () => t('Mean squared error over capacity')),
      this.chart.root,
      el(
        'div',
        'dlw-capacity-legend',
        {},
        key('training', () => t('training')),
        key('validation', () => t('validation')),
        el('span', '', {}, () => t('▲ lowest validation error')),
      ),
      this.judged,
    );
    this.stage.classList.add('dlw-capacity');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...Object.values(fields)),
      el(
        'div',
        'dlw-capacity-panes',
        {},
        el(
          'div',
          'dlw-capacity-side',
          {},
          el('div', 'dlw-pane-caption', {}, () => t('Points and curve')),
          this.part('plane', this.plane.root),
          this.part('weights', this.weighed),
          this.part('epochs', this.epochPart),
        ),
        this.part('errors', errors),
      ),
      this.part('notes', this.notes),
    );
  }

  /** A polynomial that the state names stays; a network begins to learn in any case. */
  protected override pinned(): boolean {
    return !this.model.network && this.model.text('state') !== '';
  }

  protected stateChanged(): void {
    // What passes by itself would hide what has been changed.
    if (!this.model.network) this.take();
    this.passing = null;
    this.held = false;
  }

  protected override rewind(): void {
    this.passing = null;
    this.waited = 0;
    this.held = false;
    if (this.model.network) this.model.retrain(this.model.capacity);
  }

  private put(points: Points): void {
    if (!this.model.network) this.take();
    this.model.change({ data: 'drawn', ...points });
    this.happened('point');
  }

  protected advance(): boolean {
    const { model } = this;
    this.drawing.request(true);
    if (model.network) {
      // Played or stepped on once more, it begins anew.
      if (model.trainer(model.capacity).done && !this.wasPlaying) {
        model.retrain(model.capacity);
        this.held = true;
        return true;
      }
      const trainer = model.trainer(model.capacity);
      if (trainer.done) return false;
      for (let i = 0; i < (this.player.playing ? EPOCHS : 1); i += 1) trainer.advance();
      this.held = !this.player.playing;
      return true;
    }
    const all = model.capacities;
    this.waited += 1;
    if (this.player.playing && this.passing !== null && this.waited % HOLD !== 0) return true;
    this.passing = this.passing === null ? 0 : this.passing + 1;
    if (this.passing < all.length) return true;
    this.passing = null;
    return false;
  }

  // -- what is painted --------------------------------------------------------------------------

  private capacity(): number {
    return this.passing ?? this.model.capacity;
  }

  private now(): {
    capacity: number;
    errors: Errors;
    weights: readonly number[];
    coefficients: readonly number[] | null;
    predict: (x: number) => number;
  } {
    const { model } = this;
    const capacity = this.capacity();
    if (model.network) {
      const trainer = model.trainer(capacity);
      return {
        capacity,
        errors: trainer.errors,
        weights: trainer.weights(),
        coefficients: null,
        predict: (x) => trainer.predict(x),
      };
    }
    const { coefficients, errors } = model.polynomial(capacity);
    return {
      capacity,
      errors,
      weights: coefficients.slice(1),
      coefficients,
      predict: (x) => valueAt(coefficients, x),
    };
  }

  /** The capacity with the lowest validation error, once all are known. */
  private best(): Place | null {
    const { model } = this;
    let best: Place | null = null;
    for (const capacity of model.capacities) {
      const errors = model.errorsAt(capacity);
      if (!errors) return null;
      if (Number.isFinite(errors[1]) && (!best || errors[1] < best.errors[1])) best = { capacity, errors };
    }
    return best;
  }

  /** Trains and fits what isn't known yet, for a part of the frame. */
  private work(): boolean {
    const { model, player } = this;
    if (!model.network) return model.fill(FILL_MS, null);
    const { capacity } = model;
    const trainer = model.trainer(capacity);
    if (player.playing) {
      this.wasPlaying = true;
    } else {
      if (this.wasPlaying && !trainer.done) this.held = true;
      this.wasPlaying = false;
      const until = performance.now() + FILL_MS;
      while (!this.held && !trainer.done && performance.now() < until) trainer.advance();
      if (!this.held && !trainer.done) return false;
    }
    return model.fill(FILL_MS, trainer.done ? null : capacity);
  }

  protected paint(): void {
    const { model, theme } = this;
    // Asked before anything changes, or the browser would lay out the page twice.
    const [left, right] = [this.plane.root.clientWidth, this.chart.root.clientWidth];
    const full = this.work();
    const now = this.now();
    const best = this.best();
    this.settings.show(now.capacity);
    this.plane.show(theme, left, now.predict);
    const scaled = (errors: Errors): Errors => [model.shownError(errors[0]), model.shownError(errors[1])];
    const { noise, units } = model.now;
    this.chart.show(theme, right, {
      capacities: model.capacities,
      errors: model.capacities.map((capacity) => {
        const errors = model.errorsAt(capacity);
        return errors ? scaled(errors) : null;
      }),
      capacity: now.capacity,
      now: scaled(now.errors),
      doubling: model.network,
      axis: model.network ? t('units of each of 2 layers') : t('degree'),
      best: best?.capacity ?? null,
      unit: model.shownError(1),
      noise: model.truth ? noise * noise : null,
      said: capacityText(model, now.capacity),
    });
    const said = this.judge(now.capacity, now.errors, best);
    setText(this.judged, said ?? t('Other capacities are being computed…'));
    setText(this.weighed, weightsText(now.weights));
    this.epochPart.hidden = !model.network;
    if (model.network) {
      const trainer = model.trainer(units);
      const { epoch, stopped, best: kept } = trainer;
      setText(
        this.epochCaption,
        stopped
          ? t('Stopped after epoch {epoch}; weights of epoch {best}', { epoch, best: kept })
          : t('Mean squared error by epoch; epoch {epoch}', { epoch }),
      );
      this.epochs.show(theme, left, trainer, model.now.epochs, (error) => model.shownError(error));
    }
    setChildren(
      this.notes,
      remarks(model, now.capacity).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
    if (!full) this.drawing.request(true);
  }

  private judge(capacity: number, errors: Errors, best: Place | null): string | null {
    if (this.model.network && !this.model.trainer(capacity).done) return null;
    return verdict({ capacity, errors }, best);
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.now()).map((text) => el('div', '', {}, text));
  }

  protected said(): string {
    const now = this.now();
    const best = this.best();
    return inWords(this.model, now, best?.capacity ?? null, this.judge(now.capacity, now.errors, best));
  }
}
