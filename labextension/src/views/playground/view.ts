import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setText } from '../../shared/dom';
import { Beside } from './beside';
import { type Axes, Coordinates, separation } from './coordinates';
import { Diagram, type Unit } from './diagram';
import { Drawing } from './drawing';
import { EXPLANATION } from './explanation';
import { REACH } from '../../shared/concept/points';
import { formulaLines } from './formula';
import { handFormula, handInWords } from './hand-texts';
import { KerasBox } from './keras';
import { LESSONS } from './lessons';
import { LossChart } from './loss-chart';
import { OutputMap, type Spot } from './map';
import type { PlaygroundModel } from './model';
import { Pictures } from './pictures';
import { Search } from './search';
import { Settings } from './settings';
import { inWords, remarks } from './texts';
import { Training } from './training';
import { UnitCard } from './unit-card';

/** Where nothing moves by itself, so much has been learned. */
const STILL_EPOCHS = 30;
/** The place that is written out at first. */
const FIRST_PLACE: Spot = [0.8, 0.6];
const LARGEST_MAP = 380;
/** Then it pauses; nobody has looked for more than a minute. */
const MOST_EPOCHS = 2000;
const ARROWS: Readonly<Record<string, Spot>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** A network that learns to tell two classes of points apart, or axes that do. */
export class PlaygroundView extends ConceptView {
  declare model: PlaygroundModel;
  private settings!: Settings;
  private diagram!: Diagram;
  private map!: OutputMap;
  private chart!: LossChart;
  private card!: UnitCard;
  private beside!: Beside;
  private pen!: Drawing;
  private keras!: KerasBox;
  private coordinates!: Coordinates;
  private notes!: HTMLElement;
  private network!: HTMLElement;
  private left!: HTMLElement;
  private right!: HTMLElement;
  private pictures!: Pictures;
  private training!: Training;
  /** What the weights, and the points, were made for. */
  private made!: { weights: string; points: string };
  private pointed!: Spot | null;
  private pointedUnit!: Unit | null;
  /** The weight that was selected, by its place among those of its unit. */
  private marked!: number | null;
  private search!: Search | null;
  private reported!: number;
  private mode!: PlaygroundModel['now']['mode'];

  protected title(): string {
    return t('Neural network playground');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 25;
  }

  protected build(): void {
    const { model } = this;
    this.pointed = this.pointedUnit = this.marked = this.search = null;
    this.pictures = new Pictures();
    this.training = new Training();
    this.made = { weights: '', points: '' };
    this.follow();
    this.settings = new Settings(model);
    this.pen = new Drawing(model);
    this.chart = new LossChart();
    this.beside = new Beside(model);
    this.diagram = new Diagram({
      label: () => t('Network. The arrow keys select a unit, Enter edits its weights.'),
      select: (unit, from, edit) => this.select(unit, from, edit),
      hover: (unit) => {
        this.pointedUnit = unit;
        this.drawing.request(true);
      },
    });
    this.map = new OutputMap({
      label: () =>
        this.pen.active
          ? t('Map of the answers. The arrow keys move the cross, Space puts a point, Delete takes it away.')
          : t('Map of the answers. The arrow keys move the cross, whose numbers are in the formula.'),
      press: (at, begins) => this.press(at, begins),
      hover: (at) => {
        this.pointed = at;
        if (at) this.happened('point');
        this.drawing.request(true);
      },
      key: (event) => this.onKey(event),
    });
    this.card = new UnitCard(model, (unit, weights) => this.setWeights(unit, weights));
    this.keras = new KerasBox(model, () => {
      this.take();
      return this.training.network.flat();
    });
    this.coordinates = new Coordinates({ changed: (values) => this.setAxes(values) });
    this.notes = el('div', 'dlw-play-notes');
    this.arrange();
    this.mode = model.now.mode;
    this.reported = -1;
    this.listenTo(model, 'change:trained', () => this.onTrained());
    this.onTrained();
    if (prefersStillness()) for (let i = 0; i < STILL_EPOCHS; i += 1) this.training.advance(model.now);
  }

  protected override pinned(): boolean {
    return this.model.now.mode === 'coordinates';
  }

  private arrange(): void {
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    const row = (className: string, ...names: string[]): HTMLElement =>
      el('div', `dlw-concept-settings ${className}`, {}, ...names.map((name) => fields[name]!));
    this.left = el(
      'div',
      'dlw-play-side',
      {},
      fields.features!,
      fields.layers!,
      this.part('network', this.diagram.root),
      this.part('unit_card', this.card.root),
      this.part('keras', this.keras.root),
    );
    this.right = el(
      'div',
      'dlw-play-side',
      {},
      this.part('map', this.map.root),
      this.part('loss', this.chart.root),
    );
    this.network = el('div', 'dlw-play-panes', {}, this.left, this.right);
    this.stage.classList.add('dlw-play');
    this.stage.append(
      row('', 'mode', 'data', 'noise', 'samples', 'test'),
      this.part('drawing', this.pen.root),
      row('', 'activation', 'optimizer', 'learning_rate', 'batch_size', 'regularization', 'strength'),
      this.network,
      this.part('coordinates', this.coordinates.root),
      this.part('notes', this.notes),
      this.part('beside', this.beside.root),
    );
  }

  // -- what follows from the state -----------------------------------------------------------------

  /** Begins anew where the state has other weights, and learns from other points where it has those. */
  private follow(): boolean {
    const { model, training } = this;
    const { activation, seed } = model.now;
    const points = `${model.pointsKey} ${model.features.join()} ${model.own?.length}`;
    const weights = `${model.sizes.join()} ${model.features.join()} ${activation} ${seed} ${model.now.data} ${model.now.weights.join()}`;
    if (points !== this.made.points) {
      training.use(model.pointsNow, model.features);
      this.search = null;
    }
    const anew = weights !== this.made.weights;
    this.made = { weights, points };
    if (anew) {
      training.restart(model.sizes, activation, model.start);
      this.marked = this.pointedUnit = null;
    }
    return anew;
  }

  protected stateChanged(): void {
    this.follow();
    const { mode } = this.model.now;
    if (mode === 'coordinates') {
      // The hand comes first; what was found by trying stays until it does.
      if (this.mode !== mode) this.take();
      this.checkSeparated();
    }
    this.mode = mode;
  }

  protected override rewind(): void {
    this.search = null;
    this.training.restart(this.model.sizes, this.model.now.activation, this.model.start);
  }

  protected advance(): boolean {
    const { model } = this;
    this.drawing.request(true);
    if (model.now.mode === 'coordinates') {
      this.search ??= new Search(model.pointsNow, this.stateAxes, model.now.seed);
      if (this.search.advance()) return true;
      // What was found stays, as if the hand had set it.
      const { angle, shift } = this.search.axes;
      this.search = null;
      this.moveState({ angle, shift });
      return false;
    }
    if (model.trainsElsewhere) return false;
    this.training.advance(model.now);
    return this.training.epoch % MOST_EPOCHS !== 0;
  }

  // -- the network by hand -------------------------------------------------------------------------

  private get at(): Spot {
    const [x, y] = this.model.now.at;
    return x === undefined || y === undefined ? FIRST_PLACE : [x, y];
  }

  private select(unit: Unit, from: number | null, edit: boolean): void {
    if (unit[0] === 0) return;
    this.model.change({ unit });
    this.marked = from;
    this.drawing.request(true);
    if (!edit) return;
    // The numbers of another unit are there once it is drawn.
    this.card.show(this.training.network, unit, from);
    this.card.edit(from ?? 0);
  }

  /** Sets the weights of one unit; all others stay as training has left them. */
  private setWeights([layer, index]: Unit, weights: readonly number[]): void {
    this.take();
    const { network } = this.training;
    const { kernel, bias, inputs, units } = network.layers[layer - 1]!;
    for (let k = 0; k < inputs; k += 1) kernel[k * units + index] = weights[k]!;
    bias[index] = weights[inputs]!;
    const { marked } = this;
    this.model.change({ weights: network.flat().map((weight) => Math.min(100, Math.max(-100, weight))) });
    this.marked = marked;
  }

  private press(at: Spot, begins: boolean): void {
    if (this.pen.active) this.pen.press(at, begins);
    this.model.change({ at });
    this.pointed = null;
    this.happened('point');
    this.drawing.request(true);
  }

  private onKey(event: KeyboardEvent): boolean {
    const by = ARROWS[event.key];
    if (!by) return this.pen.active && this.pen.key(event, this.at);
    const far = event.shiftKey ? 0.5 : 0.1;
    const inside = (value: number): number => Math.min(REACH, Math.max(-REACH, value));
    this.pointed = null;
    this.model.change({ at: [inside(this.at[0] + far * by[0]), inside(this.at[1] + far * by[1])] });
    this.happened('point');
    return true;
  }

  /** Tells the kernel the weights that are shown, once they rest, for `model()` and `fit()`. */
  private report(): void {
    const { training, model, player } = this;
    if (!model.comm_live || player.playing || training.version === this.reported) return;
    this.reported = training.version;
    const weights = training.network.flat();
    if (training.epoch > 0 && weights.every(Number.isFinite)) model.tell({ type: 'weights', weights });
  }

  /** Keras has trained on: its weights are shown. */
  private onTrained(): void {
    const { model } = this;
    this.drawing.request(true);
    // The state may have changed with it.
    this.follow();
    const { trainedHere } = model;
    if (!trainedHere) return;
    if (model.trainsElsewhere) this.take();
    this.training.take(trainedHere.weights, trainedHere.epoch);
  }

  // -- axes by hand --------------------------------------------------------------------------------

  private get stateAxes(): Axes {
    const { angle, shift, polar } = this.model.now;
    return { angle, shift: [shift[0]!, shift[1]!], polar };
  }

  private get axes(): Axes {
    return this.search?.axes ?? this.stateAxes;
  }

  private setAxes(values: Partial<Axes>): void {
    const axes = { ...this.axes, ...values };
    this.take();
    this.search = null;
    this.model.change({ angle: axes.angle, shift: axes.shift, polar: axes.polar });
    this.drawing.request(true);
  }

  private checkSeparated(): void {
    if (separation(this.model.pointsNow, this.axes).share === 1) this.happened('separated');
  }

  // -- drawing -------------------------------------------------------------------------------------

  protected paint(): void {
    const { model, theme, training, pictures } = this;
    const hand = model.now.mode === 'coordinates';
    // Asked before anything changes, or the browser would lay out the page twice.
    const [all, left, right] = [this.stage.clientWidth, this.left.clientWidth, this.right.clientWidth];
    this.settings.show();
    this.pen.show();
    this.network.hidden = hand;
    this.coordinates.root.hidden = !hand;
    this.notes.hidden = hand;
    if (hand) {
      this.coordinates.show(theme, all, model.pointsNow, this.axes);
    } else {
      pictures.update(training, model.features, theme.dark);
      const size = Math.round(Math.max(220, Math.min(LARGEST_MAP, right || LARGEST_MAP)));
      this.diagram.show(
        theme,
        left || 480,
        training.network,
        model.features,
        pictures,
        model.unit,
        this.marked,
      );
      this.map.show(theme, size, this.mapNow(), this.pointed ?? this.at);
      this.chart.show(theme, size, training);
      this.card.show(training.network, model.unit, this.marked);
      this.keras.show(training.taken);
      this.showRemarks();
      this.report();
    }
    this.beside.show(theme, model.pointsNow);
  }

  /** The answers of the whole network, or of the unit that is pointed at. */
  private mapNow(): Parameters<OutputMap['show']>[2] {
    const { pictures, pointedUnit, model } = this;
    const last = model.sizes.length - 1;
    const [layer, index] = pointedUnit ?? [last, 0];
    const picture = pictures.pictures[layer]?.[index];
    return {
      picture: picture?.canvas ?? null,
      boundary: layer === last || !picture ? pictures.logits : null,
      points: model.pointsNow,
    };
  }

  private showRemarks(): void {
    const texts = remarks(this.model, this.training);
    while (this.notes.childElementCount > texts.length) this.notes.lastElementChild!.remove();
    texts.forEach((text, i) => {
      if (!this.notes.children[i]) this.notes.append(el('p'));
      setText(this.notes.children[i]!, text);
    });
  }

  protected formula(): HTMLElement[] {
    const at = this.pointed ?? this.at;
    if (this.model.now.mode === 'coordinates') return handFormula(this.axes, at);
    return formulaLines(
      this.model,
      this.training,
      this.pointedUnit?.[0] ? this.pointedUnit : this.model.unit,
      at,
    );
  }

  protected said(): string {
    return this.model.now.mode === 'coordinates'
      ? handInWords(this.model, this.axes)
      : inWords(this.model, this.training);
  }
}
