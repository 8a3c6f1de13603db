import type { Theme } from '../../core/theme';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { REACH } from './fields';
import { cloudColor, sampleColor } from './plane';

const HEIGHT = 74;
const AXIS = 15;

function density(x: number, mean: number, deviation: number): number {
  return Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
}

/** The distribution of one dimension over the prior, with z. */
export class Density {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly caption = el('div', 'dlw-reparam-caption');
  private width = 0;

  constructor() {
    this.root = el('div', 'dlw-reparam-density', {}, this.caption, this.canvas);
    new ResizeObserver(() => {
      this.width = this.root.clientWidth;
    }).observe(this.root);
  }

  show(theme: Theme, caption: string, mean: number, deviation: number, z: number): void {
    setText(this.caption, caption);
    this.width ||= this.root.clientWidth;
    const width = Math.max(140, this.width || 200);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const bottom = HEIGHT - AXIS;
    const most = 1.08 * Math.max(density(0, 0, 1), density(mean, mean, deviation));
    const px = (x: number): number => ((x + REACH) / (2 * REACH)) * width;
    const py = (value: number): number => bottom - (value / most) * (bottom - 2);
    const curve = (center: number, wide: number): void => {
      context.beginPath();
      context.moveTo(0, bottom);
      // The peak of a narrow one must not fall between two pixels.
      for (let i = 0; i <= width; i += 1) {
        const [x, next] = [(i / width) * 2 * REACH - REACH, ((i + 1) / width) * 2 * REACH - REACH];
        context.lineTo(i, py(density(x, center, wide)));
        if (center > x && center < next) context.lineTo(px(center), py(density(center, center, wide)));
      }
      context.lineTo(width, bottom);
    };
    context.fillStyle = theme.grid;
    curve(0, 1);
    context.fill();
    context.strokeStyle = theme.muted;
    context.setLineDash([4, 3]);
    curve(0, 1);
    context.stroke();
    context.setLineDash([]);
    context.strokeStyle = cloudColor(theme);
    context.lineWidth = 2;
    curve(mean, deviation);
    context.stroke();
    context.fillStyle = sampleColor(theme);
    context.beginPath();
    context.arc(Math.min(width - 4, Math.max(4, px(z))), bottom, 4, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = theme.muted;
    context.font = `10px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'bottom';
    for (const value of [-2, 0, 2]) context.fillText(String(value).replace('-', '−'), px(value), HEIGHT);
  }
}
