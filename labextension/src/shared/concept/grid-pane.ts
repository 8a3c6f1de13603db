import { el, setText } from '../dom';
import { sizedCanvas } from '../draw-pixels';

export type Cell = readonly [number, number];

interface Pixels {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

interface Options {
  /** What it shows and what keys do, for a screen reader. */
  label: () => string;
  /** The cell under the pointer; null when it leaves. */
  hover: (cell: Cell | null) => void;
  /** A cell is pressed: `first`; or the pointer that pressed one is dragged over another. */
  press: (cell: Cell, first: boolean) => void;
  /** An arrow key: by so many rows and columns. Home goes to the beginning. */
  move: (rows: number, columns: number, home: boolean) => void;
}

const LARGEST = 380;
const BORDER = 1;
const ARROWS: Readonly<Record<string, Cell>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A picture of which each pixel is a cell to point at, with a caption above it. */
export class GridPane {
  readonly root: HTMLElement;
  readonly surface: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly caption = el('div', 'dlw-pane-caption');
  private readonly under = el('div', 'dlw-pane-under');
  private readonly stamp = el('canvas');
  private shown: Pixels | null = null;
  private last: Parameters<GridPane['show']> | null = null;
  /** Its width, which is asked for once: to ask while other things change would lay out the page. */
  private width = 0;

  constructor(options: Options) {
    this.surface = el(
      'div',
      'dlw-pane-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    this.root = el('div', 'dlw-pane', {}, this.caption, this.surface, this.under);
    new ResizeObserver(() => {
      const { clientWidth } = this.root;
      if (clientWidth === this.width) return;
      this.width = clientWidth;
      if (this.last) this.show(...this.last);
    }).observe(this.root);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      const cell = this.cellAt(event);
      if (cell) options.press(cell, true);
    });
    surface.addEventListener('pointermove', (event) => {
      const cell = this.cellAt(event);
      if (surface.hasPointerCapture(event.pointerId)) {
        if (cell) options.press(cell, false);
      } else if (event.pointerType !== 'touch') {
        options.hover(cell);
      }
    });
    surface.addEventListener('pointerleave', () => options.hover(null));
    surface.addEventListener('keydown', (event) => {
      const by = ARROWS[event.key];
      if (!by && event.key !== 'Home') return;
      event.preventDefault();
      const far = event.shiftKey ? 5 : 1;
      options.move((by?.[0] ?? 0) * far, (by?.[1] ?? 0) * far, event.key === 'Home');
    });
  }

  /**
   * Shows pixels as cells.
   *
   * @param under what is told below it: a text or nodes
   * @param across so many cells would fill the pane: two panes side by side have cells of one size
   * @param overlay draws over it: gets the side of a cell in px
   */
  show(
    picture: Pixels | null,
    caption: string,
    under: string | Node[],
    across: number,
    overlay: (context: CanvasRenderingContext2D, cell: number) => void,
  ): void {
    this.last = [picture, caption, under, across, overlay];
    this.width ||= this.root.clientWidth;
    setText(this.caption, caption);
    if (typeof under === 'string') setText(this.under, under);
    else this.under.replaceChildren(...under);
    this.surface.hidden = picture === null;
    if (!picture) return;
    const { pixels, width, height } = picture;
    const room = Math.min(LARGEST, (this.width || LARGEST) - 2 * BORDER);
    const exact = room / Math.max(width, height, across);
    // Whole pixels of the screen look sharp; where they are few, the room counts for more.
    const cell = exact >= 6 ? Math.floor(exact) : exact;
    const [wide, high] = [cell * width, cell * height];
    const context = sizedCanvas(this.canvas, wide, high);
    this.canvas.style.width = `${wide}px`;
    this.canvas.style.height = `${high}px`;
    if (this.shown?.pixels !== pixels) {
      this.stamp.width = width;
      this.stamp.height = height;
      this.stamp.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
      this.shown = picture;
    }
    if (!context) return;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.stamp, 0, 0, wide, high);
    overlay(context, cell);
  }

  private cellAt(event: PointerEvent): Cell | null {
    if (!this.shown) return null;
    const box = this.canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.shown.height);
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.shown.width);
    const inside = row >= 0 && column >= 0 && row < this.shown.height && column < this.shown.width;
    return inside ? [row, column] : null;
  }
}
