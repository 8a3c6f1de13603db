import { el } from '../../shared/dom';
import { type Atlas, imagePixels } from '../../shared/atlas';
import { drawImage } from '../../shared/draw-pixels';
import { BORDER, type Grid } from '../../shared/grid-layout';

export interface StripLook {
  /** Images that touch, as one picture. */
  tight: boolean;
  smooth: boolean;
  colormap: string;
  /** Changes with the pixels: a row is drawn again only when they did. */
  version: number;
}

/** Where an image lies in its row, in pixels of the screen. */
export interface Slot {
  left: number;
  width: number;
  height: number;
}

/** Browsers show no canvas that is wider than this. */
const WIDEST = 16_384;

/** The place of the image in a column when a CSS pixel has `ratio` pixels of the screen: whole ones, so that it is sharp. */
export function slot(grid: Grid, column: number, ratio: number): Slot {
  const left = column * grid.stepX + (grid.stepX - grid.width) / 2;
  const from = Math.round(left * ratio);
  const width = Math.max(1, Math.round((left + grid.width) * ratio) - from);
  return { left: from, width, height: Math.max(1, Math.round(grid.height * ratio)) };
}

/** One image, on its way into a row. */
let desk: HTMLCanvasElement | undefined;

/**
 * One row of images on one canvas; borders, labels and what is selected are elements of the page.
 *
 * Each canvas is a layer that the browser composites at every frame of the page: on a slow machine
 * 272 of them cost 26 ms per frame, the 21 of their rows 2 ms.
 */
export class Strip {
  readonly root = el('canvas', 'dlw-grid-strip', { 'aria-hidden': 'true' });
  private drawn = '';

  show(atlas: Atlas, grid: Grid, row: number, look: StripLook): void {
    const { style } = this.root;
    // Touching images need no places of their own: the browser enlarges the whole row.
    const whole = look.tight && grid.columns * atlas.width <= WIDEST;
    const wide = grid.columns * grid.stepX;
    const ratio = Math.min(Math.max(1, window.devicePixelRatio), WIDEST / wide);
    const { height } = whole ? atlas : slot(grid, 0, ratio);
    const width = whole ? grid.columns * atlas.width : Math.round(wide * ratio);
    style.top = `${row * grid.stepY + (look.tight ? 0 : BORDER)}px`;
    style.width = `${whole ? wide : width / ratio}px`;
    style.height = `${whole ? grid.height : height / ratio}px`;
    style.imageRendering = look.smooth ? 'auto' : 'pixelated';
    const size = [row, grid.columns, grid.stepX, grid.width, grid.height, whole ? 0 : ratio];
    const key = [look.version, look.colormap, look.smooth, ...size].join('/');
    if (key === this.drawn) return;
    this.drawn = key;
    if (this.root.width !== width) this.root.width = width;
    if (this.root.height !== height) this.root.height = height;
    const context = this.root.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.imageSmoothingEnabled = look.smooth;
    context.imageSmoothingQuality = 'medium';
    const first = row * grid.columns;
    const last = Math.min(first + grid.columns, atlas.count);
    for (let index = first; index < last; index += 1) {
      const column = index - first;
      if (whole) {
        const pixels = imagePixels(atlas, index, look.colormap);
        context.putImageData(new ImageData(pixels, atlas.width, atlas.height), column * atlas.width, 0);
      } else {
        const place = slot(grid, column, ratio);
        drawImage((desk ??= inMemory()), atlas, index, look.colormap);
        context.drawImage(desk, place.left, 0, place.width, place.height);
      }
    }
  }
}

/** A canvas that stays off the graphics card: one small image after the other is written to it. */
function inMemory(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d', { willReadFrequently: true });
  return canvas;
}
