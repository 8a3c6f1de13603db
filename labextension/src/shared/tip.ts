import type { Atlas } from './atlas';
import { el, setText } from './dom';
import { drawImage, imageSize } from './draw-pixels';

/** The width from which on an image is drawn smoothly, in its own pixels. */
const SMOOTH_WIDTH = 72;

/** What is under the pointer: some text, and an image. */
export interface Pointed {
  text: string;
  atlas: Atlas;
  /** Which image of the atlas; -1 for none. */
  tile: number;
}

/** A small box beside a point of a plane. */
export class Tip {
  private readonly image = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly text: HTMLElement;
  readonly root: HTMLElement;

  /** @param said whether a screen reader says the text when it changes */
  constructor(said = false) {
    this.text = el('div', '', { 'aria-live': said ? 'polite' : undefined });
    this.root = el('div', 'dlw-tip', { hidden: true }, this.image, this.text);
  }

  /**
   * @param at from the left and the top of the plane
   * @param size of the plane
   * @param map the colors of an image with one channel
   */
  show(
    { text, atlas, tile }: Pointed,
    at: readonly [number, number],
    size: { width: number; height: number },
    map: string,
  ): void {
    this.root.hidden = false;
    setText(this.text, text);
    this.image.hidden = tile < 0;
    if (tile >= 0) {
      const [width, height] = imageSize(atlas.width, atlas.height);
      this.image.style.width = `${width}px`;
      this.image.style.height = `${height}px`;
      this.image.style.imageRendering = atlas.width > SMOOTH_WIDTH ? 'auto' : 'pixelated';
      drawImage(this.image, atlas, tile, map);
    }
    const { offsetWidth, offsetHeight } = this.root;
    const [x, y] = at;
    const left = x + 14 + offsetWidth > size.width ? x - 14 - offsetWidth : x + 14;
    const top = Math.max(2, Math.min(size.height - offsetHeight - 2, y - 20));
    this.root.style.transform = `translate(${Math.max(2, left)}px, ${top}px)`;
  }

  hide(): void {
    this.root.hidden = true;
  }
}
