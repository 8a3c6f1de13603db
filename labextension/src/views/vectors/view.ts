import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { type Cell, GridPane } from '../../shared/concept/grid-pane';
import type { Picture } from '../../shared/concept/grid';
import type { LessonStep } from '../../shared/concept/lesson';
import { short, vector } from '../../shared/concept/numbers';
import { frame as drawFrame, picturePixels, type Rgb } from '../../shared/concept/paint';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { putPixels } from '../../shared/draw-pixels';
import { inlineCode } from '../../shared/inline-markup';
import type { Frame } from '../../shared/concept/frame';
import { type Arrow, drawArrows, drawGrid, drawImageAt, drawMovedGrid, drawSquare } from './drawing';
import { EXPLANATION } from './explanation';
import { type Affine, apply, determinant, eased, isFlat, type Pair, partway, stagesOf } from './geometry';
import { LESSONS } from './lessons';
import type { VectorsModel } from './model';
import { type Handle, Plane } from './plane';
import { Settings } from './settings';
import { inWords, isPerpendicular, matrixLines, remarks, stageText, sumLines } from './texts';
import { placeOf, sourceOf, warp } from './warp';

/** Steps of the animation in a second, in each of its stages, and of rest at its end. */
const RATE = 30;
const STAGE = 32;
const REST = 36;
const OUTSIDE: { light: Rgb; dark: Rgb } = { light: [206, 214, 226], dark: [52, 60, 74] };
const NO_PADDING = [0, 0, 0, 0] as const;

/** A matrix moves the plane, a vector and an image; or two vectors are added. */
export class VectorsView extends ConceptView {
  declare model: VectorsModel;
  private settings!: Settings;
  private plane!: Plane;
  private before!: GridPane;
  private after!: GridPane;
  private notes!: HTMLElement;
  private stageLine!: HTMLElement;
  private sliders!: HTMLElement;
  private panes!: HTMLElement;
  /** How many steps of the animation are over. */
  private step!: number;
  /** The pixel of the moved image that is pointed at; null for none. */
  private pixel!: Cell | null;
  private stamp!: { of: Picture; dark: boolean; canvas: HTMLCanvasElement } | null;

  protected title(): string {
    return t('Vectors and matrices');
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
    this.pixel = this.stamp = null;
    this.step = prefersStillness() ? Infinity : 0;
    this.settings = new Settings(model);
    this.plane = new Plane({
      label: () => t('Plane. The arrow keys move the vector a, now {a}.', { a: vector(model.pair('a')) }),
      handles: () => this.handles(),
      drag: (handle, to) => this.drag(handle, to),
      move: ([x, y]) => this.moveTo('a', [model.pair('a')[0] + x, model.pair('a')[1] + y]),
      home: () => model.change({ a: model.fields().a.value }),
      dropped: () => this.drawing.request(true),
    });
    const pane = (label: () => string): GridPane =>
      new GridPane({
        label,
        hover: (cell) => this.point(cell),
        press: (cell) => this.point(cell),
        move: (rows, columns, home) => this.walk(rows, columns, home),
      });
    this.before = pane(() => t('Image before the matrix'));
    this.after = pane(() => t('Image after the matrix. The arrow keys select a pixel.'));
    this.before.surface.tabIndex = -1;
    this.notes = el('div', 'dlw-linear-notes');
    this.stageLine = el('p', 'dlw-linear-stage');
    this.plane.root.append(this.stageLine);
    const { fields, equation } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('equation', equation);
    this.part('plane', this.plane.root);
    this.part('notes', this.notes);
    this.sliders = el(
      'div',
      'dlw-linear-sliders',
      {},
      ...['rotate', 'shear', 'scale_x', 'scale_y'].map((name) => fields[name]!),
    );
    this.panes = this.part('pixels', el('div', 'dlw-linear-panes', {}, this.before.root, this.after.root));
    this.stage.classList.add('dlw-linear');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...['show', 'preset', 'image'].map((name) => fields[name]!)),
      el(
        'div',
        'dlw-linear-columns',
        {},
        this.plane.root,
        el('div', 'dlw-linear-side', {}, equation, this.sliders, this.notes, this.panes),
      ),
    );
  }

  // -- what the hand does --------------------------------------------------------------------------

  private handles(): (readonly [Handle, Pair])[] {
    const { model } = this;
    const [a, b] = [model.pair('a'), model.pair('b')];
    if (model.sum) {
      return [
        ['b', [a[0] + b[0], a[1] + b[1]]],
        ['a', a],
      ];
    }
    const { affine } = model;
    return [
      ['u', apply(affine, [1, 0])],
      ['v', apply(affine, [0, 1])],
      ['a', a],
      ['shift', affine.shift],
    ];
  }

  private drag(handle: Handle, [x, y]: Pair): void {
    const { model } = this;
    const [p, q, r, s] = model.matrix;
    const [dx, dy] = model.pair('shift');
    if (handle === 'u' || handle === 'v') this.happened('column');
    const fine = (value: number): number => Math.round(value * 100) / 100;
    if (handle === 'u') model.setMatrix([fine(x - dx), q, fine(y - dy), s]);
    else if (handle === 'v') model.setMatrix([p, fine(x - dx), r, fine(y - dy)]);
    else if (handle === 'b') this.moveTo('b', [x - model.pair('a')[0], y - model.pair('a')[1]]);
    else this.moveTo(handle, [x, y]);
  }

  private moveTo(name: 'a' | 'b' | 'shift', at: Pair): void {
    this.model.change({ [name]: at.map((value) => Math.min(9, Math.max(-9, value))) });
  }

  private point(cell: Cell | null): void {
    this.pixel = cell;
    if (cell) this.happened('point');
    this.drawing.request(true);
  }

  private walk(rows: number, columns: number, home: boolean): void {
    const { image } = this.model;
    if (!image) return;
    const [row, column] = this.pixel ?? [image.height >> 1, image.width >> 1];
    const inside = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
    this.point(home ? [0, 0] : [inside(row + rows, image.height), inside(column + columns, image.width)]);
  }

  protected stateChanged(): void {
    // What the hand changes is to be seen as a whole.
    this.take();
    this.step = Infinity;
    if (this.model.sum) {
      if (isPerpendicular(this.model.pair('a'), this.model.pair('b'))) this.happened('perpendicular');
    } else if (isFlat(this.model.matrix)) this.happened('flat');
    else if (determinant(this.model.matrix) < 0) this.happened('mirror');
  }

  protected override rewind(): void {
    this.step = Infinity;
  }

  protected advance(): boolean {
    const end = this.stages() * STAGE;
    if (this.player.playing) this.step = this.step >= end + REST ? 0 : this.step + 1;
    else if (this.step >= end) this.step = 0;
    else this.step = (Math.floor(this.step / STAGE) + 1) * STAGE;
    this.drawing.request(true);
    return true;
  }

  private stages(): number {
    return this.model.sum ? 1 : Math.max(1, stagesOf(this.model.affine).length);
  }

  /** How many stages are over, with parts. */
  private get over(): number {
    return Math.min(this.stages(), this.step / STAGE);
  }

  /** What the matrix has made of the plane so far. */
  private get moment(): Affine {
    const { affine } = this.model;
    return partway(affine, stagesOf(affine), this.over);
  }

  // -- what is seen --------------------------------------------------------------------------------

  protected paint(): void {
    const { theme, model } = this;
    const room = this.plane.root.clientWidth;
    this.settings.show();
    this.sliders.hidden = model.sum;
    const [a, b] = [model.pair('a'), model.pair('b')];
    const { affine, moment } = { affine: model.affine, moment: this.moment };
    const inside: Pair[] = model.sum
      ? [a, [a[0] + b[0], a[1] + b[1]]]
      : [a, ...([a, [0, 0], [1, 0], [0, 1]] as const).map((at) => apply(affine, at))];
    this.plane.show(theme, room, inside, (context, frame, reach) => {
      drawGrid(context, frame, theme, reach);
      if (model.sum) this.drawSum(context, frame, a, b);
      else this.drawMatrix(context, frame, reach, a, moment);
    });
    this.showImages(moment);
    const said = remarks(model);
    setChildren(
      this.notes,
      said.map((text) => el('p', '', {}, ...inlineCode(text))),
    );
    setText(this.stageLine, this.stageNow());
  }

  private stageNow(): string {
    if (this.model.sum || !Number.isFinite(this.step)) return '';
    const stage = stagesOf(this.model.affine)[Math.floor(this.over)];
    return stage ? stageText(stage) : '';
  }

  private drawSum(context: CanvasRenderingContext2D, frame: Frame, a: Pair, b: Pair): void {
    const { theme } = this;
    const [blue, orange, , , rose] = theme.palette as [string, string, string, string, string];
    const share = eased(Math.min(1, this.over));
    const tail: Pair = [a[0] * share, a[1] * share];
    const sum: Pair = [a[0] + b[0], a[1] + b[1]];
    const tip: Pair = [tail[0] + b[0], tail[1] + b[1]];
    const done = share === 1;
    const arrows: Arrow[] = [
      { name: '', from: [0, 0], to: b, color: orange, dashed: true },
      { name: '', from: b, to: sum, color: blue, dashed: true },
      { name: 'a', from: [0, 0], to: a, color: blue, handle: true },
      { name: 'b', from: tail, to: tip, color: orange, handle: done },
    ];
    if (done) arrows.splice(2, 0, { name: 'a + b', from: [0, 0], to: sum, color: rose });
    drawArrows(context, frame, theme, arrows);
  }

  private drawMatrix(
    context: CanvasRenderingContext2D,
    frame: Frame,
    reach: number,
    a: Pair,
    by: Affine,
  ): void {
    const { theme, model } = this;
    const [blue, orange, green, , rose] = theme.palette as [string, string, string, string, string];
    const whole: Affine = { matrix: [1, 0, 0, 1], shift: [0, 0] };
    const { image } = model;
    if (image) {
      const stamp = this.stampOf(image);
      drawImageAt(context, frame, stamp, whole, 0.13);
      drawImageAt(context, frame, stamp, by, 0.8);
    }
    drawMovedGrid(context, frame, blue, reach, by);
    drawSquare(context, frame, theme.muted, by);
    const [sx, sy] = by.shift;
    const moved = model.now.shift.some((value) => value !== 0);
    drawArrows(context, frame, theme, [
      { name: 'a', from: [0, 0], to: a, color: rose, dashed: true, handle: true },
      { name: 'u', from: by.shift, to: apply(by, [1, 0]), color: orange, handle: true },
      { name: 'v', from: by.shift, to: apply(by, [0, 1]), color: green, handle: true },
      { name: moved ? 'M·a + t' : 'M·a', from: by.shift, to: apply(by, a), color: rose },
      ...(moved
        ? [{ name: 't', from: [0, 0] as const, to: [sx, sy] as const, color: theme.muted, handle: true }]
        : []),
    ]);
    if (this.pixel && image) this.drawPointed(context, frame, image, this.pixel, by);
  }

  /** The pixel that is pointed at, and where it comes from. */
  private drawPointed(
    context: CanvasRenderingContext2D,
    frame: Frame,
    image: Picture,
    [row, column]: Cell,
    by: Affine,
  ): void {
    const source = sourceOf(image, by, row, column);
    if (!source) return;
    const [to, from] = [placeOf(image, row, column), placeOf(image, ...source)];
    context.strokeStyle = '#e0007a';
    context.lineWidth = 1.6;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(frame.px(from[0]), frame.py(from[1]));
    context.lineTo(frame.px(to[0]), frame.py(to[1]));
    context.stroke();
    context.setLineDash([]);
    for (const [x, y] of [from, to]) {
      context.beginPath();
      context.arc(frame.px(x), frame.py(y), 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  private stampOf(image: Picture): HTMLCanvasElement {
    const { dark } = this.theme;
    if (this.stamp?.of === image && this.stamp.dark === dark) return this.stamp.canvas;
    const made = picturePixels(image, NO_PADDING, [0, 0, 0]);
    // A digit is ink on paper: its background is the plane.
    if (this.model.now.image === 'digit') {
      for (let i = 0; i < made.pixels.length; i += 4) {
        made.pixels[i + 3] = made.pixels[i]!;
        made.pixels.fill(dark ? 235 : 25, i, i + 3);
      }
    }
    const canvas = el('canvas');
    putPixels(canvas, made.pixels, made);
    this.stamp = { of: image, dark, canvas };
    return canvas;
  }

  private showImages(by: Affine): void {
    const { theme, model, pixel } = this;
    const { image } = model;
    this.panes.hidden = model.sum || image === null;
    if (!image || model.sum) return;
    const outside = theme.dark ? OUTSIDE.dark : OUTSIDE.light;
    const moved = warp(image, by);
    const across = Math.max(image.width, image.height);
    const source = pixel && sourceOf(image, by, ...pixel);
    const size = { rows: image.height, columns: image.width };
    this.before.show(
      picturePixels(image, NO_PADDING, outside),
      t('Image, {rows}×{columns} pixels', size),
      '',
      across,
      (context, cell) => {
        if (!source) return;
        const [row, column] = source;
        if (row < -1 || column < -1 || row > image.height || column > image.width) return;
        drawFrame(context, theme, [column * cell - 1, row * cell - 1, cell + 2, cell + 2]);
      },
    );
    const under =
      pixel && source
        ? t('Row {row}, column {column} comes from row {from_row}, column {from_column}.', {
            row: pixel[0],
            column: pixel[1],
            from_row: short(source[0]),
            from_column: short(source[1]),
          })
        : t('Point at a pixel to see where it comes from.');
    this.after.show(
      picturePixels(moved, NO_PADDING, outside),
      t('After the matrix'),
      isFlat(by.matrix) ? t('Nothing: the matrix has no inverse.') : under,
      across,
      (context, cell) => {
        if (pixel) drawFrame(context, theme, [pixel[1] * cell - 1, pixel[0] * cell - 1, cell + 2, cell + 2]);
      },
    );
  }

  protected formula(): HTMLElement[] {
    const { model } = this;
    const lines = model.sum
      ? sumLines(model.pair('a'), model.pair('b'))
      : matrixLines(this.moment, model.pair('a'));
    return lines.map((line) => el('div', '', {}, line));
  }

  protected said(): string {
    return inWords(this.model);
  }
}
