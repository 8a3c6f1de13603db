import { t } from '../../core/i18n';
import { Check, Menu } from '../../shared/concept/fields';
import { NumberCell } from '../../shared/concept/number-cell';
import { el } from '../../shared/dom';
import type { BatchesModel } from './model';
import { MOST_EPOCHS, MOST_SAMPLES } from './plan';
import { PRESETS } from './presets';

type Count = 'samples' | 'batch_size' | 'epochs';

/** What can be set: the three counts, and how samples are taken. */
export class Settings {
  readonly fields: Readonly<Record<'presets' | Count | 'shuffle' | 'drop_remainder', HTMLElement>>;
  private readonly menu: Menu;
  private readonly cells: Readonly<Record<Count, NumberCell>>;
  private readonly shuffle: Check;
  private readonly drop: Check;

  constructor(
    private readonly model: BatchesModel,
    preset: () => void,
  ) {
    this.menu = new Menu(
      () => t('Example'),
      (name) => {
        const found = PRESETS.find((one) => one.name === name);
        if (!found) return;
        const { samples, batch_size, epochs } = found;
        model.change({ samples, batch_size, epochs, at: [] });
        preset();
      },
    );
    const cell = (name: Count, label: () => string, high: number): NumberCell =>
      new NumberCell({
        name: label,
        low: 1,
        high,
        digits: 0,
        step: 1,
        changed: (value) => model.change({ [name]: value }),
      });
    this.cells = {
      samples: cell('samples', () => t('Samples'), MOST_SAMPLES),
      batch_size: cell('batch_size', () => t('Batch size'), MOST_SAMPLES),
      epochs: cell('epochs', () => t('Epochs'), MOST_EPOCHS),
    };
    this.shuffle = new Check(
      () => t('Shuffle before each epoch'),
      (shuffle) => model.change({ shuffle }),
    );
    this.drop = new Check(
      () => t('Leave out a smaller last batch'),
      (drop_remainder) => model.change({ drop_remainder }),
    );
    const field = (label: () => string, { root }: NumberCell): HTMLElement =>
      el(
        'div',
        'dlw-concept-field',
        {},
        el('span', 'dlw-concept-label', { 'aria-hidden': 'true' }, label),
        root,
      );
    this.fields = {
      presets: this.menu.root,
      samples: field(() => t('Samples'), this.cells.samples),
      batch_size: field(() => t('Batch size'), this.cells.batch_size),
      epochs: field(() => t('Epochs'), this.cells.epochs),
      shuffle: this.shuffle.root,
      drop_remainder: this.drop.root,
    };
  }

  show(): void {
    const { now } = this.model;
    const preset = PRESETS.find(
      ({ samples, batch_size, epochs }) =>
        samples === now.samples && batch_size === now.batch_size && epochs === now.epochs,
    );
    const own = preset ? [] : [['', t('Your own numbers')] as const];
    this.menu.show([...own, ...PRESETS.map(({ name, text }) => [name, text()] as const)], preset?.name ?? '');
    for (const name of ['samples', 'batch_size', 'epochs'] as const) this.cells[name].show(now[name], 0);
    this.shuffle.show(now.shuffle);
    this.drop.show(now.drop_remainder);
  }
}
