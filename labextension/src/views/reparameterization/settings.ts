import { t } from '../../core/i18n';
import { tool } from '../../shared/concept/controls';
import { Menu, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { Sketch } from '../../shared/concept/sketch';
import { el } from '../../shared/dom';
import { type ImageName, LEAST_DEVIATION, MOST_DEVIATION, type Path, REACH } from './fields';
import type { Pair } from './latent';
import type { ReparameterizationModel } from './model';

interface Actions {
  /** The user sets mean and deviation. */
  set: (mean: Pair, deviation: Pair) => void;
}

/** The rows of settings, and a square to draw on. */
export class Settings {
  readonly fields: Readonly<Record<'image' | 'path' | 'beta' | 'encode', HTMLElement>>;
  readonly numbers: HTMLElement;
  readonly sketch: Sketch;
  private readonly image: Menu;
  private readonly other: HTMLButtonElement;
  private readonly path: Menu;
  private readonly beta: Slider;
  private readonly encode: HTMLButtonElement;
  private readonly sliders: readonly Slider[];
  private mean: Pair = [0, 0];
  private deviation: Pair = [1, 1];
  private source = '';

  constructor(
    private readonly model: ReparameterizationModel,
    actions: Actions,
  ) {
    const change = model.change.bind(model);
    this.image = new Menu(
      () => t('Image'),
      (image) => change({ image: image as ImageName }),
    );
    this.other = tool('dice', () => t('Another digit'));
    this.other.addEventListener('click', () => change({ digit: (model.now.digit + 1) % 10 }));
    this.path = new Menu(
      () => t('How z is drawn'),
      (path) => change({ path: path as Path }),
    );
    this.beta = new Slider(
      () => t('Weight β of the KL divergence'),
      0,
      20,
      0.5,
      (beta) => change({ beta }),
    );
    this.encode = el(
      'button',
      'dlw-button',
      { type: 'button', title: () => t('Set mean and deviation to what the encoder gives for the image.') },
      () => t('Encode'),
    );
    this.encode.addEventListener('click', () => {
      const { code } = model;
      if (code) actions.set(code.mean, code.deviation);
    });
    const slider = (label: string, which: 'mean' | 'deviation', i: 0 | 1): Slider => {
      const [low, high] = which === 'mean' ? [-REACH, REACH] : [LEAST_DEVIATION, MOST_DEVIATION];
      return new Slider(label, low, high, 0.01, (value) => {
        const changed = [...this[which]] as [number, number];
        changed[i] = value;
        if (which === 'mean') actions.set(changed, this.deviation);
        else actions.set(this.mean, changed);
      });
    };
    this.sliders = [
      slider('μ₁', 'mean', 0),
      slider('μ₂', 'mean', 1),
      slider('σ₁', 'deviation', 0),
      slider('σ₂', 'deviation', 1),
    ];
    this.sketch = new Sketch((picture) => model.draw(picture));
    this.fields = {
      image: el('div', 'dlw-reparam-setting', {}, this.image.root, this.other),
      encode: el('div', 'dlw-reparam-setting', {}, this.encode),
      path: this.path.root,
      beta: this.beta.root,
    };
    this.numbers = el('div', 'dlw-reparam-sliders', {}, ...this.sliders.map(({ root }) => root));
  }

  show(mean: Pair, deviation: Pair): void {
    const { model } = this;
    const { now } = model;
    this.mean = mean;
    this.deviation = deviation;
    const images: [string, string][] = [];
    if (model.takesDigits || now.image !== 'own') {
      images.push(['digit', t('Digit {digit}', { digit: now.digit })], ['drawing', t('Your drawing')]);
    }
    if (model.own || now.image === 'own') images.push(['own', t('Your own array')]);
    this.image.show(images, now.image);
    this.other.hidden = now.image !== 'digit';
    this.path.show(
      [
        ['reparameterized', 'z = μ + σ·ε'],
        ['sampled', t('z drawn from N(μ, σ²)')],
      ],
      now.path,
    );
    this.beta.show(now.beta, short(now.beta));
    this.encode.disabled = model.code === null;
    [...mean, ...deviation].forEach((value, i) => {
      this.sliders[i]!.show(Number(value.toFixed(3)), value.toFixed(2).replace('-', '−'));
    });
    if (this.source === now.image) return;
    this.source = now.image;
    this.sketch.root.hidden = now.image !== 'drawing';
    if (now.image === 'drawing') this.sketch.show();
  }
}
