import { el } from '../common/dom';
import { type Atlas, imagePixels } from './atlas';
import type { Grid } from './layout';

export interface StripLook {
  smooth: boolean;
  colormap: string;
  /** Changes with the pixels: a row is drawn again only when they did. */
  version: number;
}

/**
 * One row of images that touch, on one canvas.
 *
 * Each canvas is a layer that the browser composites at every frame of the page: 225 of them cost
 * 5 to 10 ms per frame, 15 cost less than one.
 */
export class Strip {
  readonly root = el('canvas', 'dlw-grid-strip', { 'aria-hidden': 'true' });
  private drawn = '';

  show(atlas: Atlas, grid: Grid, row: number, look: StripLook): void {
    const { style } = this.root;
    style.top = `${row * grid.stepY}px`;
    style.width = `${grid.columns * grid.width}px`;
    style.height = `${grid.height}px`;
    style.imageRendering = look.smooth ? 'auto' : 'pixelated';
    const key = `${look.version}/${row}/${grid.columns}/${look.colormap}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const width = grid.columns * atlas.width;
    if (this.root.width !== width) this.root.width = width;
    if (this.root.height !== atlas.height) this.root.height = atlas.height;
    const context = this.root.getContext('2d');
    context?.clearRect(0, 0, width, atlas.height);
    const first = row * grid.columns;
    const last = Math.min(first + grid.columns, atlas.count);
    for (let index = first; index < last; index += 1) {
      const image = new ImageData(imagePixels(atlas, index, look.colormap), atlas.width, atlas.height);
      context?.putImageData(image, (index - first) * atlas.width, 0);
    }
  }
}
