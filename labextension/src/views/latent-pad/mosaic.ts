import { imagePixels } from '../../shared/atlas';
import type { Tiles } from './model';

/** Draws the tiles of a map side by side on a canvas of their own; null where nothing can, or without tiles. */
function mosaicOf({ atlas, columns }: Tiles, map: string): HTMLCanvasElement | null {
  if (atlas.count === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = columns * atlas.width;
  canvas.height = columns * atlas.height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  for (let tile = 0; tile < atlas.count; tile += 1) {
    const pixels = new ImageData(imagePixels(atlas, tile, map), atlas.width, atlas.height);
    context.putImageData(pixels, (tile % columns) * atlas.width, Math.floor(tile / columns) * atlas.height);
  }
  return canvas;
}

/** The tiles as one picture, drawn again only when something else is to be seen. */
export class Mosaic {
  private drawn: { of: Tiles; colors: string; canvas: HTMLCanvasElement | null } | null = null;

  of(tiles: Tiles, colors: string): HTMLCanvasElement | null {
    if (this.drawn?.of !== tiles || this.drawn.colors !== colors) {
      this.drawn = { of: tiles, colors, canvas: mosaicOf(tiles, colors) };
    }
    return this.drawn.canvas;
  }
}
