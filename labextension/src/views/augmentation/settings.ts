import { t } from '../../core/i18n';
import { tool } from '../../shared/concept/controls';
import { Check, Menu, Slider } from '../../shared/concept/fields';
import { LiveCamera } from '../../shared/concept/live-camera';
import { short } from '../../shared/concept/numbers';
import { Sketch } from '../../shared/concept/sketch';
import { el } from '../../shared/dom';
import { FILL_MODES, type FillMode, type ImageName } from './fields';
import type { AugmentationModel } from './model';
import { degrees, fillName, percent } from './texts';

type Range = 'rotation' | 'width_shift' | 'height_shift' | 'shear' | 'zoom';

/** The ranges and the image, with what some images need: a square to draw on, the camera. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  readonly below: HTMLElement;
  readonly camera: LiveCamera;
  private readonly sketch: Sketch;
  private readonly image: Menu;
  private readonly other: HTMLButtonElement;
  private readonly fill: Menu;
  private readonly ranges: Readonly<Record<Range, Slider>>;
  private readonly mirror: Check;
  private readonly over: Check;
  private source = '';

  constructor(private readonly model: AugmentationModel) {
    // Numbers by hand would hide what another range does.
    const change = (values: Parameters<typeof model.change>[0]): void =>
      model.change({ ...values, throw: [] });
    this.image = new Menu(
      () => t('Image'),
      (name) => model.change({ image: name as ImageName }),
    );
    this.other = tool('dice', () => t('Another digit'));
    this.other.addEventListener('click', () => model.change({ digit: (model.now.digit + 1) % 10 }));
    this.fill = new Menu(
      () => t('Fill mode'),
      (name) => model.change({ fill_mode: name as FillMode }),
    );
    const slider = (label: () => string, high: number, step: number, name: Range): Slider =>
      new Slider(label, 0, high, step, (value) => change({ [name]: value }));
    this.ranges = {
      rotation: slider(() => t('Rotation range'), 180, 1, 'rotation'),
      width_shift: slider(() => t('Width shift range'), 1, 0.01, 'width_shift'),
      height_shift: slider(() => t('Height shift range'), 1, 0.01, 'height_shift'),
      shear: slider(() => t('Shear range'), 1, 0.01, 'shear'),
      zoom: slider(() => t('Zoom range'), 0.9, 0.01, 'zoom'),
    };
    this.mirror = new Check(
      () => t('Horizontal flip'),
      (on) => change({ horizontal_flip: on }),
    );
    this.over = new Check(
      () => t('Vertical flip'),
      (on) => change({ vertical_flip: on }),
    );
    this.fields = {
      image: el('div', 'dlw-augment-image', {}, this.image.root, this.other),
      fill_mode: this.fill.root,
      ...Object.fromEntries(Object.entries(this.ranges).map(([name, { root }]) => [name, root])),
      horizontal_flip: this.mirror.root,
      vertical_flip: this.over.root,
    };
    this.sketch = new Sketch((picture) => model.take('drawing', picture));
    this.camera = new LiveCamera((picture) => model.take('webcam', picture));
    this.below = el('div', 'dlw-augment-drawn', {}, this.sketch.root, this.camera.root);
  }

  show(): void {
    const { now, own } = this.model;
    const images: [ImageName, string][] = [
      ['photo', t('Photo')],
      ['digit', t('Digit {digit}', { digit: now.digit })],
      ['letter', t('Letter b')],
      ['word', t('Word pod')],
      ['drawing', t('Your drawing')],
      ['webcam', t('Webcam')],
    ];
    if (own || now.image === 'own') images.push(['own', t('Your own array')]);
    this.image.show(images, now.image);
    this.other.hidden = now.image !== 'digit';
    this.fill.show(
      FILL_MODES.map((mode): [string, string] => [mode, fillName(mode)]),
      now.fill_mode,
    );
    const { ranges } = this;
    ranges.rotation.show(now.rotation, `±${degrees(now.rotation)}`);
    ranges.width_shift.show(now.width_shift, `±${percent(now.width_shift)}`);
    ranges.height_shift.show(now.height_shift, `±${percent(now.height_shift)}`);
    ranges.shear.show(now.shear, `±${short(now.shear)} (${degrees((now.shear * 180) / Math.PI)})`);
    ranges.zoom.show(now.zoom, `${percent(1 - now.zoom)} – ${percent(1 + now.zoom)}`);
    this.mirror.show(now.horizontal_flip);
    this.over.show(now.vertical_flip);
    this.camera.show();
    if (this.source === now.image) return;
    this.source = now.image;
    this.sketch.root.hidden = now.image !== 'drawing';
    this.camera.root.hidden = now.image !== 'webcam';
    if (now.image !== 'webcam') this.camera.end();
    if (now.image === 'drawing') this.sketch.show();
  }
}
