import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu, Slider } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { balance } from './colors';
import { EXPLANATION } from './explanation';
import { type Color, COLORS, LONGEST_WORD, type Show, SHOWS, type Task, TASKS } from './fields';
import { LESSONS } from './lessons';
import type { EmbeddingsModel, Name } from './model';
import { NearList } from './near-list';
import { WordPlane } from './plane';
import { type Answer, formulaLines, headingOf, inWords, momentText, remarks, spaceText } from './texts';
import { WordField } from './word-field';

const NAMES = ['learned', 'glove'] as const;
const NEAREST = 7;
/** Steps between two moments while it plays. */
const BETWEEN = 12;
const GAP = 16;
const TWO_COLUMNS = 620;

interface Column {
  root: HTMLElement;
  title: HTMLElement;
  when: HTMLElement;
  plane: WordPlane;
  near: NearList;
}

/** Words that a model moves while it learns, and GloVe beside it. */
export class EmbeddingsView extends ConceptView {
  declare model: EmbeddingsModel;
  private menus!: Record<'task' | 'color' | 'show', Menu>;
  private fields!: Record<'word' | 'a' | 'b' | 'c', WordField>;
  private analogy!: HTMLElement;
  private time!: Slider;
  private columns!: Record<Name, Column>;
  private legend!: HTMLElement;
  private notes!: HTMLElement;
  /** The moment that is shown while it moves by itself. */
  private at!: number;

  protected title(): string {
    return t('Embeddings');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 18;
  }

  protected build(): void {
    const { model } = this;
    this.at = this.beginning;
    const change = model.change.bind(model);
    const word = (name: 'word' | 'a' | 'b' | 'c', label: () => string): WordField =>
      new WordField(label, LONGEST_WORD, (text) => change({ [name]: text }));
    this.fields = {
      word: word('word', () => t('Word')),
      a: word('a', () => t('Word')),
      b: word('b', () => t('is to')),
      c: word('c', () => t('as')),
    };
    this.menus = {
      task: new Menu(
        () => t('Find'),
        (task) => change({ task: task as Task }),
      ),
      color: new Menu(
        () => t('Color'),
        (color) => change({ color: color as Color }),
      ),
      show: new Menu(
        () => t('Show'),
        (show) => change({ show: show as Show }),
      ),
    };
    this.time = new Slider(
      () => t('Training'),
      0,
      1,
      'any',
      (share) => {
        this.take();
        change({ moment: [Math.round(share * this.last * 100) / 100] });
      },
    );
    this.columns = { learned: this.column('learned'), glove: this.column('glove') };
    this.legend = el('div', 'dlw-embeddings-legend');
    this.notes = el('div', 'dlw-embeddings-notes');
    this.arrange();
    this.listenTo(model, 'change:learned', () => this.onLearned());
  }

  private column(name: Name): Column {
    const choose = (word: string): void => {
      this.model.change(this.model.now.task === 'neighbors' ? { word } : { c: word });
      this.happened('point');
    };
    const plane = new WordPlane(
      () => t('Words in the plane. Arrow keys go to the next word.'),
      () => this.drawing.request(true),
      (index) => choose(this.model.spaces[name].words[index]!),
    );
    const title = el('strong', '');
    const when = el('span', 'dlw-embeddings-when');
    const near = new NearList(NEAREST, choose);
    const root = el(
      'div',
      'dlw-embeddings-column',
      {},
      el('div', 'dlw-embeddings-title', {}, title, when),
      plane.root,
      near.root,
    );
    return { root, title, when, plane, near };
  }

  private arrange(): void {
    const { menus, fields: words } = this;
    this.analogy = el('div', 'dlw-embeddings-analogy', {}, words.a.root, words.b.root, words.c.root);
    this.stage.classList.add('dlw-embeddings');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        this.part('task', menus.task.root),
        this.part('word', words.word.root),
        this.part('analogy', this.analogy),
        this.part('color', menus.color.root),
        this.part('show', menus.show.root),
        this.part('moment', this.time.root),
      ),
      this.part('legend', this.legend),
      el(
        'div',
        'dlw-embeddings-columns',
        {},
        this.part('learned', this.columns.learned.root),
        this.part('glove', this.columns.glove.root),
      ),
      this.part('notes', this.notes),
    );
  }

  private get last(): number {
    return this.model.spaces.learned.last;
  }

  /** Where it begins: what was learned, for those who want nothing to move. */
  private get beginning(): number {
    return prefersStillness() || this.model.flag('training') ? this.last : 0;
  }

  private get moment(): number {
    const [moment] = this.model.now.moment;
    return Math.min(this.last, moment ?? this.at);
  }

  /** A model of the user's goes on learning: its last moment is shown, unless another one was chosen. */
  private onLearned(): void {
    if (this.model.flag('training')) this.at = this.last;
    this.drawing.request(true);
  }

  protected stateChanged(): void {
    this.at = Math.min(this.at, this.last);
  }

  protected override pinned(): boolean {
    return this.model.now.moment.length > 0 || this.model.flag('training');
  }

  protected override rewind(): void {
    this.at = this.beginning;
  }

  protected advance(): boolean {
    const { model } = this;
    if (model.now.moment.length > 0) {
      this.at = this.moment;
      this.moveState({ moment: [] });
    }
    if (this.at >= this.last) {
      // Once more from the beginning, where the user asks for it.
      this.at = 0;
      this.drawing.request(true);
      return this.last > 0;
    }
    const next = this.player.playing ? this.at + 1 / BETWEEN : Math.floor(this.at + 1e-6) + 1;
    this.at = Math.min(this.last, next);
    this.drawing.request(true);
    return this.at < this.last;
  }

  private answers(): Answer[] {
    const { model } = this;
    const { now, asked: words } = model;
    return NAMES.filter((name) => now.show === 'both' || now.show === name).map((name) => {
      const space = model.spaces[name];
      const moment = name === 'learned' ? Math.round(this.moment) : space.last;
      const typed = now.task === 'neighbors' ? [words.word] : [words.a, words.b, words.c];
      const asked = typed.map((word) => space.find(word));
      const [a, b, c] = asked;
      const found = asked.includes(-1)
        ? []
        : now.task === 'neighbors'
          ? space.neighbors(moment, a!, NEAREST)
          : space.analogy(moment, [a!, b!, c!], NEAREST);
      return { name, space, moment, asked, found };
    });
  }

  protected paint(): void {
    const { model, theme } = this;
    const room = this.stage.clientWidth;
    const { show } = model.now;
    const answers = this.answers();
    const wide = show === 'both' && room >= TWO_COLUMNS;
    this.stage.classList.toggle('dlw-embeddings-two', wide);
    this.showSettings(answers);
    for (const name of NAMES) {
      const hidden = !answers.some((answer) => answer.name === name);
      if (this.columns[name].root.hidden !== hidden) this.columns[name].root.hidden = hidden;
    }
    for (const answer of answers) this.showColumn(answer, wide ? (room - GAP) / 2 : room);
    const felt = model.color === 'sentiment';
    setChildren(this.legend, [
      el('span', '', {}, felt ? t('in bad reviews') : t('opposite')),
      el('span', 'dlw-embeddings-ramp', {
        style: `background: linear-gradient(to right, ${balance(-1, theme)}, ${balance(0, theme)}, ${balance(1, theme)})`,
      }),
      el('span', '', {}, felt ? t('in good reviews') : t('the same direction')),
    ]);
    setChildren(
      this.notes,
      remarks(model, answers).map((text) => el('p', '', {}, text)),
    );
  }

  private showColumn(answer: Answer, room: number): void {
    const { model, theme } = this;
    const { name, space, asked, found, moment } = answer;
    const column = this.columns[name];
    const base = asked[asked.length - 1]!;
    const color = (index: number): string => {
      if (model.color === 'sentiment') {
        const positive = model.positive(space.words[index]!);
        return balance(positive === null ? 0 : (positive - 0.5) * 2.5, theme);
      }
      return balance(base < 0 ? 0 : space.cosine(moment, base, index), theme);
    };
    const present = asked.filter((index) => index >= 0);
    const best = found[0]?.index;
    const analogy = asked.length === 3 && !asked.includes(-1);
    const marked = analogy
      ? [...(best === undefined ? [] : [best]), ...present]
      : [...present, ...found.slice(0, NEAREST).map(({ index }) => index)];
    const colors = space.words.map((_, index) => color(index));
    setText(column.title, spaceText(model, name));
    setText(column.when, momentText(model, name, moment));
    column.plane.show(
      theme,
      room,
      {
        words: space.words,
        places: name === 'learned' ? space.places(this.moment) : space.places(space.last),
        box: space.box,
        colors,
        marked,
        arrows:
          analogy && best !== undefined
            ? [
                [asked[0]!, asked[1]!],
                [asked[2]!, best],
              ]
            : [],
        order: space.words.map((_, index) => index),
      },
      t('{space}: words in the plane. Arrow keys go to the next word.', { space: spaceText(model, name) }),
    );
    column.near.show(
      headingOf(model, answer),
      found.map(({ index, cosine }) => ({ word: space.words[index]!, cosine, color: colors[index]! })),
    );
  }

  private showSettings(answers: readonly Answer[]): void {
    const { model, menus, fields: words } = this;
    const { now, spaces, asked } = model;
    const neighbors = now.task === 'neighbors';
    menus.task.show(
      TASKS.map((one) => [one, one === 'neighbors' ? t('Nearest words') : t('Analogy')]),
      now.task,
    );
    menus.color.show(
      COLORS.filter((one) => one !== 'sentiment' || model.felt).map((one) => [
        one,
        one === 'sentiment' ? t('Sentiment') : t('Similarity'),
      ]),
      model.color,
    );
    menus.show.show(
      SHOWS.map((one) => [one, one === 'both' ? t('Side by side') : spaceText(model, one)]),
      now.show,
    );
    const offered = now.show === 'glove' ? spaces.glove.words : spaces.learned.words;
    const names = neighbors ? (['word'] as const) : (['a', 'b', 'c'] as const);
    names.forEach((name, i) =>
      words[name].show(
        asked[name],
        answers.some((answer) => answer.asked[i]! >= 0),
        offered,
      ),
    );
    words.word.root.hidden = !neighbors;
    this.analogy.hidden = neighbors;
    this.time.root.hidden = this.last === 0 || now.show === 'glove';
    const step = spaces.learned.steps[Math.round(this.moment)];
    this.time.show(
      this.last === 0 ? 0 : this.moment / this.last,
      step === undefined ? '' : t('step {step}', { step }),
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.answers()).map((text) => el('div', '', {}, text));
  }

  protected said(): string {
    return inWords(this.model, this.answers());
  }
}
