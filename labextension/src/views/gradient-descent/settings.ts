import { t } from '../../core/i18n';
import { Check, Menu, Slider } from '../../shared/concept/fields';
import { el } from '../../shared/dom';
import { FUNCTIONS, type FunctionName } from './fields';
import type { GradientDescentModel } from './model';
import { short } from '../../shared/concept/numbers';
import type { OptimizerName } from './optimizers';
import { functionName } from './texts';

/** Batch sizes to choose from; 0 is all. */
const SIZES = [1, 2, 4, 8, 16, 32, 64];

/** Two significant digits, which is as fine as a hand moves. */
function rough(value: number): number {
  return Number(value.toPrecision(2));
}

/** A slider on a logarithmic scale. */
function logarithmic(
  label: () => string,
  low: number,
  high: number,
  changed: (value: number) => void,
): Slider {
  return new Slider(label, Math.log10(low), Math.log10(high), 'any', (power) =>
    changed(Math.min(high, Math.max(low, rough(10 ** power)))),
  );
}

/** What can be set: the function, the knobs of the optimizers, and batches. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly menu: Menu;
  private readonly rate: Slider;
  private readonly momentum: Slider;
  private readonly rho: Slider;
  private readonly beta2: Slider;
  private readonly epsilon: Slider;
  private readonly batch: Menu;
  private readonly scaled: Check;

  constructor(private readonly model: GradientDescentModel) {
    const change = model.change.bind(model);
    this.menu = new Menu(
      () => t('Function'),
      (name) => change({ function: name as FunctionName, start: [], at: [] }),
    );
    this.rate = logarithmic(
      () => t('Learning rate η'),
      0.001,
      3,
      (learning_rate) => change({ learning_rate }),
    );
    this.momentum = new Slider(
      () => t('β (momentum, Nesterov, Adam’s β₁)'),
      0,
      0.99,
      0.01,
      (momentum) => change({ momentum }),
    );
    this.rho = new Slider(
      () => t('ρ of RMSprop'),
      0,
      0.999,
      0.001,
      (rho) => change({ rho }),
    );
    this.beta2 = new Slider(
      () => t('β₂ of Adam'),
      0,
      0.9999,
      0.0001,
      (beta_2) => change({ beta_2 }),
    );
    this.epsilon = logarithmic(
      () => t('ε (divisor)'),
      1e-8,
      1,
      (epsilon) => change({ epsilon }),
    );
    this.batch = new Menu(
      () => t('Batch size'),
      (size) => change({ batch_size: Number(size) }),
    );
    this.scaled = new Check(
      () => t('Scale x and y to mean 0 and standard deviation 1'),
      (scaled) => change({ scaled, start: [] }),
    );
    this.fields = {
      function: this.menu.root,
      learning_rate: this.rate.root,
      momentum: this.momentum.root,
      rho: this.rho.root,
      beta_2: this.beta2.root,
      epsilon: this.epsilon.root,
      batch_size: this.batch.root,
      scaled: el('div', 'dlw-descent-scaled', {}, this.scaled.root),
    };
  }

  show(): void {
    const { now, table, samples } = this.model;
    const own = table !== null && table.rows !== 2;
    const names = FUNCTIONS.filter((name) => name !== 'own' || own || now.function === 'own');
    this.menu.show(
      names.map((name) => [
        name,
        name === 'points' && this.model.ownPoints ? t('Line through your points: w, b') : functionName(name),
      ]),
      now.function,
    );
    this.rate.show(Math.log10(now.learning_rate), short(now.learning_rate));
    this.momentum.show(now.momentum, now.momentum.toFixed(2));
    this.rho.show(now.rho, now.rho.toFixed(3));
    this.beta2.show(now.beta_2, now.beta_2.toFixed(4));
    this.epsilon.show(Math.log10(now.epsilon), short(now.epsilon));
    const count = samples?.points.x.length ?? 0;
    const sizes = SIZES.filter((size) => size < count);
    if (this.model.batchSize > 0 && !sizes.includes(now.batch_size)) sizes.push(now.batch_size);
    this.batch.show(
      [
        ['0', t('all {count}', { count })],
        ...sizes.map((size): [string, string] => [String(size), String(size)]),
      ],
      String(this.model.batchSize),
    );
    this.scaled.show(now.scaled);
    // Knobs that nothing shown depends on would only be in the way.
    const uses = (...names: OptimizerName[]): boolean => names.some((name) => now.optimizers.includes(name));
    const { fields } = this;
    fields.momentum!.hidden = !uses('momentum', 'nesterov', 'adam');
    fields.rho!.hidden = !uses('rmsprop');
    fields.beta_2!.hidden = !uses('adam');
    fields.epsilon!.hidden = !uses('adagrad', 'rmsprop', 'adam');
    fields.batch_size!.hidden = fields.scaled!.hidden = samples === null;
  }
}
