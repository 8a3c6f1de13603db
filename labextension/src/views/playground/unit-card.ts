import { t } from '../../core/i18n';
import { NumberGrid } from '../../shared/concept/number-grid';
import { el, setAttributes, setText } from '../../shared/dom';
import type { Unit } from './diagram';
import type { PlaygroundModel } from './model';
import type { Network } from '../../shared/concept/dense-network';
import { inputName, unitTitle } from './texts';

/** The weights and the bias of one unit, to edit. */
export class UnitCard {
  readonly root: HTMLElement;
  private readonly grid: NumberGrid;
  private readonly title = el('div', 'dlw-play-caption');
  private readonly names = el('div', 'dlw-play-names', { 'aria-hidden': 'true' });
  private unit: Unit = [1, 0];

  /** @param changed called with the unit's weights, its bias last */
  constructor(
    private readonly model: PlaygroundModel,
    changed: (unit: Unit, weights: readonly number[]) => void,
  ) {
    this.grid = new NumberGrid({
      low: -100,
      high: 100,
      digits: 3,
      step: 0.1,
      name: () => t('Weights of the selected unit'),
      cell: (_, column) => this.nameOf(column),
      changed: ([weights]) => changed(this.unit, weights!),
    });
    this.root = el('div', 'dlw-play-unit', {}, this.title, this.names, this.grid.root);
  }

  private nameOf(column: number): string {
    const { features, sizes } = this.model;
    const [layer] = this.unit;
    return column === (sizes[layer - 1] ?? 0)
      ? t('Bias')
      : t('Weight of {input}', { input: inputName(features, layer, column) });
  }

  /** Puts the focus on a weight. */
  edit(column: number): void {
    this.grid.root.querySelectorAll('input')[column]?.focus();
  }

  show(network: Network, unit: Unit, marked: number | null): void {
    const [layer, index] = unit;
    this.unit = unit;
    const { kernel, bias, inputs, units } = network.layers[layer - 1]!;
    const weights = Array.from({ length: inputs }, (_, k) => kernel[k * units + index]!);
    setText(this.title, unitTitle(network.sizes, unit));
    const { features } = this.model;
    const texts = [...weights.map((_, k) => inputName(features, layer, k)), 'b'];
    if (this.names.childElementCount !== texts.length) {
      this.names.replaceChildren(...texts.map(() => el('span')));
    }
    texts.forEach((text, i) => setText(this.names.children[i]!, text));
    this.grid.show([[...weights, bias[index]!]]);
    // Numbers that stay may belong to other inputs now.
    this.grid.root.querySelectorAll('input').forEach((cell, i) => {
      setAttributes(cell, { 'aria-label': this.nameOf(i) });
    });
    this.grid.mark(marked === null ? -1 : 0, marked ?? -1);
  }
}
