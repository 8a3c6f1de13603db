import { t } from '../../core/i18n';
import { el } from '../dom';
import { sizedCanvas } from '../draw-pixels';
import { drawStrokes, inkOf, inside, movePen, type Spot, type Stroke } from '../strokes';
import { DIGIT_SIDE, type Picture, unitPicture } from './grid';

const SIDE = 140;
/** The drawing is made so much larger than the picture, and averaged. */
const FINE = 4;
const WIDTH = 0.085;
const EXAMPLE: readonly (readonly Spot[])[] = [
  [
    [0.3, 0.25],
    [0.7, 0.25],
    [0.45, 0.8],
  ],
];

/** A small square to draw on with mouse, finger or keys, which gives a picture like a digit's. */
export class Sketch {
  readonly root: HTMLElement;
  private readonly surface: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private strokes: Stroke[] = EXAMPLE.map((spots) => ({ width: WIDTH, spots: [...spots] }));
  private example = true;
  private pen: { at: Spot; down: boolean } = { at: [0.5, 0.5], down: false };

  /** @param drawn called with the picture after each change */
  constructor(private readonly drawn: (picture: Picture) => void) {
    this.surface = el(
      'div',
      'dlw-sketch-surface',
      {
        role: 'application',
        tabindex: 0,
        'aria-roledescription': () => t('drawing pad'),
        'aria-label': () =>
          t('Drawing. The arrow keys move the pen, Space puts it down or lifts it, Delete clears.'),
      },
      this.canvas,
    );
    const clear = el('button', 'dlw-button', { type: 'button' }, () => t('Clear'));
    clear.addEventListener('click', () => this.clear());
    this.root = el(
      'div',
      'dlw-sketch',
      {},
      this.surface,
      el(
        'div',
        'dlw-sketch-side',
        {},
        el('span', 'dlw-concept-label', {}, () => t('Draw here')),
        clear,
      ),
    );
    this.surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.surface.focus({ preventScroll: true });
      this.surface.setPointerCapture(event.pointerId);
      this.begin(this.place(event));
    });
    this.surface.addEventListener('pointermove', (event) => {
      if (this.surface.hasPointerCapture(event.pointerId)) this.extend(this.place(event));
    });
    this.surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Draws what is there, and gives the picture. */
  show(): void {
    const context = sizedCanvas(this.canvas, SIDE, SIDE);
    if (context) {
      context.strokeStyle = context.fillStyle = '#f4f4f4';
      drawStrokes(context, this.strokes, SIDE);
    }
    this.drawn(this.picture());
  }

  private place(event: PointerEvent): Spot {
    const box = this.surface.getBoundingClientRect();
    return inside([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  private begin(at: Spot): void {
    if (this.example) this.strokes = [];
    this.example = false;
    this.strokes.push({ width: WIDTH, spots: [at] });
    this.show();
  }

  private extend(at: Spot): void {
    this.strokes.at(-1)?.spots.push(at);
    this.show();
  }

  private clear(): void {
    this.strokes = [];
    this.example = this.pen.down = false;
    this.show();
  }

  private onKey(event: KeyboardEvent): void {
    const to = movePen(event.key, event.shiftKey, this.pen.at);
    if (to) {
      this.pen.at = to;
      if (this.pen.down) this.extend(to);
    } else if (event.key === ' ') {
      this.pen.down = !this.pen.down;
      if (this.pen.down) this.begin(this.pen.at);
    } else if (event.key === 'Delete') {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
  }

  private picture(): Picture {
    const side = DIGIT_SIDE * FINE;
    const canvas = el('canvas', '', { width: side, height: side });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const pixels = new Uint8Array(DIGIT_SIDE * DIGIT_SIDE);
    if (!context) return unitPicture(pixels, DIGIT_SIDE, DIGIT_SIDE);
    context.fillStyle = '#000';
    context.fillRect(0, 0, side, side);
    context.strokeStyle = context.fillStyle = '#fff';
    drawStrokes(context, this.strokes, side);
    const ink = inkOf(context.getImageData(0, 0, side, side).data);
    for (let y = 0; y < DIGIT_SIDE; y += 1) {
      for (let x = 0; x < DIGIT_SIDE; x += 1) {
        let sum = 0;
        for (let i = 0; i < FINE * FINE; i += 1) {
          sum += ink[(y * FINE + Math.floor(i / FINE)) * side + x * FINE + (i % FINE)]!;
        }
        pixels[y * DIGIT_SIDE + x] = Math.round(sum / (FINE * FINE));
      }
    }
    return unitPicture(pixels, DIGIT_SIDE, DIGIT_SIDE);
  }
}
