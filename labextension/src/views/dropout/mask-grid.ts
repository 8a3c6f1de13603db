import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';

/** The mask: a button per unit, which drops or keeps it. */
export class MaskGrid {
  readonly root: HTMLElement;
  private cells: HTMLButtonElement[] = [];

  constructor(private readonly toggled: (index: number) => void) {
    this.root = el('div', 'dlw-number-grid', { role: 'group', 'aria-label': () => t('Mask') });
  }

  show(mask: readonly number[], width: number, locked: boolean): void {
    if (this.cells.length !== mask.length) {
      this.cells = mask.map((_, i) => {
        const cell = el('button', 'dlw-number dlw-dropout-cell', { type: 'button' });
        cell.addEventListener('click', () => this.toggled(i));
        return cell;
      });
      this.root.replaceChildren(...this.cells);
    }
    this.root.style.setProperty('--dlw-columns', String(width));
    mask.forEach((kept, i) => {
      const cell = this.cells[i]!;
      setText(cell, kept === 1 ? '1' : '0');
      cell.disabled = locked;
      setAttributes(cell, {
        'aria-pressed': String(kept === 1),
        'aria-label': t('Keep unit {number}', { number: i + 1 }),
      });
    });
  }
}
