import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { Cell } from '../../shared/concept/grid-pane';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { largest } from './attack';
import { LevelsChart } from './chart';
import { EXPLANATION } from './explanation';
import { MOST_EPSILON } from './fields';
import { LESSONS } from './lessons';
import type { AdversarialModel } from './model';
import type { Moment } from './moment';
import { ImagePane, imagePixels, Row } from './row';
import { Settings } from './settings';
import { answer, className, epsilonText, formulaLines, inWords, remarks } from './texts';

/** Steps of the animation in a second, by how much ε grows in each, and how many rest at its end. */
const RATE = 24;
const GROWTH = 0.002;
const REST = 36;
/** What one press of Step adds. */
const PRESSED = 0.01;
/** The animation goes so many times as far as the ε that flips the answer. */
const BEYOND = 1.5;

/** An image that a small change of each pixel turns into another class, beside random noise of the same size. */
export class AdversarialView extends ConceptView {
  declare model: AdversarialModel;
  private settings!: Settings;
  private clean!: ImagePane;
  private attackRow!: Row;
  private noiseRow!: Row;
  private chart!: LevelsChart;
  private legend!: Readonly<Record<'label' | 'rival' | 'noise', HTMLElement>>;
  private notes!: HTMLElement;
  /** ε while it moves. */
  private moving!: number;
  private rest!: number;
  private pointed!: Cell | null;

  protected title(): string {
    return t('Adversarial examples');
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

  protected build(): void {
    const { model } = this;
    this.pointed = null;
    this.rest = 0;
    this.settings = new Settings(model);
    this.moving = prefersStillness() ? this.end : 0;
    const handlers = {
      hover: (cell: Cell | null): void => this.point(cell),
      press: (cell: Cell): void => {
        this.pointed = cell;
        model.change({ pixel: cell });
      },
      move: (rows: number, columns: number, home: boolean): void => this.move(rows, columns, home),
    };
    this.clean = new ImagePane({ ...handlers, label: () => t('Image. The arrow keys select a pixel.') });
    const changed = (): string => t('What is added. The arrow keys select a pixel.');
    const result = (): string => t('Result. The arrow keys select a pixel.');
    this.attackRow = new Row([changed, result, () => t('Probabilities with the attack')], handlers);
    this.noiseRow = new Row([changed, result, () => t('Probabilities with random noise')], handlers);
    this.chart = new LevelsChart((epsilon) => model.change({ epsilon: [epsilon] }));
    const entry = (kind: string): HTMLElement => el('span', `dlw-adversarial-key-${kind}`);
    this.legend = { label: entry('label'), rival: entry('rival'), noise: entry('noise') };
    this.notes = this.part('notes', el('div', 'dlw-adversarial-notes'));
    this.lay();
    this.listenTo(model, 'change:drawing change:attack change:picture change:note', () => {
      this.drawing.request(true);
    });
  }

  private lay(): void {
    const { fields, sketch } = this.settings;
    this.stage.classList.add('dlw-adversarial');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries(fields).map(([name, field]) => this.part(name, field)),
      ),
      sketch.root,
      el(
        'div',
        'dlw-adversarial-images',
        {},
        this.part('input', el('div', 'dlw-adversarial-clean', {}, this.clean.pane.root)),
        el(
          'div',
          'dlw-adversarial-rows',
          {},
          this.part('attack', this.attackRow.root),
          this.part('noise', this.noiseRow.root),
        ),
      ),
      this.part(
        'chart',
        el(
          'div',
          '',
          {},
          el(
            'div',
            'dlw-adversarial-legend',
            {},
            el('strong', '', {}, () => t('Probabilities by ε')),
            ...Object.values(this.legend),
          ),
          this.chart.root,
        ),
      ),
      this.notes,
    );
  }

  /** Where the animation ends. */
  private get end(): number {
    const { flip } = this.model.attack;
    return Math.min(MOST_EPSILON, Math.max(0.04, BEYOND * (flip ?? MOST_EPSILON)));
  }

  private get moment(): Moment {
    return this.model.attack.at(this.model.now.epsilon[0] ?? this.moving);
  }

  private get pixel(): Cell {
    const { height, width } = this.model.attack;
    const [row, column] = this.pointed ?? this.model.pixel;
    return [Math.min(height - 1, row), Math.min(width - 1, column)];
  }

  private point(cell: Cell | null): void {
    this.pointed = cell;
    this.drawing.request(true);
  }

  private move(rows: number, columns: number, home: boolean): void {
    const { height, width } = this.model.attack;
    const [row, column] = this.pixel;
    const inside = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
    this.pointed = null;
    const to: Cell = home ? [0, 0] : [inside(row + rows, height), inside(column + columns, width)];
    this.model.change({ pixel: to });
  }

  protected override pinned(): boolean {
    return this.model.now.epsilon.length > 0;
  }

  protected stateChanged(): void {
    const [epsilon] = this.model.now.epsilon;
    this.rest = 0;
    if (epsilon === undefined) return;
    this.take();
    this.moving = epsilon;
    const { label, target } = this.model.attack;
    const found = largest(this.moment.shares);
    if (target === null ? found !== label : found === target) this.happened('flipped');
  }

  protected override rewind(): void {
    this.moving = this.model.now.epsilon[0] ?? (prefersStillness() ? this.end : 0);
    this.rest = 0;
  }

  protected advance(): boolean {
    const { playing } = this.player;
    const { end } = this;
    if (this.pinned()) {
      this.moving = this.model.now.epsilon[0]!;
      this.moveState({ epsilon: [] });
    }
    if (!playing) {
      const next = this.moving >= MOST_EPSILON ? 0 : this.moving + PRESSED;
      this.moving = Math.min(MOST_EPSILON, next);
    } else if (this.moving < end) {
      this.moving = Math.min(end, this.moving + GROWTH);
    } else if (this.rest < REST) {
      this.rest += 1;
    } else {
      this.rest = this.moving = 0;
    }
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { model, theme, moment, pixel } = this;
    const { attack } = model;
    const { epsilon } = moment;
    const said = epsilonText(epsilon, attack);
    this.settings.show(epsilon);
    const named = (what: string, shares: readonly number[]): readonly [string, string] => [
      t('{what}: {answer}', { what, answer: answer(attack, shares) }),
      '',
    ];
    const start = named(t('Image'), attack.adversarial[0]!);
    this.clean.show(theme, imagePixels(attack, attack.x), start, pixel);
    const factor = epsilon > 0 ? `×${Math.round(1 / epsilon)}` : '';
    this.attackRow.show(
      theme,
      attack,
      { after: moment.image, shares: moment.shares, epsilon },
      {
        added: [t('Change by the attack'), enlarged(factor)],
        result: named(t('Attack'), moment.shares),
      },
      pixel,
    );
    this.noiseRow.show(
      theme,
      attack,
      { after: moment.noisy, shares: moment.noisyShares, epsilon },
      {
        added: [t('Change by the noise'), enlarged(factor)],
        result: named(t('Random noise'), moment.noisyShares),
      },
      pixel,
    );
    const [label, rival] = [className(attack, attack.label), className(attack, attack.rival)];
    setText(this.legend.label, t('{name} with the attack', { name: label }));
    setText(this.legend.rival, t('{name} with the attack', { name: rival }));
    setText(this.legend.noise, t('{name} with random noise', { name: label }));
    this.chart.show(theme, attack, epsilon, said);
    setChildren(
      this.notes,
      remarks(model, moment).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.moment, this.pixel).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.moment);
  }
}

function enlarged(factor: string): string {
  return factor === '' ? '' : t('enlarged {factor}', { factor });
}
