import { t } from '../../core/i18n';
import { Menu, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { type Activation, ACTIVATIONS, fits, LOSSES, type Loss, MISTAKES, type Mistake } from './network';
import type { BackpropagationModel } from './model';
import { activationText, lossText, mistakeText } from './texts';

const SHAPES = ['1,1,1', '1,1,1,1', '2,1', '2,2,1', '2,2,2', '2,3,1', '2,3,2', '3,3,3', '2,2,2,2', '2,3,3,1'];
const MIXED = 'mixed';

/** Two significant digits, which is as fine as a hand moves. */
function rough(value: number): number {
  return Number(value.toPrecision(2));
}

/** What can be set: the network, its training, and the gradient check. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly layers: Menu;
  private readonly hidden: Menu;
  private readonly output: Menu;
  private readonly loss: Menu;
  private readonly rate: Slider;
  private readonly l2: Slider;
  private readonly mistake: Menu;
  private readonly epsilon: Slider;
  private readonly pace: Menu;

  constructor(private readonly model: BackpropagationModel) {
    this.layers = new Menu(
      () => t('Layers'),
      (shape) => model.setLayers(shape.split(',').map(Number)),
    );
    this.hidden = new Menu(
      () => t('Hidden activation'),
      (name) => {
        if (name !== MIXED) model.setActivation('hidden', name as Activation);
      },
    );
    this.output = new Menu(
      () => t('Output activation'),
      (name) => model.setActivation('output', name as Activation),
    );
    this.loss = new Menu(
      () => t('Loss'),
      (loss) => model.change({ loss: loss as Loss }),
    );
    this.rate = new Slider(
      () => t('Learning rate η'),
      -2,
      1,
      'any',
      (power) => model.change({ learning_rate: Math.min(10, rough(10 ** power)) }),
    );
    this.l2 = new Slider(
      () => t('L2 regularization λ'),
      0,
      0.2,
      0.001,
      (l2) => model.change({ l2 }),
    );
    this.mistake = new Menu(
      () => t('Mistake in the program'),
      (mistake) => model.change({ mistake: mistake as Mistake }),
    );
    this.epsilon = new Slider(
      () => t('ε of the differences'),
      -12,
      -1,
      1,
      (power) => model.change({ epsilon: 10 ** power }),
    );
    this.pace = new Menu(
      () => t('Play'),
      (pace) => model.change({ pace: pace as 'steps' | 'passes' }),
    );
    this.fields = {
      layers: this.layers.root,
      hidden_activation: this.hidden.root,
      output_activation: this.output.root,
      loss: this.loss.root,
      learning_rate: this.rate.root,
      l2: this.l2.root,
      mistake: this.mistake.root,
      epsilon: this.epsilon.root,
      pace: this.pace.root,
    };
  }

  show(): void {
    const { model } = this;
    const { now, activations } = model;
    const shape = model.layers.join();
    const shapes = SHAPES.includes(shape) ? SHAPES : [...SHAPES, shape];
    this.layers.show(
      shapes.map((one) => [one, one.replaceAll(',', '-')]),
      shape,
    );
    const inner = activations.slice(0, -1);
    const mixed = inner.some((one) => one !== inner[0]);
    const hidden = ACTIVATIONS.filter((one) => one !== 'softmax').map((one): [string, string] => [
      one,
      activationText(one),
    ]);
    this.hidden.show(
      mixed ? [...hidden, [MIXED, inner.map(activationText).join(', ')]] : hidden,
      mixed ? MIXED : (inner[0] ?? 'sigmoid'),
    );
    this.fields.hidden_activation!.hidden = inner.length === 0;
    const output = activations.at(-1)!;
    this.output.show(
      ACTIVATIONS.map((one) => [one, activationText(one)]),
      output,
    );
    this.loss.show(
      LOSSES.filter((one) => fits(one, output)).map((one) => [one, lossText(one)]),
      model.loss,
    );
    this.rate.show(Math.log10(now.learning_rate), short(now.learning_rate));
    this.l2.show(now.l2, short(now.l2));
    this.mistake.show(
      MISTAKES.map((one) => [one, mistakeText(one)]),
      now.mistake,
    );
    this.epsilon.show(Math.round(Math.log10(now.epsilon)), short(now.epsilon));
    this.pace.show(
      [
        ['steps', t('step by step')],
        ['passes', t('pass by pass')],
      ],
      now.pace,
    );
  }
}
