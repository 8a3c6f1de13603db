import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { borderColor, type Grid } from '../../shared/grid-layout';

export interface CellContent {
  index: number;
  /** Of how many. */
  count: number;
  label: string;
  tooltip: string;
  border: string;
  selected: boolean;
}

/** The frame and the label of one image, whose pixels are on a `Strip`; used again when it has scrolled out of view. */
export class Cell {
  readonly root: HTMLElement;
  private readonly frame = el('div', 'dlw-cell-image');
  private readonly label = el('div', 'dlw-cell-label', { 'aria-hidden': 'true' });
  /** What a screen reader says: a label may be as short as "6 100%". */
  private readonly said = el('span', 'dlw-sr-only');

  constructor(private readonly idPrefix: string) {
    this.root = el('div', 'dlw-cell', { role: 'option' }, this.frame, this.label, this.said);
  }

  show(grid: Grid, content: CellContent): void {
    const { index, label, tooltip } = content;
    const column = index % grid.columns;
    const row = Math.floor(index / grid.columns);
    this.root.dataset.index = String(index);
    setAttributes(this.root, {
      id: `${this.idPrefix}-${index}`,
      'aria-selected': content.selected ? 'true' : 'false',
      'aria-posinset': index + 1,
      'aria-setsize': content.count,
      title: tooltip || label || undefined,
    });
    // A transform of its own would make each cell a layer to composite, at every frame of the page.
    this.root.style.left = `${column * grid.stepX}px`;
    this.root.style.top = `${row * grid.stepY}px`;
    this.root.style.width = `${grid.stepX}px`;
    this.frame.style.width = `${grid.width}px`;
    this.frame.style.height = `${grid.height}px`;
    this.frame.style.borderColor = borderColor(content.border);
    this.frame.dataset.border = content.border;
    setText(this.label, label);
    setText(this.said, tooltip || label.replace(/\n/g, ', ') || t('Image {index}', { index }));
  }
}
