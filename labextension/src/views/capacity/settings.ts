import { t } from '../../core/i18n';
import { Check, Menu, Slider, Stepper } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { MOST_DEGREE, MOST_POINTS, WIDTHS } from './fields';
import type { CapacityModel } from './model';

/** The sliders of λ and of widths go by powers. */
const [WEAK, STRONG] = [-5, 1];

/** The row of settings. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly data: Menu;
  private readonly kind: Menu;
  private readonly degree: Stepper;
  private readonly units: Stepper;
  private readonly size: Slider;
  private readonly noise: Slider;
  private readonly penalty: Menu;
  private readonly strength: Slider;
  private readonly dropout: Slider;
  private readonly stopping: Check;
  private readonly patience: Slider;

  /** @param set the capacity is chosen */
  constructor(
    private readonly model: CapacityModel,
    set: (capacity: number) => void,
  ) {
    const change = model.change.bind(model);
    this.data = new Menu(
      () => t('Points'),
      // Moved points stay in the state, so that they can come back.
      (name) => change({ data: name as 'sine' }),
    );
    this.kind = new Menu(
      () => t('Model'),
      (name) => change({ model: name as 'network' }),
    );
    this.degree = new Stepper(() => t('Degree'), 0, MOST_DEGREE, set);
    this.units = new Stepper(
      () => t('Units'),
      0,
      WIDTHS.length - 1,
      (place) => set(WIDTHS[place]!),
    );
    this.size = new Slider(
      () => t('Training points'),
      4,
      MOST_POINTS,
      1,
      (size) => change({ size }),
    );
    this.noise = new Slider(
      () => t('Noise'),
      0,
      1,
      0.05,
      (noise) => change({ noise }),
    );
    this.penalty = new Menu(
      () => t('Penalty'),
      (name) => change({ penalty: name as 'l1' }),
    );
    this.strength = new Slider(
      () => t('λ'),
      WEAK,
      STRONG,
      0.1,
      (power) => change({ strength: Number((10 ** power).toPrecision(2)) }),
    );
    this.dropout = new Slider(
      () => t('Dropout'),
      0,
      0.6,
      0.05,
      (dropout) => change({ dropout }),
    );
    this.stopping = new Check(
      () => t('Early stopping'),
      (stopping) => change({ stopping }),
    );
    this.patience = new Slider(
      () => t('Patience in epochs'),
      10,
      500,
      10,
      (patience) => change({ patience }),
    );
    this.fields = {
      data: this.data.root,
      model: this.kind.root,
      degree: this.degree.root,
      units: this.units.root,
      size: this.size.root,
      noise: this.noise.root,
      penalty: this.penalty.root,
      strength: this.strength.root,
      dropout: this.dropout.root,
      stopping: this.stopping.root,
      patience: this.patience.root,
    };
  }

  /** @param capacity what is shown, which may pass by itself */
  show(capacity: number): void {
    const { now: values, own, network, drawn, usesOwn, points } = this.model;
    const names: [string, string][] = [
      ['sine', t('Sine')],
      ['line', t('Line')],
      ['step', t('Step')],
    ];
    if (values.x.length > 0 || values.data === 'drawn') names.push(['drawn', t('Moved by hand')]);
    if (own || values.data === 'own') names.push(['own', t('Your own points')]);
    this.data.show(names, values.data);
    this.kind.show(
      [
        ['polynomial', t('Polynomial')],
        ['network', t('Network')],
      ],
      values.model,
    );
    this.degree.root.hidden = network;
    this.units.root.hidden = !network;
    if (network) {
      const place = WIDTHS.filter((width) => width <= capacity).length - 1;
      this.units.show(place, String(capacity));
    } else {
      this.degree.show(capacity);
    }
    this.size.root.hidden = drawn;
    this.size.show(values.size, String(points.x.length));
    this.noise.root.hidden = drawn || usesOwn;
    this.noise.show(values.noise, short(values.noise));
    this.penalty.show(
      [
        ['none', t('None')],
        ['l1', 'L1'],
        ['l2', 'L2'],
      ],
      values.penalty,
    );
    this.strength.root.hidden = values.penalty === 'none';
    this.strength.show(Math.log10(values.strength), short(values.strength));
    this.dropout.root.hidden = this.stopping.root.hidden = !network;
    this.dropout.show(values.dropout, short(values.dropout));
    this.stopping.show(values.stopping);
    this.patience.root.hidden = !network || !values.stopping;
    this.patience.show(values.patience, String(values.patience));
  }
}
