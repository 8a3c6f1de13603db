import { t } from '../../core/i18n';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import { NumberGrid, NumberTable } from '../../shared/concept/number-grid';
import { short } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import { type PresetName, PRESETS } from './fields';
import { apply, type Pair } from './geometry';
import type { VectorsModel } from './model';
import { angleText, presetName } from './texts';

const BOUNDS = { low: -9, high: 9 };

/** Two numbers, one above the other. */
function column(model: VectorsModel, name: 'shift' | 'a' | 'b', title: string): NumberGrid {
  return new NumberGrid({
    ...BOUNDS,
    digits: 2,
    step: 0.1,
    name: () => title,
    cell: (row) => (row === 0 ? t('{name}, x', { name: title }) : t('{name}, y', { name: title })),
    changed: (rows) => model.change({ [name]: rows.flat() }),
  });
}

/** What can be set: the numbers as an equation, and the parts of the matrix as sliders. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  readonly equation: HTMLElement;
  private readonly show_: Menu;
  private readonly preset: Menu;
  private readonly image: Menu;
  private readonly digit: Stepper;
  private readonly matrix: NumberGrid;
  private readonly shift: NumberGrid;
  private readonly a: NumberGrid;
  private readonly b: NumberGrid;
  private readonly result = new NumberTable(() => t('Result'));
  private readonly resultName = el('span', 'dlw-linear-name');
  private readonly dot = el('span', 'dlw-linear-sign', { 'aria-hidden': 'true' }, '·');
  private readonly angle: Slider;
  private readonly x: Slider;
  private readonly y: Slider;
  private readonly shear: Slider;

  constructor(private readonly model: VectorsModel) {
    this.show_ = new Menu(
      () => t('Show'),
      (name) => model.change({ show: name as 'matrix' | 'sum' }),
    );
    this.preset = new Menu(
      () => t('Known matrices'),
      (name) => model.setMatrix(PRESETS[name as PresetName]),
    );
    this.image = new Menu(
      () => t('Image'),
      (name) => model.change({ image: name as 'digit' }),
    );
    this.digit = new Stepper(
      () => t('Digit'),
      0,
      9,
      (digit) => model.change({ digit }),
    );
    this.matrix = new NumberGrid({
      ...BOUNDS,
      digits: 4,
      step: 0.1,
      name: () => t('Matrix M'),
      cell: (row, at) => t('M, row {row}, column {column}', { row: row + 1, column: at + 1 }),
      changed: (matrix) => model.change({ matrix }),
    });
    this.a = column(model, 'a', 'a');
    this.b = column(model, 'b', 'b');
    this.shift = column(model, 'shift', 't');
    this.angle = new Slider(
      () => t('Rotate'),
      -180,
      180,
      1,
      (angle) => model.setParts({ angle }),
    );
    this.x = new Slider(
      () => t('Scale x'),
      0,
      3,
      0.05,
      (x) => model.setParts({ x }),
    );
    this.y = new Slider(
      () => t('Scale y'),
      -3,
      3,
      0.05,
      (y) => model.setParts({ y }),
    );
    this.shear = new Slider(
      () => t('Shear'),
      -2,
      2,
      0.05,
      (shear) => model.setParts({ shear }),
    );
    const named = (name: string, grid: NumberGrid): HTMLElement =>
      el('div', 'dlw-linear-term', {}, grid.root, el('span', 'dlw-linear-name', {}, name));
    const matrix = named('M', this.matrix);
    matrix.classList.add('dlw-linear-matrix');
    this.fields = {
      show: this.show_.root,
      preset: this.preset.root,
      image: el('div', 'dlw-linear-image', {}, this.image.root, this.digit.root),
      matrix,
      a: named('a', this.a),
      b: el('div', 'dlw-linear-plus', {}, plus(), named('b', this.b)),
      shift: el('div', 'dlw-linear-plus', {}, plus(), named('t', this.shift)),
      rotate: this.angle.root,
      scale_x: this.x.root,
      scale_y: this.y.root,
      shear: this.shear.root,
    };
    this.equation = el(
      'div',
      'dlw-linear-equation',
      {},
      matrix,
      this.dot,
      this.fields.a!,
      this.fields.b!,
      this.fields.shift!,
      el('span', 'dlw-linear-sign', { 'aria-hidden': 'true' }, '='),
      el('div', 'dlw-linear-term', {}, this.result.root, this.resultName),
    );
  }

  show(): void {
    const { model } = this;
    const { now, sum, affine, parts } = model;
    this.show_.show(
      [
        ['matrix', t('Matrix · vector')],
        ['sum', t('a + b')],
      ],
      now.show,
    );
    const { preset } = model;
    const names = Object.keys(PRESETS) as PresetName[];
    this.preset.show(
      [
        ...names.map((name): [string, string] => [name, presetName(name)]),
        ...(preset === null ? [['', t('Your own')] as [string, string]] : []),
      ],
      preset ?? '',
    );
    const images: [string, string][] = [
      ['digit', t('Handwritten digit')],
      ['photo', t('Photo')],
      ['none', t('None')],
    ];
    if (model.own || now.image === 'own') images.push(['own', t('Your own array')]);
    this.image.show(images, now.image);
    this.digit.root.hidden = now.image !== 'digit';
    this.digit.show(now.digit);
    const [a, b] = [model.pair('a'), model.pair('b')];
    const result: Pair = sum ? [a[0] + b[0], a[1] + b[1]] : apply(affine, a);
    this.matrix.show(now.matrix);
    this.a.show(now.a.map((value) => [value]));
    this.b.show(now.b.map((value) => [value]));
    this.shift.show(now.shift.map((value) => [value]));
    this.result.show(
      result.map((value) => [value]),
      short,
      () => ({ fill: '', text: '' }),
    );
    setText(this.resultName, sum ? 'a + b' : 'M·a + t');
    this.angle.show(parts.angle, angleText(parts.angle));
    this.x.show(parts.x, short(parts.x));
    this.y.show(parts.y, short(parts.y));
    this.shear.show(parts.shear, short(parts.shear));
    for (const name of ['preset', 'image', 'matrix', 'shift', 'rotate', 'scale_x', 'scale_y', 'shear']) {
      this.fields[name]!.hidden = sum;
    }
    this.dot.hidden = sum;
    this.fields.b!.hidden = !sum;
  }
}

function plus(): HTMLElement {
  return el('span', 'dlw-linear-sign', { 'aria-hidden': 'true' }, '+');
}
