import { el } from '../../shared/dom';
import { type Atlas, rowPixels } from '../../shared/atlas';
import { putPixels } from '../../shared/draw-pixels';
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

/** Images side by side, on their way into a row. */
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
    const most = Math.max(1, Math.min(grid.columns, Math.floor(WIDEST / atlas.width)));
    for (let from = first; from < last; from += most) {
      const to = Math.min(from + most, last);
      const pixels = rowPixels(atlas, from, to, look.colormap, most);
      const size = { width: most * atlas.width, height: atlas.height };
      if (whole) {
        context.putImageData(new ImageData(pixels, size.width, size.height), 0, 0);
        return;
      }
      putPixels((desk ??= inMemory()), pixels, size);
      for (let index = from; index < to; index += 1) {
        const place = slot(grid, index - first, ratio);
        const source = [(index - from) * atlas.width, 0, atlas.width, atlas.height] as const;
        context.drawImage(desk, ...source, place.left, 0, place.width, place.height);
      }
    }
  }
}

/** A canvas that stays off the graphics card: what is written to it is read at once. */
function inMemory(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d', { willReadFrequently: true });
  return canvas;
}
