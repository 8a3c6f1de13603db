import { t } from '../../core/i18n';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import { formatPercent } from '../../shared/format';
import { PROTOCOLS, type SplitsValues, TRAPS } from './fields';
import type { SplitsModel } from './model';
import { protocolName, trapName } from './texts';

/** The row of settings. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly data: Menu;
  private readonly trap: Menu;
  private readonly protocol: Menu;
  private readonly folds: Stepper;
  private readonly repeats: Stepper;
  private readonly share: Slider;
  private readonly copies: Slider;
  private readonly neighbors: Stepper;
  private readonly features: Stepper;

  constructor(private readonly model: SplitsModel) {
    // Other blocks: the row that was looked at isn't there any more.
    const change = (values: Partial<SplitsValues>): void => model.change({ at: [], ...values });
    this.data = new Menu(
      () => t('Samples'),
      (name) => change({ data: name as 'wine' }),
    );
    this.trap = new Menu(
      () => t('Trap'),
      (name) => change({ trap: name as 'none' }),
    );
    this.protocol = new Menu(
      () => t('Protocol'),
      (name) => change({ protocol: name as 'kfold' }),
    );
    this.folds = new Stepper(
      () => t('Folds k'),
      2,
      10,
      (folds) => change({ folds }),
    );
    this.repeats = new Stepper(
      () => t('Repetitions P'),
      2,
      5,
      (repeats) => change({ repeats }),
    );
    this.share = new Slider(
      () => t('Held out'),
      10,
      50,
      1,
      (share) => change({ share }),
    );
    this.copies = new Slider(
      () => t('Samples with a copy'),
      10,
      100,
      5,
      (copies) => change({ copies }),
    );
    this.neighbors = new Stepper(
      () => t('Nearest neighbors'),
      1,
      15,
      (neighbors) => model.change({ neighbors }),
    );
    this.features = new Stepper(
      () => t('Features'),
      1,
      13,
      (features) => model.change({ features }),
    );
    this.fields = {
      data: this.data.root,
      trap: this.trap.root,
      protocol: this.protocol.root,
      folds: this.folds.root,
      repeats: this.repeats.root,
      share: this.share.root,
      copies: this.copies.root,
      neighbors: this.neighbors.root,
      features: this.features.root,
    };
  }

  show(): void {
    const { now: values, own, usesOwn } = this.model;
    const { trap, protocol } = values;
    this.data.show(
      [
        ['wine', t('Built in')],
        ['own', t('Your own samples')],
      ],
      values.data,
    );
    this.data.root.hidden = !own && values.data === 'wine';
    this.trap.show(
      TRAPS.map((name) => [name, trapName(name)] as const),
      trap,
    );
    this.protocol.show(
      PROTOCOLS.map((name) => [name, protocolName(name)] as const),
      protocol,
    );
    this.folds.root.hidden = protocol === 'holdout';
    this.repeats.root.hidden = protocol !== 'iterated';
    this.share.root.hidden = protocol !== 'holdout';
    this.copies.root.hidden = trap !== 'duplicates';
    this.features.root.hidden = usesOwn || trap === 'time' || trap === 'selection';
    this.folds.show(values.folds);
    this.repeats.show(values.repeats);
    this.share.show(values.share, formatPercent(values.share / 100));
    this.copies.show(values.copies, formatPercent(values.copies / 100));
    this.neighbors.show(values.neighbors);
    this.features.show(values.features);
  }
}
