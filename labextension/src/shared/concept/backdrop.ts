import { el } from '../dom';
import { sizedCanvas } from '../draw-pixels';

/** The part of a picture that seldom changes, such as axes: it is drawn once, and then copied. */
export class Backdrop {
  private readonly canvas = el('canvas');
  private key = '';

  /**
   * Puts it on a canvas.
   *
   * @param key what the picture depends on, beside its size
   * @param paint draws it where it isn't there yet
   */
  draw(
    onto: CanvasRenderingContext2D,
    width: number,
    height: number,
    key: string,
    paint: (context: CanvasRenderingContext2D) => void,
  ): void {
    const whole = [width, height, window.devicePixelRatio, key].join('|');
    if (whole !== this.key) {
      const context = sizedCanvas(this.canvas, width, height);
      if (!context) return;
      paint(context);
      this.key = whole;
    }
    onto.drawImage(this.canvas, 0, 0, width, height);
  }
}
