import { t } from '../../core/i18n';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import { SHOWN, type Shown } from './fields';
import type { FunctionName } from './functions';
import type { ActivationFunctionsModel } from './model';
import { nameOf, shownName } from './texts';

/** What can be set above the curves. */
export class Settings {
  readonly fields: Readonly<
    Record<'show' | 'activation' | 'negative_slope' | 'layers' | 'units', HTMLElement>
  >;
  private readonly shown: Menu;
  private readonly activation: Menu;
  private readonly slope: Slider;
  private readonly layers: Stepper;
  private readonly units: Stepper;

  constructor(private readonly model: ActivationFunctionsModel) {
    const change = model.change.bind(model);
    this.shown = new Menu(
      () => t('Show'),
      (show) => change({ show: show as Shown, x: [] }),
    );
    this.activation = new Menu(
      () => t('Activation'),
      (focus) => change({ focus: focus as FunctionName }),
    );
    this.slope = new Slider(
      () => t('Negative slope of leaky ReLU'),
      0,
      1,
      0.01,
      (negative_slope) => change({ negative_slope }),
    );
    this.layers = new Stepper(
      () => t('Hidden layers'),
      1,
      8,
      (layers) => change({ layers }),
    );
    this.units = new Stepper(
      () => t('Units of each'),
      1,
      16,
      (units) => change({ units }),
    );
    this.fields = {
      show: this.shown.root,
      activation: this.activation.root,
      negative_slope: this.slope.root,
      layers: this.layers.root,
      units: this.units.root,
    };
  }

  show(): void {
    const { now, names, focus } = this.model;
    this.shown.show(
      SHOWN.map((name) => [name, shownName(name)]),
      now.show,
    );
    this.activation.show(
      names.map((name) => [name, nameOf(name)]),
      focus,
    );
    this.slope.show(now.negative_slope, now.negative_slope.toFixed(2));
    this.layers.show(now.layers);
    this.units.show(now.units);
    const stack = now.show === 'stack';
    const { fields } = this;
    fields.activation.hidden = fields.layers.hidden = fields.units.hidden = !stack;
    const leaky = now.functions.includes('leaky_relu') && now.show === 'functions';
    fields.negative_slope.hidden = !(leaky || (focus === 'leaky_relu' && now.show !== 'softmax'));
  }
}
