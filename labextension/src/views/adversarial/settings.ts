import { t } from '../../core/i18n';
import { tool } from '../../shared/concept/controls';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import { Sketch } from '../../shared/concept/sketch';
import { el } from '../../shared/dom';
import { type ImageName, type Method, MOST_EPSILON, type NetworkName } from './fields';
import type { AdversarialModel } from './model';
import { className, epsilonText } from './texts';

const ANY = '';

/** The row of settings, and a square to draw on. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  readonly sketch: Sketch;
  private readonly image: Menu;
  private readonly other: HTMLButtonElement;
  private readonly network: Menu;
  private readonly target: Menu;
  private readonly method: Menu;
  private readonly steps: Stepper;
  private readonly epsilon: Slider;
  private source = '';

  constructor(private readonly model: AdversarialModel) {
    const change = model.change.bind(model);
    this.image = new Menu(
      () => t('Image'),
      (image) => change({ image: image as ImageName }),
    );
    this.other = tool('dice', () => t('Another digit'));
    this.other.addEventListener('click', () => change({ digit: (model.now.digit + 1) % 10 }));
    this.network = new Menu(
      () => t('Network'),
      (network) => {
        const { target } = model.now;
        // The networks of the page have ten classes.
        const known = network === 'own' || target[0] === undefined || target[0] < 10;
        change({ network: network as NetworkName, target: known ? target : [] });
      },
    );
    this.target = new Menu(
      () => t('Wanted answer'),
      (target) => change({ target: target === ANY ? [] : [Number(target)] }),
    );
    this.method = new Menu(
      () => t('Method'),
      (method) => change({ method: method as Method }),
    );
    this.steps = new Stepper(
      () => t('Steps'),
      2,
      40,
      (steps) => change({ steps }),
    );
    this.epsilon = new Slider(
      () => t('Size ε'),
      0,
      MOST_EPSILON,
      0.001,
      (epsilon) => change({ epsilon: [epsilon] }),
    );
    this.sketch = new Sketch((picture) => model.draw(picture));
    this.fields = {
      image: el('div', 'dlw-adversarial-setting', {}, this.image.root, this.other),
      network: this.network.root,
      target: this.target.root,
      method: el('div', 'dlw-adversarial-setting', {}, this.method.root, this.steps.root),
      epsilon: this.epsilon.root,
    };
  }

  /** @param epsilon the ε that is shown */
  show(epsilon: number): void {
    const { model } = this;
    const { now, foreign, attack } = model;
    const images: [string, string][] = [['digit', t('Digit {digit}', { digit: now.digit })]];
    if (!foreign || now.image === 'drawing') images.push(['drawing', t('Your drawing')]);
    if (model.own || now.image === 'own') images.push(['own', t('Your own array')]);
    this.image.show(images, now.image);
    this.other.hidden = now.image !== 'digit';
    const networks: [string, string][] = [
      ['network', t('with a hidden layer')],
      ['linear', t('linear')],
    ];
    if (model.computed || now.network === 'own') networks.push(['own', t('Your own model')]);
    this.network.show(networks, now.network);
    const targets = this.targets();
    const target = now.target[0];
    this.target.show(
      [[ANY, t('any other')], ...targets],
      target !== undefined && targets.some(([value]) => value === String(target)) ? String(target) : ANY,
    );
    this.method.show(
      [
        ['sign', t('one step (FGSM)')],
        ['iterative', t('many small steps (PGD)')],
      ],
      now.method,
    );
    this.steps.root.hidden = now.method !== 'iterative';
    this.steps.show(now.steps);
    // What was wanted, not the nearest that was computed: a key that moves it by a little isn't undone.
    this.epsilon.show(now.epsilon[0] ?? epsilon, epsilonText(epsilon, attack));
    if (this.source === now.image) return;
    this.source = now.image;
    this.sketch.root.hidden = now.image !== 'drawing';
    if (now.image === 'drawing') this.sketch.show();
  }

  /** Classes with their numbers: those of the user's model have numbers of their own. */
  private targets(): [string, string][] {
    const { attack, computed, foreign } = this.model;
    const numbers = foreign ? computed!.classes : attack.names.map((_, i) => i);
    return attack.names.map((_, i) => [String(numbers[i]), className(attack, i)]);
  }
}
