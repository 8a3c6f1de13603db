import { t } from '../../core/i18n';
import { tool } from '../../shared/concept/controls';
import { Check, Menu, Stepper } from '../../shared/concept/fields';
import { LiveCamera } from '../../shared/concept/live-camera';
import { Sketch } from '../../shared/concept/sketch';
import { el } from '../../shared/dom';
import { MOST_SIDE } from './fields';
import { PRESETS, presetOf, resized } from './kernels';
import type { ConvolutionModel } from './model';

const OWN_KERNEL = '';

/** The row of settings, and below it what some images need: a square to draw on, the camera. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  readonly below: HTMLElement;
  readonly camera: LiveCamera;
  private readonly sketch: Sketch;
  private readonly image: Menu;
  private readonly other: HTMLButtonElement;
  private readonly preset: Menu;
  private readonly size: Stepper;
  private readonly stride: Stepper;
  private readonly padding: Menu;
  private readonly dilation: Stepper;
  private readonly flip: Check;
  private source = '';

  constructor(private readonly model: ConvolutionModel) {
    const change = model.change.bind(model);
    this.image = new Menu(
      () => t('Image'),
      (name) => change({ image: name as 'digit', at: [] }),
    );
    this.other = tool('dice', () => t('Another digit'));
    this.other.addEventListener('click', () => change({ digit: (model.now.digit + 1) % 10 }));
    this.preset = new Menu(
      () => t('Known kernels'),
      (name) => {
        const found = PRESETS.find((one) => one.name === name);
        if (found) change({ kernel: found.kernel, mode: found.mode });
      },
    );
    this.size = new Stepper(
      () => t('Kernel size'),
      1,
      MOST_SIDE,
      (side) => change({ kernel: resized(model.now.kernel, side, side) }),
    );
    this.stride = new Stepper(
      () => t('Stride'),
      1,
      4,
      (stride) => change({ stride }),
    );
    this.padding = new Menu(
      () => t('Padding'),
      (name) => change({ padding: name === 'valid' || name === 'same' ? name : Number(name) }),
    );
    this.dilation = new Stepper(
      () => t('Dilation'),
      1,
      4,
      (dilation) => change({ dilation }),
    );
    this.flip = new Check(
      () => t('Flip the kernel'),
      (flip) => change({ flip }),
    );
    this.fields = {
      image: el('div', 'dlw-convolution-image', {}, this.image.root, this.other),
      presets: this.preset.root,
      size: this.size.root,
      stride: this.stride.root,
      padding: this.padding.root,
      dilation: this.dilation.root,
      flip: this.flip.root,
    };
    this.sketch = new Sketch((picture) => model.take('drawing', picture));
    this.camera = new LiveCamera((picture) => model.take('webcam', picture));
    this.below = el('div', 'dlw-convolution-source', {}, this.sketch.root, this.camera.root);
  }

  show(): void {
    const { now: values, own } = this.model;
    const images: [string, string][] = [
      ['digit', t('Digit {digit}', { digit: values.digit })],
      ['photo', t('Photo')],
      ['diagonal', t('5×5 exercise')],
      ['sums', t('Exercise with decimals: 2.8 and 0.3')],
      ['drawing', t('Your drawing')],
      ['webcam', t('Webcam')],
    ];
    if (own || values.image === 'own') images.push(['own', t('Your own array')]);
    this.image.show(images, values.image);
    this.other.hidden = values.image !== 'digit';
    const known = presetOf(values.kernel, values.mode);
    const presets = PRESETS.map(({ name, title }): [string, string] => [name, title()]);
    if (known === null) presets.unshift([OWN_KERNEL, t('Your own')]);
    this.preset.show(presets, known ?? OWN_KERNEL);
    const [height, width] = [values.kernel.length, values.kernel[0]!.length];
    this.size.show(Math.max(height, width), `${height}×${width}`);
    this.stride.show(values.stride);
    this.padding.show(
      [
        ['valid', t('valid (none)')],
        ['same', t('same')],
        ...[0, 1, 2, 3, 4].map((n): [string, string] => [String(n), t('{n} on each side', { n })]),
      ],
      String(values.padding),
    );
    this.dilation.show(values.dilation);
    this.flip.show(values.flip);
    this.camera.show();
    if (this.source === values.image) return;
    this.source = values.image;
    this.sketch.root.hidden = values.image !== 'drawing';
    this.camera.root.hidden = values.image !== 'webcam';
    if (values.image !== 'webcam') this.camera.end();
    if (values.image === 'drawing') this.sketch.show();
  }
}
