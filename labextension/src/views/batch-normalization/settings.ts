import { t } from '../../core/i18n';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import { short, three } from '../../shared/concept/numbers';
import {
  type Activation,
  ACTIVATIONS,
  DATA,
  type DataName,
  type Mode,
  MOST_BATCH,
  MOST_LAYERS,
  MOST_UNITS,
  STEPS,
} from './fields';
import type { BatchNormalizationModel } from './model';
import { activationText, dataText } from './texts';

/** What the widget asks its settings for. */
interface Actions {
  go: (step: number) => void;
}

const decimals = (value: number): number => Number(value.toPrecision(2));

/** All controls, each named as its part. */
export class Settings {
  readonly fields: Readonly<Record<string, Menu | Slider | Stepper>>;
  private readonly data: Menu;
  private readonly layers: Stepper;
  private readonly units: Slider;
  private readonly activation: Menu;
  private readonly batchSize: Slider;
  private readonly rate: Slider;
  private readonly scale: Slider;
  private readonly mode: Menu;
  private readonly momentum: Slider;
  private readonly epsilon: Slider;
  private readonly gamma: Slider;
  private readonly beta: Slider;
  private readonly unit: Stepper;
  private readonly step: Slider;

  constructor(
    private readonly model: BatchNormalizationModel,
    { go }: Actions,
  ) {
    const change = model.change.bind(model);
    this.data = new Menu(
      () => t('Data shown'),
      (name) => change({ data: name as DataName, unit: [1, 1] }),
    );
    this.layers = new Stepper(
      () => t('Layers'),
      1,
      MOST_LAYERS,
      (layers) => change({ layers }),
    );
    this.units = new Slider(
      () => t('Units'),
      2,
      MOST_UNITS,
      1,
      (units) => change({ units }),
    );
    this.activation = new Menu(
      () => t('Activation'),
      (name) => change({ activation: name as Activation }),
    );
    this.batchSize = new Slider(
      () => t('Batch size'),
      0,
      Math.log2(MOST_BATCH),
      'any',
      (power) => change({ batch_size: Math.round(2 ** power) }),
    );
    this.rate = new Slider(
      () => t('Learning rate'),
      -3,
      Math.log10(3),
      'any',
      (power) => change({ learning_rate: Math.max(0.001, decimals(10 ** power)) }),
    );
    this.scale = new Slider(
      () => t('Scale of the weights'),
      -1,
      Math.log10(5),
      'any',
      (power) => change({ scale: decimals(10 ** power) }),
    );
    this.mode = new Menu(
      () => t('Statistics'),
      (name) => change({ mode: name as Mode }),
    );
    this.momentum = new Slider(
      () => t('Momentum'),
      0,
      3,
      'any',
      (power) => change({ momentum: Number((1 - 10 ** -power).toFixed(power > 2 ? 3 : 2)) }),
    );
    this.epsilon = new Slider(
      () => 'ε',
      -6,
      0,
      'any',
      (power) => change({ epsilon: Number((10 ** power).toPrecision(1)) }),
    );
    this.gamma = new Slider(
      () => 'γ',
      -5,
      5,
      0.1,
      (gamma) => change({ gamma }),
    );
    this.beta = new Slider(
      () => 'β',
      -5,
      5,
      0.1,
      (beta) => change({ beta }),
    );
    this.unit = new Stepper(
      () => t('Unit'),
      1,
      MOST_UNITS,
      (unit) => change({ unit: [model.now.unit[0] ?? 1, unit] }),
    );
    this.step = new Slider(() => t('Step shown'), 0, STEPS, 1, go);
    this.fields = {
      data: this.data,
      layers: this.layers,
      units: this.units,
      activation: this.activation,
      scale: this.scale,
      learning_rate: this.rate,
      batch_size: this.batchSize,
      momentum: this.momentum,
      epsilon: this.epsilon,
      mode: this.mode,
      unit: this.unit,
      gamma: this.gamma,
      beta: this.beta,
      step: this.step,
    };
  }

  /**
   * @param step the step that is shown
   * @param unit the unit that is marked, from 1
   */
  show(step: number, unit: number): void {
    const { model } = this;
    const { now, isOwn } = model;
    const names = DATA.filter((name) => name !== 'own' || model.own !== null || model.missing);
    this.data.show(
      names.map((name) => [name, dataText(name)] as const),
      now.data,
    );
    this.layers.show(now.layers);
    this.units.show(now.units, String(now.units));
    this.activation.show(
      ACTIVATIONS.map((name) => [name, activationText(name)] as const),
      now.activation,
    );
    this.batchSize.show(Math.log2(now.batch_size), String(now.batch_size));
    this.rate.show(Math.log10(now.learning_rate), three(now.learning_rate));
    this.scale.show(Math.log10(now.scale), `× ${three(now.scale)}`);
    this.mode.show(
      [
        ['training', t('of each batch (training)')],
        ['inference', t('moving averages (inference)')],
      ],
      now.mode,
    );
    this.momentum.show(-Math.log10(1 - now.momentum), three(now.momentum));
    this.epsilon.show(
      Math.log10(now.epsilon),
      now.epsilon >= 0.001 ? String(now.epsilon) : short(now.epsilon),
    );
    this.gamma.show(now.gamma, three(now.gamma));
    this.beta.show(now.beta, three(now.beta));
    this.unit.show(unit);
    this.step.show(step, String(step));
    for (const field of [this.layers, this.units, this.activation, this.rate, this.scale]) {
      field.root.hidden = isOwn;
    }
    for (const field of [this.gamma, this.beta]) field.root.hidden = !isOwn;
  }
}
