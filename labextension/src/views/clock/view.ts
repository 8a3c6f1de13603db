import { FrameScheduler } from '../../core/frame-scheduler';
import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu, Slider } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, nowMs, setAttributes, setChildren } from '../../shared/dom';
import { Card } from './card';
import { colorsOf, ErrorChart, HourChart, ownColor } from './charts';
import { Dial } from './dial';
import { EXPLANATION } from './explanation';
import { inputsOf, minutesOff } from './face';
import { type Answer, ANSWERS, MOST_UNITS, REPRESENTATIONS, SIZES } from './fields';
import { LESSONS } from './lessons';
import type { ClockModel } from './model';
import { type Class, type Each, each, STEPS, Study } from './study';
import {
  answerName,
  clockText,
  formulaLines,
  inWords,
  minutesText,
  numbersOf,
  readBy,
  remarks,
  representationName,
} from './texts';

/** So close to a full hour, the minute hand is at the jump. */
const JUMP = 2;
/** Without motion, learning takes so much of a frame, in ms. */
const BUDGET_MS = 12;

/** A clock to turn, and three networks that learn to read it. */
export class ClockView extends ConceptView {
  declare model: ClockModel;
  private study!: Study;
  private answerMenu!: Menu;
  private samples!: Slider;
  private units!: Slider;
  private dial!: Dial;
  private cards!: Each<Card>;
  private ownCard!: Card;
  private errors!: ErrorChart;
  private hour!: HourChart;
  private notes!: HTMLElement;
  private lastInputs!: { time: number; inputs: Each<ArrayLike<number>> } | null;
  private charts!: HTMLElement;
  /** Lets the networks learn without showing each step. */
  private silent!: FrameScheduler;
  /** Whether the user has pressed Pause. */
  private paused!: boolean;

  protected title(): string {
    return t('Clock');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 30;
  }

  protected build(): void {
    const { model } = this;
    const change = model.change.bind(model);
    this.study = this.begun();
    this.lastInputs = null;
    this.paused = false;
    this.silent = new FrameScheduler(() => this.learnUnseen(), { prompt: true });
    this.stops.push(() => this.silent.dispose());
    if (prefersStillness()) this.silent.request();
    this.answerMenu = new Menu(
      () => t('The networks answer with'),
      (name) => change({ answer: name as Answer }),
    );
    this.samples = new Slider(
      () => t('Clocks to learn from'),
      0,
      SIZES.length - 1,
      1,
      (index) => change({ samples: SIZES[index]! }),
    );
    this.units = new Slider(
      () => t('Hidden units'),
      1,
      MOST_UNITS,
      1,
      (units) => change({ units }),
    );
    this.dial = new Dial(
      () => t('Time. Drag a hand, or press the arrow keys.'),
      (time) => this.turn(time),
    );
    this.cards = each(
      (representation) => new Card(() => representationName(representation), representation === 'pixels'),
    );
    this.ownCard = new Card(() => t('Your model'));
    this.ownCard.root.classList.add('dlw-clock-own');
    this.errors = new ErrorChart((samples) => change({ samples }));
    this.hour = new HourChart();
    this.notes = el('div', 'dlw-clock-notes');
    this.arrange();
  }

  private arrange(): void {
    const titled = (name: string, title: () => string, chart: HTMLElement): HTMLElement =>
      this.part(name, el('div', 'dlw-clock-block', {}, el('strong', '', {}, title), chart));
    this.charts = el(
      'div',
      'dlw-clock-charts',
      {},
      titled('errors', () => t('Mean error on the test clocks, in minutes'), this.errors.root),
      titled('hour', () => t('Minutes that the networks read in this hour'), this.hour.root),
    );
    this.stage.classList.add('dlw-clock');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        this.part('samples', this.samples.root),
        this.part('answer', this.answerMenu.root),
        this.part('units', this.units.root),
      ),
      el(
        'div',
        'dlw-clock-row',
        {},
        this.part('clock', this.dial.root),
        el(
          'div',
          'dlw-clock-cards',
          {},
          ...REPRESENTATIONS.map((name) => this.part(name, this.cards[name].root)),
          this.ownCard.root,
        ),
      ),
      this.charts,
      this.part('notes', this.notes),
    );
  }

  private begun(): Study {
    const { answer, units, seed, samples } = this.model.now;
    return new Study({ answer, units, seed }, samples);
  }

  private turn(time: number): void {
    this.model.change({ time });
    this.happened('drag');
    const minute = time % 60;
    if (minute <= JUMP || minute >= 60 - JUMP) this.happened('wrap');
  }

  protected stateChanged(): void {
    const { answer, units, seed, samples } = this.model.now;
    const { setting } = this.study;
    if (answer === setting.answer && units === setting.units && seed === setting.seed) {
      this.study.prefer(samples);
      return;
    }
    this.study = this.begun();
    // What was learned is of no use anymore.
    this.learn();
  }

  protected override rewind(): void {
    this.study = this.begun();
    this.learn();
  }

  protected override happened(name: string): void {
    if (name === 'play') this.paused = !this.player.playing;
    super.happened(name);
  }

  /** Lets the networks learn again: without motion for those who want none, and not after Pause. */
  private learn(): void {
    if (prefersStillness()) this.silent.request();
    else if (!this.paused) this.player.play(true);
  }

  private learnUnseen(): void {
    const { study, player } = this;
    if (player.playing || study.finished) return;
    const end = nowMs() + BUDGET_MS;
    let more = true;
    while (more && nowMs() < end) {
      more = study.advance();
      // All of these networks have learned.
      if (study.learning.step >= STEPS) this.drawing.request(true);
    }
    if (more) this.silent.request();
    else this.happened('trained');
  }

  protected advance(): boolean {
    if (this.player.playing) this.paused = false;
    if (this.study.finished) this.study = this.begun();
    this.study.advance();
    this.drawing.request(true);
    if (!this.study.finished) return true;
    this.happened('trained');
    return false;
  }

  /** The networks that are shown: those of the number of samples that is set, as soon as they learn. */
  private get networks(): Class {
    return this.study.classes.get(this.model.now.samples) ?? this.study.learning;
  }

  private get inputs(): Each<ArrayLike<number>> {
    const { time } = this.model.now;
    if (this.lastInputs?.time !== time) {
      this.lastInputs = { time, inputs: each((representation) => inputsOf(time, representation)) };
    }
    return this.lastInputs.inputs;
  }

  protected paint(): void {
    const { model, theme, networks, study, inputs } = this;
    const { now, own } = model;
    const { time } = now;
    const rooms = [this.errors.root.clientWidth, this.hour.root.clientWidth] as const;
    const colors = colorsOf(theme);
    this.showFields();
    const answers = REPRESENTATIONS.map((representation) => {
      const found = readBy(networks, representation, inputs[representation]);
      this.cards[representation].show(theme, time, {
        color: colors[representation],
        numbers: numbersOf(representation, time),
        answer: t('reads {time}', { time: clockText(found) }),
        off: t('{minutes} off', { minutes: minutesText(minutesOff(found, time)) }),
        test: t('on the test clocks: {minutes} off', {
          minutes: minutesText(networks.errors[representation]),
        }),
      });
      return { time: found, color: colors[representation] };
    });
    this.ownCard.root.hidden = own === null;
    if (own) {
      const found = model.ownTime(own, time);
      this.ownCard.show(theme, time, {
        color: ownColor(theme),
        numbers: [t('gets {name}', { name: representationName(own.representation) }), answerName(own.answer)],
        answer: t('reads {time}', { time: clockText(found) }),
        off: t('{minutes} off', { minutes: minutesText(minutesOff(found, time)) }),
        test: t('on the test clocks: {minutes} off', { minutes: minutesText(own.error) }),
      });
      answers.push({ time: found, color: ownColor(theme) });
    }
    this.dial.show(theme, time, clockText(time), answers);
    this.errors.show(theme, rooms[0], study, now.samples, own?.error ?? null);
    this.hour.show(theme, rooms[1], study, networks, time);
  }

  protected override aside(): void {
    setAttributes(this.errors.root, { 'aria-label': this.said() });
    setChildren(
      this.notes,
      remarks(this.model, this.study).map((text) => el('p', '', {}, text)),
    );
  }

  private showFields(): void {
    const { now } = this.model;
    this.samples.show(
      SIZES.findIndex((size) => size === now.samples),
      String(now.samples),
    );
    this.answerMenu.show(
      ANSWERS.map((name) => [name, answerName(name)] as const),
      now.answer,
    );
    this.units.show(now.units, String(now.units));
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.networks, this.inputs.pixels);
  }

  protected said(): string {
    return inWords(this.model, this.networks, this.inputs);
  }
}
