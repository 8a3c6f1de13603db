import { t } from '../../core/i18n';
import { Menu, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import type { MetricsModel } from './model';

/** The row of settings. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly task: Menu;
  private readonly data: Menu;
  private readonly positives: Slider;
  private readonly separation: Slider;

  constructor(private readonly model: MetricsModel) {
    const change = model.change.bind(model);
    this.task = new Menu(
      () => t('Task'),
      (name) => change({ task: name as 'classification' }),
    );
    this.data = new Menu(
      () => t('Samples'),
      (name) => change({ data: name as 'toy', threshold: [] }),
    );
    this.positives = new Slider(
      () => t('Positive of 100 samples'),
      1,
      50,
      1,
      (positives) => change({ positives }),
    );
    this.separation = new Slider(
      () => t('How far the classes are apart'),
      0,
      6,
      0.1,
      (separation) => change({ separation }),
    );
    this.fields = {
      task: this.task.root,
      data: this.data.root,
      positives: this.positives.root,
      separation: this.separation.root,
    };
  }

  show(): void {
    const { now: values, own, regression, isToy } = this.model;
    this.task.show(
      [
        ['classification', t('Classification: a threshold')],
        ['regression', t('Regression: an outlier')],
      ],
      values.task,
    );
    this.data.show(
      [
        ['toy', t('Toy')],
        ['own', t('Your own samples')],
      ],
      values.data,
    );
    this.data.root.hidden = regression || (!own && values.data === 'toy');
    this.positives.root.hidden = this.separation.root.hidden = regression || !isToy;
    this.positives.show(values.positives, String(values.positives));
    this.separation.show(values.separation, short(values.separation));
  }
}
