import { t } from '../../core/i18n';
import { DrawnView } from '../../core/view';
import { el, setChildren, setText } from '../dom';
import { About, type Explanation } from './about';
import { Afterwards } from './afterwards';
import { Controls, tool } from './controls';
import { Lesson, lessonStep, type LessonStep } from './lesson';
import { codeOf, linkTo } from './link';
import type { ConceptModel } from './model';
import { Player, prefersStillness } from './player';

/** What is seen is told in words once nothing has changed for so long, in ms. */
const WORDS_MS = 500;

/**
 * The frame of a concept widget: title, controls of what moves by itself, lesson, formula and the same in words.
 *
 * A subclass builds its parts into `stage`, paints them from `model.now`, and never keeps a state of its own beside
 * what moves.
 */
export abstract class ConceptView extends DrawnView {
  declare model: ConceptModel;
  /** Where the subclass puts its parts. */
  protected stage!: HTMLElement;
  /** What moves by itself. */
  protected player!: Player;
  /** The formula, below `stage` unless the subclass puts it elsewhere. */
  protected formulaLine!: HTMLElement;
  private controls!: Controls;
  private heading!: HTMLElement;
  private dice!: HTMLElement | null;
  private notice!: HTMLElement;
  private copied!: HTMLElement;
  private words!: HTMLElement;
  private lessonPlace!: HTMLElement;
  private lesson!: Lesson | null;
  private about!: About;
  private partsOf!: Map<string, HTMLElement[]>;
  private done!: Set<string>;
  private first!: string;
  private known!: ReadonlyMap<string, string>;
  private timer!: number;
  private afterwards!: Afterwards;
  /** Whether the user has taken over what moved by itself. */
  private taken!: boolean;
  /** Whether what moves changes the state. */
  private byItself!: boolean;

  override render(): void {
    super.render();
    this.partsOf = new Map();
    this.done = new Set();
    this.first = this.model.text('state');
    this.known = this.texts();
    this.timer = 0;
    this.afterwards = new Afterwards(() => this.afterFrame());
    this.taken = this.byItself = false;
    this.lesson = null;
    this.dice = null;
    this.el.classList.add('dlw-concept');
    this.el.dataset.concept = this.model.concept();
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.player = new Player({
      advance: () => this.advance(),
      changed: () => this.onPlayer(),
      rate: this.rate(),
    });
    this.frame();
    this.build();
    this.showLesson();
    this.showParts();
    if (this.pinned()) this.take();
    this.listenTo(this.model, 'change:state', () => this.onState());
    this.listenTo(this.model, 'change:hide', () => this.showParts());
    this.listenTo(this.model, 'change:lesson', () => this.showLesson());
    this.drawOnResize();
    this.watchSight((seen) => {
      if (seen && !this.taken && !prefersStillness()) this.player.play(true);
      this.player.sight(seen);
    });
    this.stops.push(
      () => this.player.dispose(),
      () => this.afterwards.dispose(),
      () => window.clearTimeout(this.timer),
    );
  }

  // -- what a subclass says ----------------------------------------------------------------------

  /** The name of the concept. */
  protected abstract title(): string;
  /** Builds the parts into `stage`; once. */
  protected abstract build(): void;
  /** Paints the parts as the state says; in an animation frame. */
  protected abstract paint(): void;
  /** The formula with the numbers of this moment. */
  protected abstract formula(): (Node | string)[];
  /** What is seen, in one to three sentences. */
  protected abstract said(): string;
  /** The state has changed: here or in Python. */
  protected abstract stateChanged(): void;
  /** Moves on by one step; false at the end. */
  protected abstract advance(): boolean;
  /** The steps of the widget's own lesson, by name. */
  protected abstract lessons(): Readonly<Record<string, LessonStep>>;

  /** What the concept is, in a few sentences, and what to try. */
  protected abstract explanation(): Explanation;

  /** Steps in a second while it plays. */
  protected rate(): number {
    return 4;
  }

  /** Whether chance has a part in what is shown now. */
  protected chance(): boolean {
    return true;
  }

  /** Whether the state says where what moves is, so that playing on would lose it. */
  protected pinned(): boolean {
    return false;
  }

  /** Writes the parts that are read, not followed with the eyes: they may come a moment after the frame. */
  protected aside(): void {
    // For subclasses with tables and remarks.
  }

  /** What moves goes back to its beginning. */
  protected rewind(): void {
    // For subclasses in which something has a beginning.
  }

  // -- for subclasses ----------------------------------------------------------------------------

  /** Names an element as a part, which can be hidden, and which a lesson can highlight. */
  protected part<E extends HTMLElement>(name: string, element: E): E {
    element.dataset.part = name;
    this.partsOf.set(name, [...(this.partsOf.get(name) ?? []), element]);
    return element;
  }

  /** The user has done something that isn't a change of the state. */
  protected happened(name: string): void {
    this.done.add(name);
    this.tick();
  }

  /** The user takes over: what moves by itself stops. */
  protected take(): void {
    this.taken = true;
    this.player.play(false);
  }

  /** What moves changes the state: that isn't a deed of the user's, and stops nothing. */
  protected moveState(values: Parameters<ConceptModel['change']>[0]): void {
    this.byItself = true;
    this.model.change(values);
    this.byItself = false;
  }

  // -- the frame ---------------------------------------------------------------------------------

  private frame(): void {
    this.heading = el('div', 'dlw-concept-title', { role: 'heading', 'aria-level': 2 });
    this.controls = new Controls(this.player, {
      step: () => {
        this.taken = true;
        this.advance();
        this.drawing.request(true);
      },
      reset: () => this.reset(),
      pressed: (name) => {
        this.taken ||= name !== 'slow';
        this.happened(name);
      },
    });
    const copy = tool('link', () => t('Copy link'));
    copy.addEventListener('click', () => this.copy());
    const wordy = el(
      'button',
      'dlw-tool dlw-concept-wordy',
      { type: 'button', 'aria-pressed': 'false', title: () => t('Show in words what is seen') },
      () => t('In words'),
    );
    wordy.addEventListener('click', () => {
      const shown = this.words.classList.toggle('dlw-sr-only');
      wordy.ariaPressed = String(!shown);
    });
    this.copied = el('span', 'dlw-concept-copied', { role: 'status' });
    this.notice = el('p', 'dlw-concept-notice', { role: 'status', hidden: true });
    this.lessonPlace = el('div', 'dlw-concept-lesson-place');
    this.stage = el('div', 'dlw-concept-stage');
    this.formulaLine = el('div', 'dlw-concept-formula', { 'aria-hidden': 'true' });
    this.words = el('p', 'dlw-concept-words dlw-sr-only', { 'aria-live': 'polite' });
    this.about = new About(this.explanation(), (state) => this.show(state));
    this.about.root.open = this.model.flag('explained');
    this.part('about', this.about.root);
    this.part('title', this.heading);
    this.part('controls', this.controls.root);
    this.part('link', copy);
    this.part('words', wordy);
    this.part('formula', this.formulaLine);
    this.part('lesson', this.lessonPlace);
    this.el.append(
      el(
        'div',
        'dlw-concept-head',
        {},
        this.heading,
        this.controls.root,
        ...this.seed(),
        el('span', 'dlw-concept-gap'),
        this.copied,
        wordy,
        copy,
      ),
      this.notice,
      this.lessonPlace,
      this.stage,
      this.formulaLine,
      this.words,
      this.about.root,
    );
  }

  /** Where chance has a part: a button for other random numbers. */
  private seed(): HTMLElement[] {
    if (!('seed' in this.model.fields())) return [];
    const dice = tool('dice', () => t('Other random numbers'));
    dice.addEventListener('click', () => {
      this.model.change({ seed: Math.floor(Math.random() * 1000) });
    });
    this.dice = this.part('seed', dice);
    return [dice];
  }

  protected override draw(): void {
    const { model } = this;
    setText(this.heading, this.title());
    this.notice.hidden = model.problems.length === 0;
    const parts = model.problems.join(', ');
    setText(
      this.notice,
      this.notice.hidden
        ? ''
        : t('The link has values that can’t be used here: {parts}. They have their defaults.', { parts }),
    );
    if (this.dice) this.dice.hidden = !this.chance();
    this.paint();
    this.el.dataset.playing = String(this.player.playing);
    if (this.el.dataset.ready) this.afterwards.request();
    else this.afterwards.now();
  }

  /** What may follow the frame: it is what the eye reads once the hand rests. */
  private afterFrame(): void {
    this.aside();
    setChildren(this.formulaLine, this.formula());
    this.tell();
    this.el.dataset.state = this.model.text('state');
    this.el.dataset.ready = 'true';
  }

  protected override prompt(): boolean {
    return true;
  }

  protected override onLanguage(): void {
    this.controls.show();
    this.lesson?.show();
    this.about.write();
    super.onLanguage();
  }

  /** Tells in words what is seen, once it stays as it is. */
  private tell(): void {
    const said = this.said();
    this.model.said = said;
    if (this.words.textContent === said) return;
    window.clearTimeout(this.timer);
    if (this.words.textContent === '' || !this.words.classList.contains('dlw-sr-only')) {
      // Those who see the text see it at once; a screen reader isn't to be flooded while it plays.
      this.words.ariaLive = this.player.playing ? 'off' : 'polite';
      setText(this.words, said);
    } else if (!this.player.playing) {
      this.timer = window.setTimeout(() => setText(this.words, this.said()), WORDS_MS);
    }
  }

  private onPlayer(): void {
    this.controls.show();
    this.drawing.request(true);
  }

  private onState(): void {
    const { model } = this;
    if (this.byItself) {
      this.known = this.texts();
      this.drawing.request(true);
      return;
    }
    // Reset returns to what code or a link have set.
    if (model.text('state') !== model.shown) this.first = model.text('state');
    const before = this.known;
    this.known = this.texts();
    for (const [name, text] of this.known) if (before.get(name) !== text) this.done.add(name);
    this.stateChanged();
    this.tick();
    this.drawing.request(true);
  }

  private texts(): ReadonlyMap<string, string> {
    const { now: values } = this.model;
    return new Map(
      Object.entries(this.model.fields()).map(([name, field]) => [name, field.write(values[name])]),
    );
  }

  private reset(): void {
    this.model.show(this.first);
    this.rewind();
    if (this.pinned()) this.take();
    this.drawing.request(true);
  }

  /** Shows another state, which is to be looked at. */
  private show(state: string): void {
    this.model.show(state);
    this.rewind();
    this.el.scrollIntoView({ block: 'nearest', behavior: prefersStillness() ? 'auto' : 'smooth' });
    if (this.pinned()) this.take();
    else if (!prefersStillness()) this.player.play(true);
    this.happened('try');
  }

  private showParts(): void {
    const { hidden } = this.model;
    for (const [name, elements] of this.partsOf) {
      for (const element of elements) element.classList.toggle('dlw-concept-hidden', hidden.has(name));
    }
  }

  private showLesson(): void {
    const own = this.lessons();
    const steps = this.model.lesson.map((step) => lessonStep(step, own)).filter((step) => step !== null);
    this.done.clear();
    this.lesson = steps.length > 0 ? new Lesson(steps) : null;
    this.lessonPlace.replaceChildren(...(this.lesson ? [this.lesson.root] : []));
    this.highlight();
  }

  private tick(): void {
    if (this.lesson?.update({ state: this.known, done: this.done })) this.highlight();
  }

  private highlight(): void {
    const part = this.lesson?.part ?? '';
    for (const [name, elements] of this.partsOf) {
      for (const element of elements) element.classList.toggle('dlw-concept-marked', name === part);
    }
  }

  private copy(): void {
    const state = this.model.text('state');
    const link = linkTo(this.model.concept(), state, this.el);
    const text = link ?? codeOf(this.model.concept(), state);
    // Pages that come without encryption have no clipboard.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const show = (said: string): void => setText(this.copied, said);
    if (!clipboard) {
      show(text);
      return;
    }
    clipboard.writeText(text).then(
      () => {
        show(link ? t('Link copied') : t('Code copied'));
        window.setTimeout(() => show(''), 2500);
      },
      () => show(text), // it is there to be selected
    );
  }
}
