import { el, setAttributes, setText } from '../common/dom';
import { type Atlas, imagePixels } from './atlas';
import { borderColor, type Grid } from './layout';

export interface CellContent {
  index: number;
  label: string;
  tooltip: string;
  border: string;
  selected: boolean;
  smooth: boolean;
  colormap: string;
  /** Changes with the pixels: an image is drawn again only when they did. */
  version: number;
  /** Whether the pixels are on a `Strip` under the cell. */
  tight: boolean;
}

/** One image on the page; used again for another image when it has scrolled out of view. */
export class Cell {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', 'dlw-cell-image', { 'aria-hidden': 'true' });
  private readonly frame = el('div', 'dlw-cell-image');
  private readonly label = el('div', 'dlw-cell-label');
  private drawn = '';

  constructor(private readonly idPrefix: string) {
    this.root = el('div', 'dlw-cell', { role: 'option' }, this.canvas, this.label);
  }

  show(atlas: Atlas, grid: Grid, content: CellContent): void {
    const { index, label } = content;
    const column = index % grid.columns;
    const row = Math.floor(index / grid.columns);
    this.root.dataset.index = String(index);
    setAttributes(this.root, {
      id: `${this.idPrefix}-${index}`,
      'aria-selected': content.selected ? 'true' : 'false',
      'aria-posinset': index + 1,
      'aria-setsize': atlas.count,
      'aria-label': label === '' ? `Image ${index + 1}` : label.replace(/\n/g, ', '),
      title: content.tooltip || label || undefined,
    });
    // A transform of its own would make each cell a layer to composite, at every frame of the page.
    this.root.style.left = `${column * grid.stepX}px`;
    this.root.style.top = `${row * grid.stepY}px`;
    this.root.style.width = `${grid.stepX}px`;
    const [image, other] = content.tight ? [this.frame, this.canvas] : [this.canvas, this.frame];
    if (other.isConnected) other.replaceWith(image);
    image.style.width = `${grid.width}px`;
    image.style.height = `${grid.height}px`;
    image.style.imageRendering = content.smooth ? 'auto' : 'pixelated';
    image.style.borderColor = borderColor(content.border);
    image.dataset.border = content.border;
    setText(this.label, label);
    if (!content.tight) this.draw(atlas, content);
  }

  private draw(atlas: Atlas, { index, colormap, version }: CellContent): void {
    const key = `${version}/${index}/${colormap}`;
    if (key === this.drawn) return;
    this.drawn = key;
    if (this.canvas.width !== atlas.width) this.canvas.width = atlas.width;
    if (this.canvas.height !== atlas.height) this.canvas.height = atlas.height;
    const image = new ImageData(imagePixels(atlas, index, colormap), atlas.width, atlas.height);
    this.canvas.getContext('2d')?.putImageData(image, 0, 0);
  }
}
