import { t } from '../../core/i18n';
import { Menu, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import type { Weights } from './fit';
import type { OneNeuronModel } from './model';
import { rateText } from './texts';

const SIZES = [1, 2, 4, 8, 16, 32];

/** What can be set: the line by numbers, the learning rate and the batch size. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly w: Slider;
  private readonly b: Slider;
  private readonly rate: Slider;
  private readonly batch: Menu;
  private weights: Weights = [0, 0];

  /**
   * @param line called with w and b that are set
   */
  constructor(
    private readonly model: OneNeuronModel,
    line: (weights: Weights) => void,
  ) {
    // A share of the bounds, which follow the points.
    const slider = (label: () => string, which: 0 | 1): Slider =>
      new Slider(label, 0, 1000, 1, (share) => {
        const [low, high] = model.bounds[which];
        const value = Number((low + ((high - low) * share) / 1000).toPrecision(3));
        line(which === 0 ? [value, this.weights[1]] : [this.weights[0], value]);
      });
    this.w = slider(() => t('Weight w'), 0);
    this.b = slider(() => t('Bias b'), 1);
    this.rate = new Slider(
      () => t('Learning rate η'),
      -3,
      0.6,
      'any',
      (power) => {
        const rate = Number((model.shape.limit * 10 ** power).toPrecision(3));
        model.change({ learning_rate: Math.min(10, Math.max(1e-9, rate)), at: [] });
      },
    );
    this.batch = new Menu(
      () => t('Batch size'),
      (size) => model.change({ batch_size: Number(size) }),
    );
    this.fields = {
      w: this.w.root,
      b: this.b.root,
      learning_rate: this.rate.root,
      batch_size: this.batch.root,
    };
  }

  show(weights: Weights): void {
    const { model } = this;
    this.weights = weights;
    const share = (which: 0 | 1): number => {
      const [low, high] = model.bounds[which];
      return Math.round(Math.min(1000, Math.max(0, ((weights[which] - low) / (high - low)) * 1000)));
    };
    this.w.show(share(0), short(weights[0]));
    this.b.show(share(1), short(weights[1]));
    const { learning_rate } = model.now;
    const over = learning_rate > model.shape.limit;
    this.rate.show(Math.log10(learning_rate / model.shape.limit), rateText(learning_rate));
    this.rate.root.classList.toggle('dlw-neuron-over', over);
    const count = model.points.x.length;
    const sizes = SIZES.filter((size) => size < count);
    if (model.batchSize > 0 && !sizes.includes(model.batchSize)) sizes.push(model.batchSize);
    this.batch.show(
      [
        ['0', t('all {count}', { count })],
        ...sizes.map((size): [string, string] => [String(size), String(size)]),
      ],
      String(model.batchSize),
    );
  }
}
