import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { readState, writeState } from '../../shared/concept/state';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { EXPLANATION } from './explanation';
import { FIELDS } from './fields';
import { LESSONS } from './lessons';
import type { RecurrentModel } from './model';
import { Settings } from './settings';
import { EXPLODED, formulaLines, gateName, inWords, ratio, remarks, VANISHED } from './texts';
import { type Spot, Unrolled } from './unrolled';

/** Steps in a second, and so many at the end before it begins again. */
const RATE = 4;
const REST = 8;

/** A recurrent layer, unrolled over a sequence. */
export class RecurrentView extends ConceptView {
  declare model: RecurrentModel;
  private settings!: Settings;
  private unrolled!: Unrolled;
  private caption!: HTMLElement;
  private notes!: HTMLElement;
  /** The step that has been read; beyond the last one while it rests. */
  private step!: number;
  /** What is pointed at; null for nothing. */
  private held!: Spot | null;
  /** The gate that was pressed last. */
  private gate!: Spot['gate'];

  protected title(): string {
    return t('Recurrent cells');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  /** Things to try with what the user has typed, and with their layer where the toys aren't meant. */
  protected explanation(): Explanation {
    const { model } = this;
    const tries = EXPLANATION.tries.map(({ text, state }) => ({
      text,
      get state(): string {
        const { series, text: letters, cell } = model.now;
        const own = model.kind === 'own' && state === '' ? ({ data: 'own', cell } as const) : {};
        const kept = writeState({ ...readState('', FIELDS).values, series, text: letters, ...own }, FIELDS);
        return [kept, state].filter((part) => part !== '').join(';');
      },
    }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return RATE;
  }

  protected override chance(): boolean {
    return this.model.kind !== 'own' && this.model.now.weights === 'random';
  }

  protected build(): void {
    const { model } = this;
    this.held = this.gate = null;
    this.step = this.placed ?? this.beginning;
    this.settings = new Settings(model, () => this.happened('sequence'));
    this.unrolled = new Unrolled({
      label: () => t('The layer, step by step. Left and right select a step, up and down a unit.'),
      hover: (spot) => this.hold(spot),
      press: (spot) => this.press(spot),
      drag: (step, value) => this.drag(step, value),
      move: (steps, units) => this.move(steps, units),
    });
    this.caption = el('p', 'dlw-recurrent-caption');
    this.notes = el('div', 'dlw-recurrent-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    const pick = (...names: string[]): HTMLElement[] => names.map((name) => fields[name]!);
    this.stage.classList.add('dlw-recurrent');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...pick('cell', 'data', 'weights', 'gain', 'forget', 'reset_after'),
      ),
      fields.sequence!,
      this.part('unrolled', el('div', '', {}, this.unrolled.root)),
      this.part('reach', this.caption),
      this.part('notes', this.notes),
    );
    this.listenTo(model, 'change:given', () => this.drawing.request(true));
  }

  // -- what the hand does --------------------------------------------------------------------------

  private get last(): number {
    return this.model.length - 1;
  }

  /** Where it begins: at the end, for those who want nothing to move. */
  private get beginning(): number {
    return prefersStillness() ? Infinity : 0;
  }

  private get placed(): number | null {
    const [at] = this.model.now.at;
    return at === undefined ? null : Math.min(at, this.last);
  }

  private get spot(): Spot {
    if (this.held && this.held.step <= this.last) {
      const unit = this.held.unit ?? this.model.unit;
      return { ...this.held, unit: Math.min(unit, this.model.layer.units - 1) };
    }
    const step = this.placed ?? Math.min(this.last, this.step);
    return { step, gate: this.gate, unit: this.model.unit };
  }

  private hold(spot: Spot | null): void {
    const { held } = this;
    if (spot?.step === held?.step && spot?.gate === held?.gate && spot?.unit === held?.unit) return;
    this.held = spot;
    if (spot) this.happened('point');
    this.drawing.request(true);
  }

  private press(spot: Spot): void {
    this.take();
    this.gate = spot.gate;
    if (this.held) this.held = spot;
    this.model.change({ at: [spot.step], ...(spot.unit === null ? {} : { unit: spot.unit }) });
    this.happened('point');
    this.drawing.request(true);
  }

  private drag(step: number, value: number): void {
    const series = this.model.now.series.map((old, i) => (i === step ? value : old));
    this.model.change({ series, at: [] });
    this.happened('sequence');
  }

  private move(steps: number, units: number): void {
    const { step } = this.spot;
    const { units: all } = this.model.layer;
    this.held = null;
    this.take();
    const inside = (value: number, most: number): number => Math.min(most, Math.max(0, value));
    this.model.change({
      at: [inside(step + steps, this.last)],
      unit: inside(this.model.unit + units, all - 1),
    });
    this.happened('point');
  }

  protected override pinned(): boolean {
    return this.placed !== null;
  }

  protected override rewind(): void {
    this.step = this.placed ?? this.beginning;
  }

  protected stateChanged(): void {
    this.take();
    this.step = this.placed ?? Infinity;
    const share = ratio(this.model, this.last);
    const { gain } = this.model.now;
    if (share !== null && gain < 1 && share < VANISHED) this.happened('vanish');
    if (share !== null && gain > 1 && share > EXPLODED) this.happened('explode');
  }

  protected advance(): boolean {
    if (this.held) return true;
    if (this.pinned()) {
      this.step = this.placed ?? 0;
      this.moveState({ at: [] });
    }
    const { last } = this;
    if (this.player.playing) {
      this.step = this.step >= last + REST ? 0 : Math.min(this.step, last + REST) + 1;
    } else this.step = this.step >= last ? 0 : this.step + 1;
    this.drawing.request(true);
    return true;
  }

  // -- what is seen --------------------------------------------------------------------------------

  protected paint(): void {
    const { model, theme, spot } = this;
    this.settings.show();
    this.unrolled.show(model, theme, spot);
    const gate = spot.gate ?? 'h';
    const name = model.steps.values[gate] ? gate : 'h';
    setText(
      this.caption,
      t(
        'Step {step} of {steps}, unit {unit}, {gate}. The bars: how much each input moves h of this step (log scale).',
        {
          step: spot.step + 1,
          steps: model.length,
          unit: (spot.unit ?? model.unit) + 1,
          gate: gateName(name),
        },
      ),
    );
    setChildren(
      this.notes,
      remarks(model, spot.step).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.spot).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.spot);
  }
}
