import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { putPixels } from '../../shared/draw-pixels';

type Shape = readonly [height: number, width: number, channels: number];

/** An image with a caption; values go from 0 to 1. */
export class Figure {
  readonly root: HTMLElement;
  private readonly name = el('figcaption');
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });

  constructor(className: string) {
    this.root = el('figure', className, {}, this.name, this.canvas);
  }

  show(data: Float64Array, [height, width, channels]: Shape, name: string): void {
    setText(this.name, name);
    const pixels = new Uint8ClampedArray(height * width * 4);
    for (let i = 0; i < height * width; i += 1) {
      for (let c = 0; c < 3; c += 1) pixels[i * 4 + c] = 255 * data[i * channels + (channels === 3 ? c : 0)]!;
      pixels[i * 4 + 3] = 255;
    }
    putPixels(this.canvas, pixels, { width, height });
  }
}

/** What some samples of the cloud are decoded to. */
export class Samples {
  readonly root: HTMLElement;
  private readonly figures: readonly Figure[];

  constructor(count: number) {
    this.figures = Array.from({ length: count }, () => new Figure('dlw-reparam-small'));
    this.root = el(
      'div',
      '',
      {},
      el('div', 'dlw-reparam-caption', {}, () => t('Samples of the cloud, decoded')),
      el('div', 'dlw-reparam-samples', {}, ...this.figures.map(({ root }) => root)),
    );
  }

  show(images: readonly Float64Array[], shape: Shape): void {
    this.figures.forEach((figure, i) => figure.show(images[i]!, shape, ''));
  }
}
