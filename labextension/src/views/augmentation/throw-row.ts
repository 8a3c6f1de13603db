import { t } from '../../core/i18n';
import { Check } from '../../shared/concept/fields';
import { NumberCell } from '../../shared/concept/number-cell';
import { el } from '../../shared/dom';
import { listed, type Throw, unlisted } from './throws';

/** The numbers of a throw, to read and to edit. */
export class ThrowRow {
  readonly root: HTMLElement;
  private readonly cells: readonly NumberCell[];
  private readonly flips: readonly [Check, Check];
  private thrown: Throw | null = null;

  constructor(private readonly changed: (thrown: Throw) => void) {
    const cell = (
      i: number,
      name: () => string,
      [low, high, step]: readonly [number, number, number],
    ): [NumberCell, HTMLElement] => {
      const made = new NumberCell({
        name,
        low,
        high,
        step,
        digits: step >= 1 ? 1 : 3,
        changed: (value) => this.put(i, value),
      });
      return [
        made,
        el('div', 'dlw-augment-number', {}, el('span', 'dlw-concept-label', {}, name), made.root),
      ];
    };
    const fields = [
      cell(0, () => t('Angle (°)'), [-180, 180, 5]),
      cell(1, () => t('Right'), [-1, 1, 0.05]),
      cell(2, () => t('Down'), [-1, 1, 0.05]),
      cell(3, () => t('Shear'), [-1, 1, 0.05]),
      cell(4, () => t('Zoom x'), [0.1, 1.9, 0.05]),
      cell(5, () => t('Zoom y'), [0.1, 1.9, 0.05]),
    ] as const;
    this.cells = fields.map(([made]) => made);
    this.flips = [
      new Check(
        () => t('Flipped left to right'),
        (on) => this.put(6, Number(on)),
      ),
      new Check(
        () => t('Flipped top to bottom'),
        (on) => this.put(7, Number(on)),
      ),
    ];
    this.root = el(
      'div',
      'dlw-augment-throw',
      { role: 'group', 'aria-label': () => t('Numbers of the throw') },
      el('div', 'dlw-augment-numbers', {}, ...fields.map(([, field]) => field)),
      el('div', 'dlw-augment-flips', {}, ...this.flips.map(({ root }) => root)),
    );
  }

  show(thrown: Throw): void {
    this.thrown = thrown;
    const all = listed(thrown);
    this.cells.forEach((cell, i) => cell.show(all[i]!, 0));
    this.flips.forEach((flip, i) => flip.show(all[6 + i] === 1));
  }

  private put(i: number, value: number): void {
    if (!this.thrown) return;
    const thrown = unlisted(listed(this.thrown).map((old, j) => (j === i ? value : old)));
    if (thrown) this.changed(thrown);
  }
}
