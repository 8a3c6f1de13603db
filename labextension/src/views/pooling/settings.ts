import { t } from '../../core/i18n';
import { tool } from '../../shared/concept/controls';
import { Menu, Stepper } from '../../shared/concept/fields';
import { Sketch } from '../../shared/concept/sketch';
import { el } from '../../shared/dom';
import { KINDS, MOST_SHIFT, MOST_WINDOW, UNITS } from './fields';
import type { PoolingModel } from './model';
import { kindName } from './texts';

/** The row of settings, and the square to draw on. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  readonly sketch: Sketch;
  private readonly image: Menu;
  private readonly other: HTMLButtonElement;
  private readonly kind: Menu;
  private readonly window: Stepper;
  private readonly stride: Stepper;
  private readonly padding: Menu;
  private readonly right: Stepper;
  private readonly down: Stepper;
  private readonly units: Menu;
  private source = '';

  constructor(private readonly model: PoolingModel) {
    const change = model.change.bind(model);
    this.image = new Menu(
      () => t('Image'),
      (name) => change({ image: name as 'digit', at: [] }),
    );
    this.other = tool('dice', () => t('Another digit'));
    this.other.addEventListener('click', () => change({ digit: (model.now.digit + 1) % 10 }));
    this.kind = new Menu(
      () => t('What is kept of a window'),
      (name) => change({ kind: name as 'max' }),
    );
    this.window = new Stepper(
      () => t('Window'),
      1,
      MOST_WINDOW,
      // As in Keras, windows lie side by side unless the stride is set.
      (side) => change({ window: side, ...(model.now.stride === model.now.window ? { stride: side } : {}) }),
    );
    this.stride = new Stepper(
      () => t('Stride'),
      1,
      MOST_WINDOW,
      (stride) => change({ stride }),
    );
    this.padding = new Menu(
      () => t('Padding'),
      (name) => change({ padding: name as 'valid' }),
    );
    this.right = new Stepper(
      () => t('Shift right'),
      -MOST_SHIFT,
      MOST_SHIFT,
      (x) => change({ shift: [x, model.now.shift[1]!] }),
    );
    this.down = new Stepper(
      () => t('Shift down'),
      -MOST_SHIFT,
      MOST_SHIFT,
      (y) => change({ shift: [model.now.shift[0]!, y] }),
    );
    this.units = new Menu(
      () => t('Units of the Dense layer'),
      (name) => change({ units: name as '512' }),
    );
    this.fields = {
      image: el('div', 'dlw-pooling-image', {}, this.image.root, this.other),
      kind: this.kind.root,
      window: this.window.root,
      stride: this.stride.root,
      padding: this.padding.root,
      shift: el('div', 'dlw-pooling-image', {}, this.right.root, this.down.root),
      units: this.units.root,
    };
    this.sketch = new Sketch((picture) => model.take(picture));
    this.sketch.root.hidden = true;
  }

  show(): void {
    const { now: values, own } = this.model;
    const images: [string, string][] = [
      ['digit', t('Digit {digit}', { digit: values.digit })],
      ['photo', t('Photo')],
      ['exercise', t('4×4 exercise')],
      ['drawing', t('Your drawing')],
    ];
    if (own || values.image === 'own') images.push(['own', t('Your own array')]);
    this.image.show(images, values.image);
    this.other.hidden = values.image !== 'digit';
    this.kind.show(
      KINDS.map((kind): [string, string] => [kind, kindName(kind)]),
      values.kind,
    );
    this.window.show(values.window, `${values.window}×${values.window}`);
    this.stride.show(values.stride);
    this.padding.show(
      [
        ['valid', t('valid (none)')],
        ['same', t('same')],
      ],
      values.padding,
    );
    const signed = (value: number): string => String(value).replace('-', '−');
    this.right.show(values.shift[0]!, signed(values.shift[0]!));
    this.down.show(values.shift[1]!, signed(values.shift[1]!));
    this.units.show(
      UNITS.map((units): [string, string] => [units, units]),
      values.units,
    );
    if (this.source === values.image) return;
    this.source = values.image;
    this.sketch.root.hidden = values.image !== 'drawing';
    if (values.image === 'drawing') this.sketch.show();
  }
}
