import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { type Cell, GridPane } from '../../shared/concept/grid-pane';
import type { LessonStep } from '../../shared/concept/lesson';
import { frame, picturePixels } from '../../shared/concept/paint';
import { Slider } from '../../shared/concept/fields';
import type { Picture } from '../../shared/concept/grid';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren } from '../../shared/dom';
import { EXPLANATION } from './explanation';
import { MOST_SIZE } from './fields';
import { type Layer, pathsOf, spanOf } from './geometry';
import { LESSONS } from './lessons';
import type { ReceptiveFieldModel } from './model';
import { Section } from './section';
import { Stack } from './stack';
import { growth, inWords, levelName, type Place, remarks } from './texts';

/** Layers on top of each other: what a unit sees, and who sees a pixel. */
export class ReceptiveFieldView extends ConceptView {
  declare model: ReceptiveFieldModel;
  private size!: Slider;
  private stack!: Stack;
  private section!: Section;
  private pane!: GridPane;
  private notes!: HTMLElement;
  /** Where it has come by itself. */
  private tour!: number;
  /** What is pointed at at this moment; null for nothing. */
  private pointed!: Place | null;
  private pixels!: { of: Picture; made: ReturnType<typeof picturePixels> } | null;

  protected title(): string {
    return t('Receptive field');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 2;
  }

  protected build(): void {
    const { model } = this;
    this.tour = 0;
    this.pointed = this.pixels = null;
    this.size = new Slider(
      () => t('Pixels of the input, each way'),
      1,
      MOST_SIZE,
      1,
      (size) => model.change({ size }),
    );
    this.stack = new Stack(
      model,
      (layers) => this.edit(layers),
      (level) => this.put(this.middle(level)),
    );
    this.section = new Section({
      hover: (at) => this.point(at),
      press: (level, unit) => this.put([level, this.middle(level)[1], unit]),
      move: (levels, units) => this.move(levels, 0, units),
    });
    this.pane = new GridPane({
      label: () => t('Image. The arrow keys move the unit.'),
      hover: (cell) => this.pointAtImage(cell),
      press: (cell) => this.put(this.unitOver(cell)),
      move: (rows, columns, home) => {
        const [level] = this.place();
        if (home) this.put([level, 0, 0]);
        else this.move(0, rows, columns);
      },
    });
    this.notes = el('div', 'dlw-receptive-notes');
    this.part('size', this.size.root);
    this.part('stack', this.stack.root);
    this.part('add', this.stack.add);
    this.part('section', this.section.root);
    this.part('image', this.pane.root);
    this.part('notes', this.notes);
    this.stage.classList.add('dlw-receptive');
    this.stage.append(
      el(
        'div',
        'dlw-receptive-columns',
        {},
        el('div', 'dlw-receptive-pictures', {}, this.section.root, this.pane.root),
        el('div', 'dlw-receptive-side', {}, this.size.root, this.stack.root),
      ),
      this.notes,
    );
  }

  protected override pinned(): boolean {
    return this.model.now.at.length === 3;
  }

  protected stateChanged(): void {
    this.pointed = null;
  }

  protected override rewind(): void {
    this.tour = 0;
  }

  protected advance(): boolean {
    if (this.pointed) return true;
    const at = this.model.now.at;
    if (at.length === 3) {
      const [level, row, column] = this.place();
      this.moveState({ at: [level, row, (column + 1) % this.model.levels[level]!.size] });
    }
    this.tour += 1;
    this.drawing.request(true);
    return true;
  }

  // -- which unit is shown ----------------------------------------------------------------------

  private middle(level: number): Place {
    const half = Math.floor((this.model.levels[Math.min(this.model.top, level)]!.size - 1) / 2);
    return [Math.min(this.model.top, level), half, half];
  }

  /** By itself: a unit in the middle of each layer, then all units of the highest one. */
  private toured(): Place {
    const { levels, top } = this.model;
    if (top === 0) return this.middle(0);
    const width = levels[top]!.size;
    const now = this.tour % (top + width);
    if (now < top) return this.middle(now + 1);
    return [top, this.middle(top)[1], now - top];
  }

  private place(): Place {
    const [level, row, column] = this.model.now.at;
    if (this.pointed) return this.inside(this.pointed);
    if (level === undefined || row === undefined || column === undefined) return this.toured();
    return this.inside([level, row, column]);
  }

  private inside([level, row, column]: Place): Place {
    const { levels, top } = this.model;
    const within = Math.min(top, Math.max(0, level));
    const last = levels[within]!.size - 1;
    return [within, Math.min(last, Math.max(0, row)), Math.min(last, Math.max(0, column))];
  }

  private put(place: Place): void {
    this.take();
    this.pointed = null;
    this.model.change({ at: [...this.inside(place)] });
    this.happened(place[0] === 0 ? 'pixel' : 'point');
    this.drawing.request(true);
  }

  private move(levels: number, rows: number, columns: number): void {
    const [level, row, column] = this.place();
    if (levels !== 0) this.put(this.middle(Math.max(0, level + levels)));
    else this.put([level, row + rows, column + columns]);
  }

  private point(at: readonly [number, number] | null): void {
    this.pointed = at && [at[0], this.middle(at[0])[1], at[1]];
    if (at) this.happened(at[0] === 0 ? 'pixel' : 'point');
    this.drawing.request(true);
  }

  /** The unit of the chosen layer whose field is around a pixel. */
  private unitOver([row, column]: Cell): Place {
    const [level] = this.place();
    const { first, step } = this.model.levels[level]!;
    return this.inside([level, Math.round((row - first) / step), Math.round((column - first) / step)]);
  }

  private pointAtImage(cell: Cell | null): void {
    const place = cell && this.unitOver(cell);
    this.pointed = place;
    this.drawing.request(true);
  }

  private edit(layers: readonly Layer[]): void {
    const before = this.model.now.layers;
    this.model.change({ layers });
    this.happened('edit');
    if (layers.every(({ kind }) => kind === 'conv')) this.happened('unpooled');
    if (layers.some(({ dilation }, i) => dilation > 1 && before[i]?.dilation !== dilation)) {
      this.happened('dilation');
    }
  }

  // -- what is painted --------------------------------------------------------------------------

  private counts(row: boolean): Float64Array {
    const { levels } = this.model;
    const [level, across, along] = this.place();
    return pathsOf(this.model.now.layers, levels, level, row ? across : along)[0]!;
  }

  protected paint(): void {
    const { model } = this;
    const place = this.place();
    this.size.show(model.now.size, String(model.now.size));
    this.stack.show(place[0]);
    this.section.show(this.theme, this.section.root.clientWidth, model, place, this.said());
    this.paintImage(place);
    setChildren(
      this.notes,
      remarks(model).map((text) => el('p', '', {}, text)),
    );
  }

  private paintImage([level, row, column]: Place): void {
    const { image } = this.model;
    if (this.pixels?.of !== image) {
      this.pixels = { of: image, made: picturePixels(image, [0, 0, 0, 0], [0, 0, 0]) };
    }
    const name = levelName(this.model, level);
    const caption =
      level === 0
        ? t('Pixel [{row}, {column}]', { row, column })
        : t('{layer}: unit [{row}, {column}]', { layer: name, row, column });
    const span = (counts: Float64Array): [number, number] => spanOf(counts) ?? [0, 0];
    const [rows, columns] = [span(this.counts(true)), span(this.counts(false))];
    const [high, wide] = [rows[1] - rows[0] + 1, columns[1] - columns[0] + 1];
    const under = level === 0 ? '' : t('sees {size} of the pixels here', { size: `${high}×${wide}` });
    this.pane.show(this.pixels.made, caption, under, 0, (context, cell) => {
      const [x, y, w, h] = [columns[0] * cell, rows[0] * cell, wide * cell, high * cell];
      const side = image.width * cell;
      context.fillStyle = 'rgba(40, 44, 60, 0.72)';
      context.fillRect(0, 0, side, y);
      context.fillRect(0, y + h, side, side - y - h);
      context.fillRect(0, y, x, h);
      context.fillRect(x + w, y, side - x - w, h);
      frame(context, this.theme, [x, y, Math.max(6, w), Math.max(6, h)]);
    });
  }

  protected formula(): HTMLElement[] {
    return growth(this.model, this.place()[0]).map((text) => el('div', '', {}, text));
  }

  protected said(): string {
    return inWords(this.model, this.place(), this.counts(false));
  }
}
