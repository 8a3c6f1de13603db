import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Bars, shareText } from '../../shared/concept/bars';
import type { LessonStep } from '../../shared/concept/lesson';
import { short } from '../../shared/concept/numbers';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setText } from '../../shared/dom';
import { EXPLANATION } from './explanation';
import { MOST_THROWS, REACH } from './fields';
import { formulaLines } from './formula';
import { LESSONS } from './lessons';
import type { TemperatureModel } from './model';
import { NumberLine } from './number-line';
import { Panels } from './panels';
import { Settings } from './settings';
import { inWords, remarks } from './texts';

/** Throws that are shown at first where nothing moves by itself. */
const STILL_AT = 50;

/** How the next word is drawn: logits, temperature, top-k, top-p, and the dice. */
export class TemperatureView extends ConceptView {
  declare model: TemperatureModel;
  private settings!: Settings;
  private logits!: Bars;
  private probabilities!: Bars;
  private legend!: HTMLElement;
  private panels!: Panels;
  private line!: NumberLine;
  private notes!: HTMLElement;
  /** How often the dice were thrown. */
  private throws!: number;
  /** Where the state put it last. */
  private lastPlaced!: number | null;
  private pointed!: number | null;

  protected title(): string {
    return t('Temperature');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 5;
  }

  protected build(): void {
    const { model } = this;
    this.pointed = null;
    this.lastPlaced = this.placed();
    this.throws = this.lastPlaced ?? (prefersStillness() ? STILL_AT : 0);
    this.settings = new Settings(model);
    const hover = (index: number | null): void => {
      this.pointed = index;
      if (index !== null) this.happened('point');
      this.drawing.request(true);
    };
    this.logits = new Bars({
      label: () => t('Logits'),
      low: -REACH,
      high: REACH,
      height: 170,
      step: 0.1,
      name: ({ name }) => t('Logit of {name}', { name }),
      changed: (index, value) =>
        model.change({ logits: model.now.logits.map((old, i) => (i === index ? value : old)) }),
      hover,
    });
    this.probabilities = new Bars({ label: () => t('Probabilities'), low: 0, high: 1, height: 170, hover });
    this.legend = el('span');
    this.panels = new Panels(model, (temperature) => model.change({ temperature }));
    this.line = new NumberLine(model);
    this.notes = el('div', 'dlw-temperature-notes');
    this.lay();
  }

  private lay(): void {
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    const pane = (name: string, title: () => string, ...content: HTMLElement[]): HTMLElement =>
      this.part(
        name,
        el('div', 'dlw-temperature-pane', {}, el('div', 'dlw-temperature-caption', {}, title), ...content),
      );
    this.part('line', this.line.root);
    this.part('words_drawn', this.line.words);
    this.part('panels', this.panels.root);
    this.part('notes', this.notes);
    const key = el(
      'p',
      'dlw-temperature-key',
      {},
      el('span', 'dlw-temperature-mark', { 'aria-hidden': 'true' }),
      this.legend,
    );
    this.stage.classList.add('dlw-temperature');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...Object.values(fields)),
      el(
        'div',
        'dlw-temperature-panes',
        {},
        pane('logits', () => t('Logits z: drag them'), this.logits.root),
        pane('probabilities', () => t('Probabilities of the next word'), this.probabilities.root, key),
      ),
      this.line.root,
      this.line.words,
      this.panels.root,
      this.notes,
    );
  }

  private placed(): number | null {
    return this.model.now.throws[0] ?? null;
  }

  protected override pinned(): boolean {
    return this.placed() !== null;
  }

  protected stateChanged(): void {
    const placed = this.placed();
    if (placed !== this.lastPlaced) this.throws = placed ?? this.throws;
    this.lastPlaced = placed;
  }

  protected override rewind(): void {
    this.throws = this.placed() ?? 0;
  }

  protected advance(): boolean {
    if (this.throws >= MOST_THROWS) {
      if (this.player.playing) return false;
      this.throws = 0;
    }
    this.throws += 1;
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { model, theme, throws } = this;
    // Asked before anything changes, or the browser would lay out the page twice.
    const room = this.line.root.clientWidth;
    const { words, probabilities, drawn, now } = model;
    this.settings.show();
    const color = (i: number): string => theme.palette[i % theme.palette.length]!;
    this.logits.show(
      now.logits.map((value, i) => ({
        name: words[i]!,
        value,
        text: short(Number(value.toFixed(1))),
        color: color(i),
        faint: probabilities[i] === 0,
      })),
    );
    const counts = new Array<number>(words.length).fill(0);
    for (const index of drawn.slice(0, throws)) counts[index]! += 1;
    this.probabilities.show(
      probabilities.map((value, i) => ({
        name: words[i]!,
        value,
        text: value === 0 ? '0' : shareText(value),
        color: color(i),
        line: throws > 0 ? counts[i]! / throws : null,
      })),
    );
    setText(this.legend, t('Share of {throws} throws', { throws }));
    this.line.show(theme, room, throws);
    this.panels.show(theme);
    setText(this.notes, remarks(model).join(' '));
  }

  private get written(): number {
    const { probabilities, drawn } = this.model;
    if (this.pointed !== null && this.pointed < probabilities.length) return this.pointed;
    return drawn[this.throws - 1] ?? probabilities.indexOf(Math.max(...probabilities));
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.written);
  }

  protected said(): string {
    return inWords(this.model, this.throws);
  }
}
