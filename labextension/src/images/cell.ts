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
}

/** One image on the page; used again for another image when it has scrolled out of view. */
export class Cell {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', 'dlw-cell-image', { 'aria-hidden': 'true' });
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
    this.root.style.transform = `translate(${column * grid.stepX}px, ${row * grid.stepY}px)`;
    this.root.style.width = `${grid.stepX}px`;
    this.canvas.style.width = `${grid.width}px`;
    this.canvas.style.height = `${grid.height}px`;
    this.canvas.style.imageRendering = content.smooth ? 'auto' : 'pixelated';
    this.canvas.style.borderColor = borderColor(content.border);
    this.canvas.dataset.border = content.border;
    setText(this.label, label);
    this.draw(atlas, content);
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
