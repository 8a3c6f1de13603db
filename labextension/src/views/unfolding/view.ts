import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { short } from '../../shared/concept/numbers';
import { prefersStillness } from '../../shared/concept/player';
import type { Points } from '../../shared/concept/points';
import { ConceptView } from '../../shared/concept/view';
import { el, setAttributes, setText } from '../../shared/dom';
import { EXPLANATION, LESSONS } from './explanation';
import { DATA, type DataName, MOST_LAYERS, MOST_UNITS } from './fields';
import { Flow, initialWeights, score, type Spot, Trainer } from './flow';
import { Lattice } from './lattice';
import type { UnfoldingModel } from './model';
import { inputOf, PlanePane } from './pane';
import { Strip } from './strip';
import { dataName, formulaLines, inWords, percent } from './texts';

/** Epochs of training; then the plane is unfolded once, layer by layer. */
const EPOCHS = 150;
const BY = 0.05;
const LARGEST = 460;

/** A network that unfolds the plane until a line separates the classes. */
export class UnfoldingView extends ConceptView {
  declare model: UnfoldingModel;
  private points!: Points;
  private flow!: Flow;
  private trainer!: Trainer;
  /** The weights after each epoch. */
  private snapshots!: Float64Array[];
  private epoch!: number;
  /** Where between the layers; null for the end, where training is watched. */
  private moving!: number | null;
  private lattice!: Lattice;
  private seen!: { loss: number; accuracy: number };
  private madeFor!: string;
  private drawnFor!: string;
  private pointed!: Spot | null;
  private data!: Menu;
  private noise!: Slider;
  private layers!: Stepper;
  private units!: Stepper;
  private rate_!: Slider;
  private layer!: Slider;
  private history!: Slider;
  private pane!: PlanePane;
  private strip!: Strip;
  private caption!: HTMLElement;
  private result!: HTMLElement;
  private note!: HTMLElement;
  private side!: HTMLElement;

  protected title(): string {
    return t('Unfolding');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 20;
  }

  protected build(): void {
    const { model } = this;
    this.pointed = this.moving = null;
    this.lattice = new Lattice();
    this.madeFor = this.drawnFor = '';
    this.follow();
    this.learnAtOnce();
    const change = model.change.bind(model);
    this.data = new Menu(
      () => t('Points'),
      (name) => change({ data: name as DataName, at: [] }),
    );
    this.noise = new Slider(
      () => t('Noise'),
      0,
      0.3,
      0.01,
      (noise) => change({ noise }),
    );
    this.layers = new Stepper(
      () => t('Layers'),
      1,
      MOST_LAYERS,
      (layers) => change({ layers, layer: [] }),
    );
    this.units = new Stepper(
      () => t('Units of each layer'),
      1,
      MOST_UNITS,
      (units) => change({ units }),
    );
    this.rate_ = new Slider(
      () => t('Learning rate'),
      -3,
      -0.5,
      'any',
      (power) => change({ learning_rate: Number((10 ** power).toPrecision(2)) }),
    );
    this.layer = this.makeLayer();
    this.history = new Slider(
      () => t('Training'),
      0,
      EPOCHS,
      1,
      (epoch) => this.goBack(epoch),
    );
    this.pane = new PlanePane({
      label: () => t('The plane. Left and right change the layer, up and down select a point.'),
      select: (index) => model.change({ at: inputOf(this.points, index) }),
      hover: (index) => {
        this.pointed = index === null ? null : inputOf(this.points, index);
        this.drawing.request(true);
      },
      turn: (by) => this.turn(this.position + by),
      next: (by) => this.next(by),
    });
    this.strip = new Strip((layer) => this.turn(layer));
    this.arrange();
  }

  protected override pinned(): boolean {
    return this.model.now.layer.length > 0;
  }

  /** The slider's end depends on the number of layers, so it is a share. */
  private makeLayer(): Slider {
    return new Slider(
      () => t('Layer'),
      0,
      1,
      'any',
      (share) => this.turn(share * this.flow.layers),
    );
  }

  private arrange(): void {
    this.caption = el('div', 'dlw-unfold-caption');
    this.result = el('p', 'dlw-unfold-result');
    this.note = el('p', 'dlw-unfold-note');
    this.side = el(
      'div',
      'dlw-unfold-side',
      {},
      this.part('layer', this.layer.root),
      this.part('training', this.history.root),
      this.result,
      this.note,
      this.part('strip', this.strip.root),
    );
    this.stage.classList.add('dlw-unfold');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        this.part('data', this.data.root),
        this.part('noise', this.noise.root),
        this.part('layers', this.layers.root),
        this.part('units', this.units.root),
        this.part('learning_rate', this.rate_.root),
      ),
      el(
        'div',
        'dlw-unfold-panes',
        {},
        this.part('plane', el('div', 'dlw-unfold-main', {}, this.caption, this.pane.root)),
        this.side,
      ),
    );
  }

  // -- training ------------------------------------------------------------------------------------

  /** Begins anew where the state has other points or another network. */
  private follow(): void {
    const { model } = this;
    const { data, noise, layers, units, seed } = model.now;
    const key = JSON.stringify([data, noise, layers, units, seed, model.own?.length]);
    if (key === this.madeFor) return;
    this.madeFor = key;
    this.points = model.makePoints();
    this.restart();
  }

  private restart(): void {
    const { layers, units, seed } = this.model.now;
    this.flow = new Flow(layers, units, initialWeights(layers, units, seed));
    this.trainer = new Trainer(this.flow, this.points, seed);
    this.snapshots = [this.flow.weights.slice()];
    this.epoch = 0;
    this.drawnFor = '';
  }

  private learn(epochs: number): void {
    // After a look back, training goes on from where it was.
    this.goTo(this.snapshots.length - 1);
    for (let i = 0; i < epochs && this.snapshots.length <= EPOCHS; i += 1) {
      this.trainer.advance(this.model.now.learning_rate);
      this.snapshots.push(this.flow.weights.slice());
    }
    this.epoch = this.snapshots.length - 1;
  }

  /** Where nothing moves, or one layer is looked at, the network has learned already. */
  private learnAtOnce(): void {
    if (prefersStillness() || this.pinned()) this.learn(EPOCHS);
  }

  private goTo(epoch: number): void {
    this.epoch = Math.min(this.snapshots.length - 1, epoch);
    this.flow.weights.set(this.snapshots[this.epoch]!);
  }

  private goBack(epoch: number): void {
    this.hold();
    this.goTo(epoch);
    this.happened('training');
    this.drawing.request(true);
  }

  /** What moves by itself stops where it is. */
  private hold(): void {
    this.take();
    this.moving = null;
  }

  protected stateChanged(): void {
    const { madeFor, snapshots } = this;
    this.follow();
    // A network that had learned learns again, also where the user looks at one layer.
    if (this.madeFor === madeFor || snapshots.length <= EPOCHS) return;
    if (prefersStillness()) this.learn(EPOCHS);
    else this.player.play(true);
  }

  protected override rewind(): void {
    this.moving = null;
    this.restart();
    this.learnAtOnce();
  }

  protected advance(): boolean {
    this.drawing.request(true);
    if (this.snapshots.length <= EPOCHS) {
      this.learn(1);
      return this.snapshots.length <= EPOCHS || !this.pinned();
    }
    // Training is over: the plane is unfolded from the input to the last layer.
    if (this.moving === null) {
      this.goTo(EPOCHS);
      this.moving = 0;
    } else {
      this.moving += BY;
    }
    if (this.moving < this.flow.layers) return true;
    this.moving = null;
    return false;
  }

  // -- looking around ------------------------------------------------------------------------------

  /** From 0, the input, to the number of layers. */
  private get position(): number {
    const { layers } = this.flow;
    return Math.min(layers, this.moving ?? this.model.now.layer[0] ?? layers);
  }

  private turn(position: number): void {
    this.hold();
    this.model.change({ layer: [Math.min(this.flow.layers, Math.max(0, position))] });
    this.drawing.request(true);
  }

  private get at(): Spot {
    const [x, y] = this.model.now.at;
    return x === undefined || y === undefined ? inputOf(this.points, 0) : [x, y];
  }

  private next(by: number): void {
    const { points, at } = this;
    const count = points.y.length;
    const now = Array.from(points.x1).findIndex(
      (x, i) => Math.abs(x - at[0]) < 0.006 && Math.abs(points.x2[i]! - at[1]) < 0.006,
    );
    this.model.change({ at: inputOf(points, (now + by + count) % count) });
  }

  // -- drawing -------------------------------------------------------------------------------------

  protected paint(): void {
    const { model, theme, flow, points, lattice, position } = this;
    const { now } = model;
    const room = this.pane.root.parentElement!.clientWidth;
    const names = DATA.filter((name) => name !== 'own' || model.own !== null || now.data === 'own');
    this.data.show(
      names.map((name) => [name, dataName(name)]),
      now.data,
    );
    this.noise.root.hidden = now.data === 'own' && !model.missing;
    this.noise.show(now.noise, now.noise.toFixed(2));
    this.layers.show(now.layers);
    this.units.show(now.units);
    this.rate_.show(Math.log10(now.learning_rate), short(now.learning_rate));
    this.layer.show(position / flow.layers, `${position.toFixed(1)} / ${flow.layers}`);
    this.history.show(this.epoch, t('epoch {epoch}', { epoch: this.epoch }));
    const key = [this.madeFor, this.epoch, this.snapshots.length].join(' ');
    const shown = { flow, lattice, points, marked: this.pointed ?? this.at };
    if (key !== this.drawnFor) {
      lattice.update(flow);
      this.seen = score(flow, points);
    }
    this.drawnFor = key;
    const size = Math.round(Math.max(220, Math.min(LARGEST, room || LARGEST)));
    this.pane.show(theme, size, { ...shown, position });
    this.strip.show(theme, shown, position, key);
    setText(this.caption, this.captionNow(position));
    setAttributes(this.side, { 'data-epoch': this.epoch });
    setText(this.note, now.data === 'own' && !model.missing ? model.localized('points_note') : '');
    const { loss, accuracy } = this.seen;
    setText(
      this.result,
      model.missing
        ? t('Your own points aren’t in this page, so two spirals are shown.')
        : t('A line in the last layer separates {share} of the points. Loss: {loss}', {
            share: percent(accuracy),
            loss: Number.isFinite(loss) ? short(loss) : '∞',
          }),
    );
  }

  private captionNow(position: number): string {
    const { layers } = this.flow;
    if (position === 0) return t('The input plane');
    if (position === layers) return t('After the last layer');
    if (Number.isInteger(position)) return t('After layer {layer}', { layer: position });
    return t('Between layers {before} and {after}', {
      before: Math.floor(position),
      after: Math.floor(position) + 1,
    });
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.flow, this.pointed ?? this.at, this.position);
  }

  protected said(): string {
    return inWords(this.model, { epoch: this.epoch, ...this.seen, position: this.position });
  }
}
