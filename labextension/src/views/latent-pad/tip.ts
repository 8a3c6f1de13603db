import { el, setText } from '../../shared/dom';
import { drawImage, imageSize } from '../../shared/draw-pixels';
import type { Atlas } from '../../shared/atlas';
import type { Place } from './plane';

/** What is under the pointer: a line of text, and a tile of the map. */
export interface Pointed {
  text: string;
  atlas: Atlas;
  /** Index of the tile; -1 for none. */
  tile: number;
}

/** A small box beside the pointer. */
export class Tip {
  private readonly image = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly text = el('div');
  readonly root = el('div', 'dlw-latent-tip', { hidden: true }, this.image, this.text);

  show({ text, atlas, tile }: Pointed, [left, top]: Place, side: number, map: string): void {
    this.root.hidden = false;
    setText(this.text, text);
    this.image.hidden = tile < 0;
    if (tile >= 0) {
      const [width, height] = imageSize(atlas.width, atlas.height);
      this.image.style.width = `${width}px`;
      this.image.style.height = `${height}px`;
      drawImage(this.image, atlas, tile, map);
    }
    const { offsetWidth, offsetHeight } = this.root;
    const x = left + 14 + offsetWidth > side ? left - 14 - offsetWidth : left + 14;
    const y = Math.max(2, Math.min(side - offsetHeight - 2, top - 20));
    this.root.style.transform = `translate(${Math.max(2, x)}px, ${y}px)`;
  }

  hide(): void {
    this.root.hidden = true;
  }
}
