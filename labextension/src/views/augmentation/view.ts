import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { Picture } from '../../shared/concept/grid';
import { type Cell, GridPane } from '../../shared/concept/grid-pane';
import type { LessonStep } from '../../shared/concept/lesson';
import { frame } from '../../shared/concept/paint';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { type Die, DiceGrid } from './dice-grid';
import { EXPLANATION } from './explanation';
import { CELLS, LAST } from './fields';
import { LESSONS } from './lessons';
import { Matrices } from './matrices';
import type { AugmentationModel } from './model';
import { marginsOf, type Pixels, sampled, surroundings } from './sampling';
import { Settings } from './settings';
import { code, formulaLines, inWords, labelText, remarks, throwText } from './texts';
import { ThrowRow } from './throw-row';
import { affineOf, apply, borderOf, inverse, partly, type Throw } from './throws';

/** Steps of the animation in a second, until the image is where the throw puts it, and until the next throw. */
const RATE = 30;
const GLIDE = 18;
const TICKS = 45;
const MARK = '#e0007a';

/** Throws of the dice change an image; one of them is seen in detail. */
export class AugmentationView extends ConceptView {
  declare model: AugmentationModel;
  private settings!: Settings;
  private grid!: DiceGrid;
  private source!: GridPane;
  private result!: GridPane;
  private row!: ThrowRow;
  private matrices!: Matrices;
  private caption!: HTMLElement;
  private notes!: HTMLElement;
  private code!: HTMLElement;
  /** The last throw that was made: the one of the grid that is next to be replaced comes sixteen before. */
  private newest!: number;
  /** Steps of the animation since. */
  private ticks!: number;
  /** The cell that is pointed at; null for none. */
  private held!: number | null;
  /** The pixel of the result that is written out: row and column. */
  private pixel!: Cell;
  private around!: { of: Picture; key: string; made: Pixels } | null;
  private after!: { of: Picture; key: string; made: Pixels } | null;

  override remove(): this {
    this.settings.camera.end();
    return super.remove();
  }

  protected title(): string {
    return t('Augmentation');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    const { model } = this;
    const tries = EXPLANATION.tries.map(({ text, state }) => ({
      text,
      get state(): string {
        // The user's own image stays, unless another one is to be tried.
        const { image } = model.now;
        const own = image === 'own' || image === 'drawing' || image === 'webcam';
        return own && !state.startsWith('image=') ? `image=${image};${state}` : state;
      },
    }));
    return { ...EXPLANATION, tries };
  }

  protected override rate(): number {
    return RATE;
  }

  protected build(): void {
    const { model } = this;
    this.newest = model.place?.newest ?? CELLS - 1;
    this.ticks = prefersStillness() || this.pinned() ? GLIDE : 0;
    this.held = this.around = this.after = null;
    this.pixel = [Math.floor(model.image.height / 3), Math.floor(model.image.width / 3)];
    this.settings = new Settings(model);
    this.grid = new DiceGrid({
      label: () => t('Sixteen throws. The arrow keys select one.'),
      hover: (cell) => this.hold(cell),
      press: (cell) => this.select(cell),
    });
    this.source = new GridPane({
      label: () => t('The image and what the fill mode puts around it'),
      hover: (cell) => this.pointBack(cell),
      press: (cell) => this.pointBack(cell),
      move: () => undefined,
    });
    this.source.surface.tabIndex = -1;
    this.result = new GridPane({
      label: () => t('Result of the throw. The arrow keys move the pixel that is written out.'),
      hover: (cell) => cell && this.point(cell),
      press: (cell) => this.point(cell),
      move: (rows, columns, home) =>
        this.point(home ? [0, 0] : [this.pixel[0] + rows, this.pixel[1] + columns]),
    });
    this.row = new ThrowRow((thrown) => this.edit(thrown));
    this.matrices = new Matrices();
    this.caption = el('p', 'dlw-augment-caption');
    this.notes = el('div', 'dlw-augment-notes');
    this.code = el('pre', 'dlw-augment-code');
    this.arrange();
    this.listenTo(model, 'change:image', () => this.drawing.request(true));
  }

  private arrange(): void {
    const { fields, below } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    const pick = (...names: string[]): HTMLElement[] => names.map((name) => fields[name]!);
    this.stage.classList.add('dlw-augment');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings dlw-augment-top',
        {},
        ...pick('image', 'fill_mode'),
        el('div', 'dlw-augment-checks', {}, ...pick('horizontal_flip', 'vertical_flip')),
      ),
      below,
      el(
        'div',
        'dlw-augment-ranges',
        {},
        ...pick('rotation', 'width_shift', 'height_shift', 'shear', 'zoom'),
      ),
      this.part('throws', el('div', '', {}, this.grid.root, this.caption)),
      el(
        'div',
        'dlw-augment-detail',
        {},
        this.part('source', this.source.root),
        this.part('result', this.result.root),
        el('div', 'dlw-augment-side', {}, this.part('throw', this.row.root), this.part('notes', this.notes)),
      ),
      this.part('matrix', this.matrices.root),
      this.part('code', this.code),
    );
  }

  // -- what the hand does --------------------------------------------------------------------------

  /** The number of the throw in a cell of the grid. */
  private inCell(cell: number): number {
    return this.newest - ((((this.newest - cell) % CELLS) + CELLS) % CELLS);
  }

  /** The number of the throw that is seen in detail; null for one by hand. */
  private get selected(): number | null {
    if (this.held !== null) return this.inCell(this.held);
    return this.model.hand ? null : (this.model.place?.selected ?? this.newest);
  }

  private get thrown(): Throw {
    const { selected, model } = this;
    return selected === null ? model.hand! : model.numbers(selected);
  }

  private hold(cell: number | null): void {
    if (cell === this.held) return;
    this.held = cell;
    this.drawing.request(true);
  }

  private select(cell: number): void {
    this.take();
    this.model.change({ at: [this.inCell(cell), this.newest], throw: [] });
    // On a touch screen nothing is pointed at any more.
    if (this.held !== null) this.held = cell;
    this.happened('select');
    if (this.model.sign !== null && labelText(this.model, this.thrown)) this.happened('label');
    this.drawing.request(true);
  }

  private edit(thrown: Throw): void {
    const { angle, right, down, shear, zoomX, zoomY, flipX, flipY } = thrown;
    this.held = null;
    this.take();
    this.model.change({ throw: [angle, right, down, shear, zoomX, zoomY, flipX, flipY] });
    this.happened('edit');
  }

  private point([row, column]: Cell): void {
    const { height, width } = this.model.image;
    this.pixel = [
      Math.min(height - 1, Math.max(0, Math.round(row))),
      Math.min(width - 1, Math.max(0, Math.round(column))),
    ];
    this.happened('point');
    this.drawing.request(true);
  }

  /** The pixel of the result that takes its value from a cell of the source. */
  private pointBack(cell: Cell | null): void {
    if (!cell) return;
    const { image } = this.model;
    const [top, left] = marginsOf(image);
    const [x, y] = apply(inverse(affineOf(this.thrown, image)), [cell[1] - left, cell[0] - top]);
    const inside = x > -0.5 && y > -0.5 && x < image.width - 0.5 && y < image.height - 0.5;
    if (inside) this.point([y, x]);
  }

  protected override pinned(): boolean {
    return this.model.place !== null || this.model.hand !== null;
  }

  protected override rewind(): void {
    this.newest = this.model.place?.newest ?? CELLS - 1;
    this.ticks = GLIDE;
  }

  protected stateChanged(): void {
    const { place, image } = this.model;
    if (place) this.newest = place.newest;
    const [row, column] = this.pixel;
    this.pixel = [Math.min(row, image.height - 1), Math.min(column, image.width - 1)];
    // What the hand changes is to be seen as a whole.
    this.take();
    this.ticks = GLIDE;
  }

  protected advance(): boolean {
    if (this.held !== null) return true;
    if (this.pinned()) {
      this.moveState({ at: [], throw: [] });
      this.ticks = TICKS;
    }
    if (this.player.playing) this.ticks += 1;
    if (!this.player.playing || this.ticks > TICKS) {
      this.newest = this.newest >= LAST ? CELLS - 1 : this.newest + 1;
      this.ticks = this.player.playing ? 0 : GLIDE;
    }
    this.drawing.request(true);
    return true;
  }

  // -- what is seen --------------------------------------------------------------------------------

  private get throws(): Throw[] {
    return Array.from({ length: CELLS }, (_, cell) => this.model.numbers(this.inCell(cell)));
  }

  protected paint(): void {
    const { model, theme, thrown, selected, throws } = this;
    this.settings.show();
    this.grid.show(
      {
        image: model.image,
        mode: model.now.fill_mode,
        dice: throws.map((one): Die => ({ thrown: one, badge: this.badge(one) })),
        selected: selected === null ? null : selected % CELLS,
      },
      theme,
    );
    setText(
      this.caption,
      selected === null
        ? t('By hand: {numbers}', { numbers: throwText(thrown) })
        : t('Throw {n}: {numbers}', { n: selected + 1, numbers: throwText(thrown) }),
    );
    this.paintDetail(thrown);
    this.row.show(thrown);
    this.matrices.show(thrown, model.image);
    setText(this.code, code(model));
    setChildren(
      this.notes,
      remarks(model, thrown, throws).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
    this.notes.classList.toggle('dlw-augment-wrong', labelText(model, thrown) !== '');
  }

  private badge(thrown: Throw): string {
    const reads = this.model.reads(thrown);
    return reads === undefined || reads === this.model.sign ? '' : (reads ?? '?');
  }

  private paintDetail(thrown: Throw): void {
    const { model, theme, pixel } = this;
    const { image } = model;
    const mode = model.now.fill_mode;
    const share = this.held === null ? Math.min(1, this.ticks / GLIDE) : 1;
    const by = affineOf(share < 1 ? partly(thrown, share * share * (3 - 2 * share)) : thrown, image);
    const paper = theme.dark ? 30 : 235;
    const key = `${mode} ${paper}`;
    if (this.around?.of !== image || this.around.key !== key) {
      this.around = { of: image, key, made: surroundings(image, mode, paper) };
    }
    const afterKey = `${mode} ${by.join()}`;
    if (this.after?.of !== image || this.after.key !== afterKey) {
      this.after = { of: image, key: afterKey, made: sampled(image, by, mode) };
    }
    const [top, left] = marginsOf(image);
    const { made } = this.around;
    const size = { rows: image.height, columns: image.width };
    this.source.show(
      made,
      t('Image, {rows}×{columns} pixels', size),
      t(
        'Fainter: what the fill mode puts around it. The throw takes what is in the magenta frame; its dot becomes the upper left corner.',
      ),
      Math.max(made.width, made.height),
      (context, cell) => {
        const place = ([x, y]: readonly [number, number]): [number, number] => [
          (x + 0.5 + left) * cell,
          (y + 0.5 + top) * cell,
        ];
        context.lineWidth = 1;
        context.strokeStyle = theme.dark ? '#fff' : '#000';
        context.strokeRect(left * cell, top * cell, image.width * cell, image.height * cell);
        outline(context, borderOf(by, image).map(place));
        const [x, y] = place(apply(by, [pixel[1], pixel[0]]));
        const side = Math.max(5, cell);
        frame(context, theme, [x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2]);
      },
    );
    this.result.show(
      this.after.made,
      t('Result'),
      t('Inside of the dashed line are pixels of the image; the others are filled in.'),
      Math.max(image.width, image.height),
      (context, cell) => {
        const place = ([x, y]: readonly [number, number]): [number, number] => [
          (x + 0.5) * cell,
          (y + 0.5) * cell,
        ];
        dashed(context, borderOf(inverse(by), image).map(place));
        const side = Math.max(5, cell);
        const [x, y] = place([pixel[1], pixel[0]]);
        frame(context, theme, [x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2]);
      },
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.thrown, this.pixel).map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model, this.thrown, this.throws);
  }
}

function trace(context: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]): void {
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
}

/** A frame with a dot at its first corner. */
function outline(context: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]): void {
  trace(context, corners);
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = 'rgba(255, 255, 255, 0.75)';
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = context.fillStyle = MARK;
  context.stroke();
  context.beginPath();
  context.arc(...corners[0]!, 5, 0, 2 * Math.PI);
  context.fill();
}

/** A dashed line that is seen on black and on white. */
function dashed(context: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]): void {
  trace(context, corners);
  context.lineWidth = 1.5;
  context.strokeStyle = '#000';
  context.stroke();
  context.setLineDash([5, 5]);
  context.strokeStyle = '#fff';
  context.stroke();
  context.setLineDash([]);
}
