import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { type Cell, GridPane } from '../../shared/concept/grid-pane';
import type { LessonStep } from '../../shared/concept/lesson';
import {
  colorOf,
  frame,
  outputPixels,
  picturePixels,
  type Rgb,
  type Scale,
  writeValues,
} from '../../shared/concept/paint';
import { WindowView } from '../../shared/concept/window-view';
import { inlineCode } from '../../shared/inline-markup';
import { el, setChildren } from '../../shared/dom';
import { patchAt, seenBy } from './correlate';
import { Equation } from './equation';
import { EXPLANATION } from './explanation';
import { LESSONS } from './lessons';
import type { ConvolutionModel } from './model';
import { short } from './numbers';
import { outputScale, pixelScale } from './scales';
import { Settings } from './settings';
import { inWords, remarks, sizeLines, unfit, valueLines } from './texts';

const PADDING: { light: Rgb; dark: Rgb } = { light: [206, 214, 226], dark: [52, 60, 74] };

/** The window begins so many pixels before what is worth seeing. */
const BEFORE = 5;

/** A kernel slides over an image: the window, its products, and the output that they make. */
export class ConvolutionView extends WindowView {
  declare model: ConvolutionModel;
  private settings!: Settings;
  private input!: GridPane;
  private output!: GridPane;
  private equation!: Equation;
  private notes!: HTMLElement;
  /** Whether an output is pointed at: the window rests there. */
  private inputPixels!: { key: string; of: object; made: ReturnType<typeof picturePixels> } | null;
  private outputMade!: { of: object; dark: boolean; made: Uint8ClampedArray<ArrayBuffer> } | null;

  override remove(): this {
    this.settings.camera.end();
    return super.remove();
  }

  protected title(): string {
    return t('Convolution');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 6;
  }

  protected build(): void {
    const { model } = this;
    this.inputPixels = this.outputMade = null;
    this.enter();
    this.settings = new Settings(model);
    this.equation = new Equation((kernel) => {
      model.change({ kernel });
      this.happened('edit');
    });
    this.input = new GridPane({
      label: () => t('Input. The arrow keys move the window.'),
      hover: (cell) => this.pointAtInput(cell),
      press: (cell) => this.pressInput(cell),
      move: (rows, columns, home) => this.move(rows, columns, home),
    });
    this.output = new GridPane({
      label: () => t('Output. The arrow keys move the window.'),
      hover: (cell) => this.pointAtOutput(cell),
      press: (cell) => this.put(cell),
      move: (rows, columns, home) => this.move(rows, columns, home),
    });
    this.notes = el('div', 'dlw-convolution-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('input', this.input.root);
    this.part('output', this.output.root);
    this.part('kernel', this.equation.kernelPart);
    this.part('products', this.equation.root);
    this.part('notes', this.notes);
    this.stage.classList.add('dlw-convolution');
    this.stage.append(
      el(
        'div',
        'dlw-convolution-top',
        {},
        el('div', 'dlw-concept-settings', {}, fields.image!, fields.presets!),
        el(
          'div',
          'dlw-concept-settings dlw-convolution-more',
          {},
          fields.size!,
          fields.stride!,
          fields.padding!,
          fields.dilation!,
        ),
      ),
      this.settings.below,
      el('div', 'dlw-convolution-panes', {}, this.input.root, this.output.root),
      this.equation.root,
      el('div', 'dlw-convolution-foot', {}, fields.flip!, this.notes),
    );
  }

  // -- where the window is -----------------------------------------------------------------------

  /** Where there is something to see at first: just before the strongest output. */
  protected beginning(): Cell {
    const { output } = this.model.result;
    const strongest = output.data.reduce(
      (best, value, i, all) => (Math.abs(value) > Math.abs(all[best]!) ? i : best),
      0,
    );
    const width = Math.max(1, output.width);
    return this.inside([Math.floor(strongest / width), (strongest % width) - BEFORE]);
  }

  /** The pixel of the image that a cell of the padded picture shows. */
  private pixelOf([row, column]: Cell): Cell {
    const [rows, columns] = this.model.axes;
    return [row - rows.before, column - columns.before];
  }

  private pointAtInput(cell: Cell | null): void {
    this.pixel = cell && this.pixelOf(cell);
    this.drawing.request(true);
  }

  /** Puts the middle of the window where the input was pressed. */
  private pressInput(cell: Cell): void {
    const [rows, columns] = this.model.axes;
    const { stride } = this.model.now;
    this.pixel = null;
    this.put([
      Math.round((cell[0] - (rows.reach - 1) / 2) / stride),
      Math.round((cell[1] - (columns.reach - 1) / 2) / stride),
    ]);
  }

  // -- what is painted ---------------------------------------------------------------------------

  protected paint(): void {
    this.settings.show();
    const problem = unfit(this.model);
    this.paintInput(problem !== '');
    this.paintOutput(problem);
    this.equation.root.classList.toggle('dlw-convolution-unfit', problem !== '');
    this.paintEquation();
    setChildren(this.notes, [
      ...remarks(this.model).map((text) => el('p', '', {}, ...inlineCode(text))),
      el(
        'p',
        '',
        {},
        this.model.now.flip
          ? t('The kernel is turned by 180°: this is the convolution of mathematics.')
          : t('Keras doesn’t flip the kernel. In mathematics, this is a cross-correlation.'),
      ),
    ]);
  }

  private patch(): number[][] {
    const { model } = this;
    const kernel = model.used;
    return patchAt(model.image, model.axes, model.setting, [kernel.length, kernel[0]!.length], this.spot);
  }

  private paintEquation(): void {
    const { model } = this;
    const { output, parts } = model.result;
    const index = this.spot[0] * output.width + this.spot[1];
    const value = (parts ? parts[0] : output).data[index];
    this.equation.show({
      patch: this.patch(),
      kernel: model.now.kernel,
      used: model.used,
      name: parts ? t('Sum Gx') : t('Sum'),
      result: value === undefined ? '–' : short(value),
      scale: pixelScale(model.image),
      dark: this.theme.dark,
    });
  }

  private paintInput(unfit: boolean): void {
    const { model } = this;
    const { image, axes, setting } = model;
    const [rows, columns] = axes;
    const borders = [rows.before, rows.after, columns.before, columns.after] as const;
    const key = `${borders.join()} ${this.theme.dark}`;
    if (this.inputPixels?.of !== image || this.inputPixels.key !== key) {
      const padding = this.theme.dark ? PADDING.dark : PADDING.light;
      this.inputPixels = { of: image, key, made: picturePixels(image, borders, padding) };
    }
    const size = `${image.height}×${image.width}${image.colors ? '×3' : ''}`;
    const caption = t('Input {size}', { size });
    this.input.show(this.inputPixels.made, caption, this.underInput(), 0, (context, cell) => {
      if (!image.colors) {
        writeValues(
          context,
          this.theme,
          cell,
          image,
          [rows.before, columns.before],
          (value) => short(value),
          (value) => colorOf(value, pixelScale(image), false),
        );
      }
      this.paintZeros(context, cell);
      if (unfit) return;
      const { stride, dilation } = setting;
      const [top, left] = [this.spot[0] * stride * cell, this.spot[1] * stride * cell];
      if (dilation > 1) this.paintGaps(context, cell, [top, left]);
      frame(context, this.theme, [left, top, columns.reach * cell, rows.reach * cell]);
      if (this.pixel) {
        const [row, column] = [this.pixel[0] + rows.before, this.pixel[1] + columns.before];
        frame(context, this.theme, [column * cell, row * cell, cell, cell], 1.5);
      }
    });
  }

  /** The zeros of the padding, where there is room for them. */
  private paintZeros(context: CanvasRenderingContext2D, cell: number): void {
    const { axes, image } = this.model;
    const [rows, columns] = axes;
    if (cell < 11) return;
    context.font = `${Math.min(15, Math.round(cell * 0.45))}px ${this.theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = this.theme.muted;
    const [height, width] = [
      rows.before + image.height + rows.after,
      columns.before + image.width + columns.after,
    ];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [row, column] = [y - rows.before, x - columns.before];
        if (row >= 0 && column >= 0 && row < image.height && column < image.width) continue;
        context.fillText('0', (x + 0.5) * cell, (y + 0.5) * cell);
      }
    }
  }

  /** The pixels that a kernel with gaps takes. */
  private paintGaps(context: CanvasRenderingContext2D, cell: number, [top, left]: Cell): void {
    const { dilation } = this.model.setting;
    context.fillStyle = 'rgba(224, 0, 122, 0.45)';
    this.model.used.forEach((row, y) =>
      row.forEach((_, x) =>
        context.fillRect(left + x * dilation * cell, top + y * dilation * cell, cell, cell),
      ),
    );
  }

  private underInput(): string {
    if (!this.pixel) return '';
    const { image, axes, setting } = this.model;
    const [row, column] = this.pixel;
    const n = seenBy(axes, setting, this.pixel).length;
    const inside = row >= 0 && column >= 0 && row < image.height && column < image.width;
    const value = inside ? short(image.data[row * image.width + column]!) : '0';
    return t('Pixel [{row}, {column}] = {value} is part of {n} outputs.', { row, column, value, n });
  }

  private paintOutput(problem: string): void {
    const { model, theme } = this;
    const { result } = model;
    const { output } = result;
    const scale = outputScale(model);
    if (this.outputMade?.of !== result || this.outputMade.dark !== theme.dark) {
      this.outputMade = { of: result, dark: theme.dark, made: outputPixels(output, scale, theme.dark) };
    }
    const size = `${output.height}×${output.width}`;
    const caption = problem ? t('No output') : t('Output {size}', { size });
    const picture = problem ? null : { ...output, pixels: this.outputMade.made };
    this.output.show(picture, caption, problem || legend(scale), this.across(), (context, cell) => {
      writeValues(
        context,
        theme,
        cell,
        output,
        [0, 0],
        (value) => short(value),
        (value, i) => colorOf(value, scale, theme.dark, i),
      );
      if (this.pixel) {
        context.fillStyle = 'rgba(224, 0, 122, 0.5)';
        for (const [row, column] of seenBy(model.axes, model.setting, this.pixel)) {
          context.fillRect(column * cell, row * cell, cell, cell);
        }
      }
      frame(context, theme, [this.spot[1] * cell, this.spot[0] * cell, cell, cell]);
    });
  }

  /** Cells are as large as those of the input, so that a smaller output is seen to be smaller: down to half of it. */
  private across(): number {
    const [rows, columns] = this.model.axes;
    const input = Math.max(
      rows.before + rows.size + rows.after,
      columns.before + columns.size + columns.after,
    );
    return Math.min(input, 2 * Math.max(rows.output, columns.output));
  }

  protected formula(): HTMLElement[] {
    const { model } = this;
    if (unfit(model)) return sizeLines(model);
    return [...valueLines(model, this.patch(), this.spot), ...sizeLines(model)];
  }

  protected said(): string {
    return inWords(this.model, this.spot);
  }
}

/** What the colors of an output stand for. */
function legend(scale: Scale): string {
  if (scale.kind === 'signed') {
    const most = short(scale.most);
    return t('Blue is negative, orange is positive, from −{most} to {most}.', { most });
  }
  if (scale.kind === 'phase') return t('The color is the direction in which the image becomes brighter.');
  return t('From {low} (black) to {high} (white).', { low: short(scale.low), high: short(scale.high) });
}
