import { t } from '../../core/i18n';
import { Check, Menu, Slider, Stepper } from '../../shared/concept/fields';
import { el } from '../../shared/dom';
import { EXAMPLES, type ExampleName, FIELDS, MOST_CHANNELS, PADDINGS } from './fields';
import type { ConnectionsModel } from './model';
import { count, exampleName } from './texts';

const OWN = 'own';
const OTHER = 'other';
const DIMENSIONS = ['1', '2'] as const;
/** So far the sliders reach; code and links reach farther. */
const MOST = { steps: 32, side: 12, kernel: 9, units: 24 };

/** The controls of the three layers. */
export class Settings {
  readonly fields: Readonly<Record<string, { root: HTMLElement }>>;
  private readonly example: Menu;
  private readonly axes: Menu;
  private readonly size: Slider;
  private readonly channels: Stepper;
  private readonly kernel: Slider;
  private readonly stride: Stepper;
  private readonly padding: Menu;
  private readonly filters: Stepper;
  private readonly units: Slider;
  private readonly equal: Check;
  private readonly bias: Check;
  /** The last input with one axis, and with two. */
  private readonly shapes = new Map<number, readonly number[]>([
    [1, [8, 1]],
    [2, [5, 5, 1]],
  ]);

  /** @param longer the user has made the input larger */
  constructor(
    private readonly model: ConnectionsModel,
    longer: () => void,
  ) {
    const change = model.change.bind(model);
    this.example = new Menu(
      () => t('Example'),
      (name) => {
        if (name === OTHER) return;
        model.show(name === OWN ? (model.own?.state ?? '') : EXAMPLES[name as ExampleName]);
      },
    );
    this.axes = new Menu(
      () => t('Input'),
      (name) => this.turn(Number(name)),
    );
    this.size = new Slider(
      () => t('Size of the input'),
      1,
      MOST.steps,
      1,
      (size) => {
        const { shape } = model.now;
        if (size > shape[0]!) longer();
        change({ shape: [...shape.slice(0, -1).map(() => size), shape.at(-1)!] });
      },
    );
    this.channels = new Stepper(
      () => t('Channels'),
      1,
      MOST_CHANNELS,
      (channels) => change({ shape: [...model.now.shape.slice(0, -1), channels] }),
    );
    this.kernel = new Slider(
      () => t('Kernel'),
      1,
      MOST.kernel,
      1,
      (size) => change({ kernel: [size] }),
    );
    this.stride = new Stepper(
      () => t('Stride'),
      1,
      8,
      (step) => change({ stride: [step] }),
    );
    this.padding = new Menu(
      () => t('Padding'),
      (name) => change({ padding: PADDINGS.find((one) => one === name)! }),
    );
    this.filters = new Stepper(
      () => t('Filters'),
      1,
      MOST_CHANNELS,
      (filters) => change({ filters }),
    );
    this.units = new Slider(
      () => t('Units of the dense layer'),
      1,
      MOST.units,
      1,
      (units) => change({ units }),
    );
    this.equal = new Check(
      () => t('as many as the convolution has outputs'),
      (on) => change({ units: on ? 0 : Math.min(1_000_000, Math.max(1, model.counts.dense.outputs)) }),
    );
    this.bias = new Check(
      () => t('biases'),
      (bias) => change({ bias }),
    );
    const units = el('div', 'dlw-connections-units', {}, this.units.root, this.equal.root);
    const input = el('div', 'dlw-connections-input', {}, this.axes.root, this.size.root);
    this.fields = {
      example: this.example,
      size: { root: input },
      channels: this.channels,
      kernel: this.kernel,
      stride: this.stride,
      padding: this.padding,
      filters: this.filters,
      units: { root: units },
      bias: this.bias,
    };
  }

  /** The input has another number of axes. */
  private turn(axes: number): void {
    const { model } = this;
    const { shape, kernel, stride } = model.now;
    this.shapes.set(shape.length - 1, shape);
    const next = this.shapes.get(axes)!;
    model.change({
      shape: [...next.slice(0, -1), shape.at(-1)!],
      kernel: kernel.slice(0, 1),
      stride: stride.slice(0, 1),
      ...{ point: FIELDS.point.value, at: FIELDS.at.value },
    });
  }

  show(): void {
    const { model } = this;
    const { now, own, counts, setting } = model;
    const names = (Object.keys(EXAMPLES) as ExampleName[]).map((name) => [name, exampleName(name)] as const);
    const mine = own ? [[OWN, t('Your layer {name}', { name: own.name })] as const] : [];
    const { example } = model;
    const other = example === '' ? [[OTHER, t('Other')] as const] : [];
    this.example.show([...mine, ...names, ...other], example || OTHER);
    this.axes.show(
      DIMENSIONS.map((axes) => [axes, axes === '1' ? t('1-D, a sequence') : t('2-D, an image')] as const),
      String(setting.kernel.length),
    );
    const sizes = now.shape.slice(0, -1);
    // An example may be larger than what the slider offers otherwise.
    this.size.limit(Math.max(sizes[0]!, sizes.length === 2 ? MOST.side : MOST.steps));
    this.size.show(sizes[0]!, sizes.map(count).join('×'));
    this.channels.show(now.shape.at(-1)!, count(now.shape.at(-1)!));
    this.kernel.show(setting.kernel[0]!, setting.kernel.join('×'));
    this.stride.show(setting.stride[0]!, [...new Set(setting.stride)].join('×'));
    this.padding.show(
      PADDINGS.map((name) => [name, name] as const),
      now.padding,
    );
    this.filters.show(now.filters, count(now.filters));
    this.units.show(Math.min(MOST.units, counts.dense.outputs), count(counts.dense.outputs));
    this.equal.show(now.units === 0);
    this.bias.show(now.bias);
  }
}
