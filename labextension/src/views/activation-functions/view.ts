import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { ConceptView } from '../../shared/concept/view';
import { el } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { short } from '../../shared/concept/numbers';
import { EXPLANATION } from './explanation';
import { LOGIT } from './fields';
import { formulaLines } from './formula';
import { type FunctionName, REACH } from './functions';
import { Legend } from './legend';
import { LESSONS } from './lessons';
import { type ActivationFunctionsModel, STACK_REACH } from './model';
import { type Line, Plane } from './plane';
import { Settings } from './settings';
import { SoftmaxPane } from './softmax-pane';
import { stackOutput } from './stack';
import { inWords, nameOf, pointInWords, remarks, styleOf } from './texts';

/** Steps of the way to and fro. */
const TURN = 300;
/** Where it begins: not at an edge, where curves are flat. */
const BEGIN = 100;
const BINS = 48;

/** Activation functions with their derivatives; softmax; a stack of layers with and without them. */
export class ActivationFunctionsView extends ConceptView {
  declare model: ActivationFunctionsModel;
  private settings!: Settings;
  private curve!: Plane;
  private slope!: Plane;
  private straight!: Plane;
  private bent!: Plane;
  private legend!: Legend;
  private softmax!: SoftmaxPane;
  private notes!: HTMLElement;
  private panes!: HTMLElement;
  private stackPane!: HTMLElement;
  /** What moves by itself goes to and fro; the state may put it elsewhere. */
  private turn!: number;
  private pointed!: number | null;

  protected title(): string {
    return t('Activation functions');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 40;
  }

  protected override chance(): boolean {
    return this.model.now.show === 'stack';
  }

  protected build(): void {
    const { model } = this;
    this.turn = BEGIN;
    this.pointed = null;
    this.settings = new Settings(model);
    const move = (x: number): void => {
      this.take();
      model.change({ x: [x] });
      this.happened('point');
    };
    this.curve = new Plane({
      label: () => t('Input x'),
      title: () => t('Function f(x)'),
      height: 250,
      move,
    });
    this.slope = new Plane({
      label: () => t('Input x'),
      title: () => t('Derivative f′(x): what going back multiplies a gradient by'),
      height: 150,
      move,
    });
    this.straight = new Plane({
      label: () => t('Input x'),
      title: () => t('Output of the network without an activation'),
      height: 260,
      move,
    });
    this.bent = new Plane({
      label: () => t('Input x'),
      title: () => t('Output of the same weights with {name}', { name: nameOf(model.focus) }),
      height: 260,
      move,
    });
    this.legend = new Legend(model, (focus) => this.select(focus));
    this.softmax = new SoftmaxPane(model, {
      change: (logits) => {
        this.take();
        model.change({ logits });
      },
      shifted: (logits) => {
        this.take();
        model.change({ logits });
        this.happened('shift');
      },
      hover: (index) => {
        this.pointed = index;
        this.drawing.request(true);
      },
    });
    this.notes = el('div', 'dlw-activation-notes');
    this.lay();
  }

  private lay(): void {
    const { fields } = this.settings;
    const { count, shift } = this.softmax.parts;
    this.part('show', fields.show);
    this.part('functions', fields.activation);
    this.part('negative_slope', fields.negative_slope);
    this.part('layers', fields.layers);
    this.part('units', fields.units);
    this.part('curve', this.curve.root);
    this.part('slope', this.slope.root);
    this.part('curve', this.straight.root);
    this.part('curve', this.bent.root);
    this.part('functions', this.legend.root);
    this.part('notes', this.notes);
    for (const [name, root] of Object.entries(this.softmax.parts)) this.part(name, root);
    this.stage.classList.add('dlw-activation');
    const side = (...content: HTMLElement[]): HTMLElement => el('div', 'dlw-activation-side', {}, ...content);
    this.panes = el(
      'div',
      'dlw-activation-panes',
      {},
      side(this.curve.root, this.slope.root),
      side(this.legend.root, this.notes),
    );
    this.stackPane = el('div', 'dlw-activation-panes', {}, this.straight.root, this.bent.root);
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...Object.values(fields), count, shift),
      this.panes,
      this.softmax.root,
      this.stackPane,
    );
  }

  private select(focus: FunctionName): void {
    this.take();
    const { functions } = this.model.now;
    const shown = functions.includes(focus);
    this.model.change({ focus, functions: shown ? functions : [...functions, focus] });
    this.drawing.request(true);
  }

  protected override pinned(): boolean {
    return this.model.now.x.length > 0;
  }

  protected stateChanged(): void {
    const { model } = this;
    if (model.now.show !== 'functions' || model.now.x.length === 0) return;
    const x = this.x;
    for (const { from, to, kind } of model.curve(model.focus).zones) {
      if (x >= from && x <= to) this.happened(kind);
    }
  }

  protected override rewind(): void {
    this.turn = BEGIN;
  }

  protected advance(): boolean {
    this.drawing.request(true);
    const { now } = this.model;
    // What the state holds is let go where the user lets it play on.
    if (now.x.length > 0) {
      const reach = now.show === 'stack' ? STACK_REACH : REACH;
      this.turn = ((now.x[0]! / reach + 1) / 2) * (TURN / 2);
      this.moveState({ x: [] });
    }
    this.turn = (this.turn + 1) % TURN;
    return true;
  }

  /** From −1 to 1 and back. */
  private get wave(): number {
    return 1 - Math.abs((4 * this.turn) / TURN - 2);
  }

  private get x(): number {
    const reach = this.model.now.show === 'stack' ? STACK_REACH : REACH;
    const at = this.model.now.x[0] ?? this.wave * reach * 0.9;
    return Math.min(reach, Math.max(-reach, at));
  }

  /** The logits that are shown: while it plays, the first one moves. */
  private get logits(): readonly number[] {
    const { logits } = this.model.now;
    if (!this.player.playing) return logits;
    const first = logits[0]! + 2 * Math.sin((2 * Math.PI * (this.turn - BEGIN)) / TURN);
    return [Math.min(LOGIT, Math.max(-LOGIT, first)), ...logits.slice(1)];
  }

  protected paint(): void {
    const { model, theme } = this;
    const { show } = model.now;
    // Asked before anything changes, or the browser would lay out the page twice.
    const rooms = [this.curve, this.straight, this.bent].map(({ root }) => root.clientWidth);
    this.settings.show();
    this.panes.hidden = show !== 'functions';
    const { count, shift } = this.softmax.parts;
    this.softmax.root.hidden = count.hidden = shift.hidden = show !== 'softmax';
    this.stackPane.hidden = show !== 'stack';
    if (show === 'functions') this.paintFunctions(rooms[0]!);
    else if (show === 'softmax') this.softmax.show(theme, this.logits);
    else this.paintStack(rooms[1]!, rooms[2]!);
  }

  private paintFunctions(room: number): void {
    const { model, theme, x } = this;
    const { focus, shownCurves } = model;
    const curves = shownCurves.some(({ name }) => name === focus)
      ? shownCurves
      : [...shownCurves, model.curve(focus)];
    const first = model.curve(focus);
    const lines = (of: 'values' | 'slopes'): Line[] =>
      curves.map((curve) => ({
        values: curve[of],
        ...styleOf(curve.name, theme),
        strong: curve.name === focus,
        at: of === 'values' ? curve.value(x) : curve.slope(x),
      }));
    const common = {
      x: [-REACH, REACH] as const,
      zones: first.zones,
      point: x,
      said: pointInWords(first, x),
    };
    const values = rangeOf(curves.map((curve) => curve.values));
    const slopes = rangeOf(curves.map((curve) => curve.slopes));
    this.curve.show(theme, room, {
      ...common,
      y: [Math.max(-2.4, Math.min(-0.4, values[0] - 0.2)), Math.min(4.4, Math.max(1.3, values[1] + 0.2))],
      lines: lines('values'),
      tangent: first.slope(x),
      bins: this.bins(),
    });
    this.slope.show(theme, room, {
      ...common,
      y: [Math.max(-1.5, Math.min(-0.12, slopes[0] - 0.12)), Math.min(2.4, Math.max(1.15, slopes[1] + 0.12))],
      lines: lines('slopes'),
      tangent: null,
      bins: null,
    });
    this.legend.show(theme, x);
    const texts = remarks(model).map((text) => el('p', '', {}, ...inlineCode(text)));
    const said = texts.map((node) => node.textContent).join('\n');
    // They only follow the settings, not the point.
    if (this.notes.dataset.said !== said) {
      this.notes.dataset.said = said;
      this.notes.replaceChildren(...texts);
    }
  }

  private bins(): number[] | null {
    const { sample } = this.model;
    if (!sample) return null;
    const found = new Array<number>(BINS).fill(0);
    for (const value of sample) {
      const bin = Math.floor(((value + REACH) / (2 * REACH)) * BINS);
      if (bin >= 0 && bin < BINS) found[bin]! += 1 / sample.length;
    }
    return found;
  }

  private paintStack(left: number, right: number): void {
    const { model, theme, x } = this;
    const { bent, slope, offset, weights } = model.stack;
    const { value } = model.curve(model.focus);
    const panes: [Plane, ArrayLike<number>, number, { color: string; dash: readonly number[] }][] = [
      [
        this.straight,
        [-STACK_REACH, STACK_REACH].map((at) => slope * at + offset),
        slope * x + offset,
        styleOf('linear', theme),
      ],
      [this.bent, bent, stackOutput(weights, x, value), styleOf(model.focus, theme)],
    ];
    for (const [plane, values, at, style] of panes) {
      const [low, high] = rangeOf([Array.from(values)]);
      const margin = (high - low) * 0.08 || 1;
      plane.show(theme, plane === this.straight ? left : right, {
        x: [-STACK_REACH, STACK_REACH],
        y: [low - margin, high + margin],
        lines: [{ values, ...style, strong: true, at }],
        zones: [],
        point: x,
        tangent: null,
        bins: null,
        said: t('x = {x}: output {y}', { x: short(x), y: short(at) }),
      });
    }
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.x, this.logits, this.pointed);
  }

  protected said(): string {
    return inWords(this.model, this.x, this.logits);
  }
}

function rangeOf(all: readonly Iterable<number>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of all) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}
