import { t } from '../../core/i18n';
import {
  ACTIVATIONS,
  type ActivationName,
  OPTIMIZERS,
  type OptimizerName,
  PENALTIES,
  type PenaltyName,
} from '../../shared/concept/dense-network';
import { Check, Menu, Slider, Stepper } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { FEATURE } from './features';
import { DATA, type DataName, type FeatureName, FEATURES, MODES, MOST_LAYERS, MOST_UNITS } from './fields';
import type { PlaygroundModel } from './model';
import { activationName, dataName, optimizerName, percent } from './texts';

const SIZES = [1, 2, 5, 10, 20, 50, 100, 500];

/** Two significant digits, which is as fine as a hand moves. */
function rough(value: number): number {
  return Number(value.toPrecision(2));
}

/** What can be set of points, network and training. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly mode: Menu;
  private readonly data: Menu;
  private readonly noise: Slider;
  private readonly samples: Slider;
  private readonly test: Slider;
  private readonly checks: Readonly<Record<FeatureName, Check>>;
  private readonly layers: Stepper;
  private readonly units: Stepper[];
  private readonly activation: Menu;
  private readonly optimizer: Menu;
  private readonly rate: Slider;
  private readonly penalty: Menu;
  private readonly strength: Slider;
  private readonly batch: Menu;

  constructor(private readonly model: PlaygroundModel) {
    const change = model.change.bind(model);
    this.mode = new Menu(
      () => t('What separates the classes'),
      (name) => change({ mode: name as (typeof MODES)[number] }),
    );
    this.data = new Menu(
      () => t('Points'),
      (name) => change({ data: name as DataName, at: [] }),
    );
    this.noise = new Slider(
      () => t('Noise'),
      0,
      0.5,
      0.01,
      (noise) => change({ noise }),
    );
    this.samples = new Slider(
      () => t('Number of points'),
      20,
      500,
      10,
      (samples) => change({ samples }),
    );
    this.test = new Slider(
      () => t('Share for testing'),
      0,
      0.8,
      0.1,
      (test) => change({ test }),
    );
    this.checks = Object.fromEntries(
      FEATURES.map((name) => [name, new Check(FEATURE[name].sign, (on) => this.toggle(name, on))]),
    ) as Record<FeatureName, Check>;
    this.layers = new Stepper(
      () => t('Hidden layers'),
      0,
      MOST_LAYERS,
      (count) => this.resize(count),
    );
    this.units = Array.from(
      { length: MOST_LAYERS },
      (_, i) =>
        new Stepper(
          () => t('Units of layer {layer}', { layer: i + 1 }),
          1,
          MOST_UNITS,
          (units) => this.structure(model.now.layers.map((old, at) => (at === i ? units : old))),
        ),
    );
    this.activation = new Menu(
      () => t('Activation'),
      (name) => change({ activation: name as ActivationName }),
    );
    this.optimizer = new Menu(
      () => t('Optimizer'),
      (name) => change({ optimizer: name as OptimizerName }),
    );
    this.rate = new Slider(
      () => t('Learning rate'),
      -3,
      0.5,
      'any',
      (power) => change({ learning_rate: rough(10 ** power) }),
    );
    this.penalty = new Menu(
      () => t('Regularization'),
      (name) => change({ regularization: name as PenaltyName }),
    );
    this.strength = new Slider(
      () => t('Strength λ'),
      -4,
      -0.5,
      'any',
      (power) => change({ strength: rough(10 ** power) }),
    );
    this.batch = new Menu(
      () => t('Batch size'),
      (size) => change({ batch_size: Number(size) }),
    );
    const features = el(
      'div',
      'dlw-concept-field',
      { role: 'group', 'aria-label': () => t('Inputs') },
      el('span', 'dlw-concept-label', {}, () => t('Inputs')),
      el('div', 'dlw-play-checks', {}, ...FEATURES.map((name) => this.checks[name].root)),
    );
    this.fields = {
      mode: this.mode.root,
      data: this.data.root,
      noise: this.noise.root,
      samples: this.samples.root,
      test: this.test.root,
      features,
      layers: el(
        'div',
        'dlw-concept-settings dlw-play-layers',
        {},
        this.layers.root,
        ...this.units.map(({ root }) => root),
      ),
      activation: this.activation.root,
      optimizer: this.optimizer.root,
      learning_rate: this.rate.root,
      regularization: this.penalty.root,
      strength: this.strength.root,
      batch_size: this.batch.root,
    };
  }

  /** Another structure has other weights. */
  private structure(layers: readonly number[]): void {
    this.model.change({ layers, weights: [], unit: [] });
  }

  private resize(count: number): void {
    const { layers } = this.model.now;
    const next = layers.slice(0, count);
    while (next.length < count) next.push(next.at(-1) ?? 4);
    this.structure(next);
  }

  private toggle(name: FeatureName, on: boolean): void {
    const others = this.model.features.filter((one) => one !== name);
    const features = on ? [...others, name] : others;
    // A network without any input can't learn.
    if (features.length === 0) this.checks[name].show(true);
    else this.model.change({ features, weights: [], unit: [] });
  }

  show(): void {
    const { now, own, pointsNow, features } = this.model;
    this.mode.show(
      [
        ['network', t('A network')],
        ['coordinates', t('Other coordinates, by hand')],
      ],
      now.mode,
    );
    this.data.show(
      DATA.filter((name) => name !== 'own' || own !== null || now.data === 'own').map((name) => [
        name,
        dataName(name),
      ]),
      now.data,
    );
    this.noise.show(now.noise, now.noise.toFixed(2));
    this.samples.show(now.samples, String(now.samples));
    this.test.show(now.test, percent(now.test));
    for (const name of FEATURES) this.checks[name].show(features.includes(name));
    this.layers.show(now.layers.length);
    this.units.forEach((stepper, i) => {
      stepper.root.hidden = i >= now.layers.length;
      stepper.show(now.layers[i] ?? 1);
    });
    this.activation.show(
      ACTIVATIONS.map((name) => [name, activationName(name)]),
      now.activation,
    );
    this.optimizer.show(
      OPTIMIZERS.map((name) => [name, optimizerName(name)]),
      now.optimizer,
    );
    this.rate.show(Math.log10(now.learning_rate), short(now.learning_rate));
    this.penalty.show(
      PENALTIES.map((name) => [name, name === 'none' ? t('none') : name.toUpperCase()]),
      now.regularization,
    );
    this.strength.show(Math.log10(now.strength), short(now.strength));
    const sizes = SIZES.includes(now.batch_size) ? SIZES : [...SIZES, now.batch_size].sort((a, b) => a - b);
    this.batch.show(
      sizes.map((size) => [
        String(size),
        size >= pointsNow.training ? t('all ({size})', { size }) : String(size),
      ]),
      String(now.batch_size),
    );
    const { fields } = this;
    const fixed = now.data === 'drawn' || (now.data === 'own' && own !== null);
    fields.noise!.hidden = fields.samples!.hidden = fixed;
    fields.strength!.hidden = now.regularization === 'none';
    const hand = now.mode === 'coordinates';
    for (const name of [
      'features',
      'layers',
      'activation',
      'optimizer',
      'learning_rate',
      'regularization',
      'batch_size',
      'test',
    ]) {
      fields[name]!.hidden = hand;
    }
    if (hand) fields.strength!.hidden = true;
  }
}
