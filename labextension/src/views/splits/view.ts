import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { EXPLANATION } from './explanation';
import { SEEDS } from './fields';
import type { Measured } from './evaluate';
import { LESSONS } from './lessons';
import { Legend } from './legend';
import type { SplitsModel } from './model';
import { Settings } from './settings';
import { SplitPane } from './split-pane';
import { SwingPane } from './swing-pane';
import {
  formulaLines,
  gapText,
  inWords,
  protocolName,
  remarks,
  rowText,
  scoreText,
  spreadText,
  swingText,
  wayName,
} from './texts';

/** The scores of other seeds may take so much of a frame, in ms. */
const FILL_MS = 5;
/** Up to so many rows are shown one by one; more of them two at a time. */
const FEW_ROWS = 10;
/** Ticks that a row stays before the next one comes. */
const HOLD = 3;

/** Samples that are split into training and validation, with the scores that come of it. */
export class SplitsView extends ConceptView {
  declare model: SplitsModel;
  private settings!: Settings;
  private careless!: SplitPane;
  private right!: SplitPane;
  private swing!: SwingPane;
  private legend!: Legend;
  private gap!: HTMLElement;
  private notes!: HTMLElement;
  private panes!: HTMLElement;
  /** Rows that have been shown; while other seeds are shown, all of them are. */
  private until!: number;
  private ticks!: number;
  /** The seed that is shown for a moment; null for that of the state. */
  private passing!: number | null;
  private lastAt!: string;
  /** What was painted last; null before there was something. */
  private painted!: { careless: Measured | null; right: Measured; seed: number } | null;

  protected title(): string {
    return t('Splits');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  /** Things to try with the user's own samples, where those are shown. */
  protected explanation(): Explanation {
    const { model } = this;
    const tries = EXPLANATION.tries.map(({ text, state }) => ({
      text,
      get state(): string {
        return model.usesOwn ? `data=own;${state}` : state;
      },
    }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return 8;
  }

  protected build(): void {
    const { model } = this;
    this.ticks = 0;
    this.passing = this.painted = null;
    this.lastAt = model.now.at.join();
    this.until = this.pinned() || prefersStillness() ? this.rows() : 0;
    this.settings = new Settings(model);
    const go = (row: number): void => {
      this.take();
      this.settle();
      model.change({ at: [row + 1] });
      this.happened('row');
      this.drawing.request(true);
    };
    this.careless = new SplitPane({ go, label: () => t('Models of the careless way') });
    this.right = new SplitPane({
      go,
      label: () => (model.trapped ? t('Models of the right way') : t('Models')),
    });
    this.swing = new SwingPane((seed) => {
      this.take();
      this.settle();
      model.change({ seed });
      this.happened('pick');
      this.drawing.request(true);
    });
    this.legend = new Legend(model);
    this.gap = el('p', 'dlw-splits-gap');
    this.notes = el('div', 'dlw-splits-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('careless', this.careless.root);
    this.panes = el('div', 'dlw-splits-panes', {}, this.careless.root, this.right.root);
    this.stage.classList.add('dlw-splits');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...Object.values(fields)),
      this.part('splits', el('div', '', {}, this.panes, this.legend.root)),
      this.gap,
      this.part(
        'swing',
        el(
          'div',
          '',
          {},
          el('div', 'dlw-pane-caption', {}, () => t('Scores of 40 seeds. Press a dot to see its split.')),
          this.swing.root,
        ),
      ),
      this.part('notes', this.notes),
    );
  }

  protected override pinned(): boolean {
    const { at, seed } = this.model.now;
    return at.length > 0 || seed !== this.model.fields().seed.value;
  }

  protected stateChanged(): void {
    const at = this.model.now.at.join();
    if (at !== this.lastAt && at !== '') this.settle();
    this.lastAt = at;
    // What was shown wholly stays whole, however many rows there are now.
    if (this.until > 0 && !this.player.playing) this.until = this.rows();
  }

  protected override rewind(): void {
    this.passing = null;
    this.ticks = 0;
    this.until = this.pinned() || prefersStillness() ? this.rows() : 0;
  }

  /** All rows of the state's own seed. */
  private settle(): void {
    this.passing = null;
    this.until = this.rows();
  }

  private seedNow(): number {
    return this.passing ?? this.model.now.seed;
  }

  private rows(): number {
    return this.model.rows;
  }

  protected advance(): boolean {
    this.drawing.request(true);
    if (this.model.now.at.length > 0) {
      // What moves says which row is marked.
      this.moveState({ at: [] });
      this.lastAt = '';
    }
    const { playing } = this.player;
    // What takes several frames is waited for.
    if (playing && !this.model.isReady(this.seedNow())) return true;
    const rows = this.rows();
    if (this.until < rows) {
      this.ticks += 1;
      if (playing && rows <= FEW_ROWS && this.until > 0 && this.ticks % HOLD !== 0) return true;
      this.until += 1;
      return true;
    }
    if (!playing) {
      // A step leads from row to row, and from the last one to the first.
      this.until = 1;
      return true;
    }
    this.passing = this.passing === null ? 0 : this.passing + 1;
    if (this.passing < SEEDS) return true;
    this.passing = null;
    return false;
  }

  // -- what is painted --------------------------------------------------------------------------

  protected paint(): void {
    const { model, theme } = this;
    const { trapped, regression, baseline } = model;
    // Asked before anything changes, or the browser would lay out the page twice.
    const [whole, wide] = [this.panes.clientWidth, this.swing.root.clientWidth];
    const seed = this.seedNow();
    this.settings.show();
    if (!model.prepare(seed, FILL_MS)) {
      // The last picture stays until all of the next one is there.
      this.drawing.request(true);
      return;
    }
    const right = model.measured(false, seed);
    const careless = trapped ? model.measured(true, seed) : null;
    this.painted = { careless, right, seed };
    this.careless.root.classList.toggle('dlw-splits-absent', !trapped);
    this.panes.classList.toggle('dlw-splits-two', trapped);
    const room = trapped && whole >= 620 ? (whole - 28) / 2 : whole;
    if (careless) this.paintPane(this.careless, room, true, seed);
    this.paintPane(this.right, room, false, seed);
    this.legend.show(theme);
    this.gap.hidden = !careless;
    setText(this.gap, careless ? gapText(model, careless, right) : '');
    const full = model.fill(FILL_MS);
    this.swing.show(theme, wide, {
      rows: model.swings.map((one) => {
        const way = one.careless ? t('Careless') : t('Right');
        const name = trapped ? way : protocolName(one.protocol);
        const mine = trapped || one.protocol === model.now.protocol;
        return {
          label: swingText(model, name, one.scores),
          scores: one.scores,
          now: mine ? (one.careless ? careless! : right).mean : null,
          warn: one.careless,
        };
      }),
      regression,
      baseline,
      seed,
      said: t('Seed {seed}: score {score}', { seed, score: scoreText(model, right.mean) }),
      axis: regression ? t('mean absolute error (lower is better)') : t('accuracy'),
      write: (score) => (regression ? scoreText(model, score) : `${Math.round(score * 100)}%`),
    });
    setChildren(
      this.notes,
      remarks(model).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
    if (!full) this.drawing.request(true);
  }

  private paintPane(pane: SplitPane, room: number, careless: boolean, seed: number): void {
    const { model } = this;
    const measured = model.measured(careless, seed);
    const { trap, at } = model.now;
    const leaks = trap === 'scaling' || trap === 'selection';
    const row = at[0] === undefined || this.passing !== null ? Math.max(0, this.until - 1) : at[0] - 1;
    pane.show(this.theme, room, {
      samples: model.samples,
      measured,
      title: wayName(trap, careless),
      score: scoreText(model, measured.mean),
      note: spreadText(model, measured),
      until: this.until,
      row,
      scores: measured.scores.map((score) => scoreText(model, score)),
      statistics: leaks ? (careless ? 'all' : 'train') : 'none',
      said: rowText(model, measured, row),
    });
  }

  protected formula(): HTMLElement[] {
    const { model, painted } = this;
    if (!painted) return [];
    return formulaLines(model, painted.careless, painted.right).map((text) => el('div', '', {}, text));
  }

  protected said(): string {
    const { model, painted } = this;
    return painted ? inWords(model, painted.careless, painted.right, painted.seed) : '';
  }
}
