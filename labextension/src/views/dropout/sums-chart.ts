import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { ticks } from '../../shared/concept/frame';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';

const HEIGHT = 120;
const SIDE = { left: 40, right: 8, top: 8, bottom: 22 };

/** The sum of the output in each step, the average so far, and the sum at test time. */
export class SumsChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });

  constructor() {
    this.root = el('div', 'dlw-dropout-chart', {}, this.canvas);
  }

  show(theme: Theme, room: number, sums: readonly number[], tested: number): void {
    const width = Math.max(160, room);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    if (!context) return;
    const all = [...sums, tested, 0];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const pad = (high - low || 1) * 0.08;
    const most = Math.max(20, sums.length);
    const [x, y] = [
      (step: number): number => SIDE.left + ((step + 0.5) / most) * (width - SIDE.left - SIDE.right),
      (value: number): number =>
        SIDE.top + ((high + pad - value) / (high - low + 2 * pad)) * (HEIGHT - SIDE.top - SIDE.bottom),
    ];
    context.font = `11px ${theme.font}`;
    context.textBaseline = 'middle';
    context.lineWidth = 1;
    for (const value of ticks([low, high], 3)) {
      context.strokeStyle = theme.grid;
      context.beginPath();
      context.moveTo(SIDE.left, y(value));
      context.lineTo(width - SIDE.right, y(value));
      context.stroke();
      context.fillStyle = theme.muted;
      context.textAlign = 'right';
      context.fillText(String(Number(value.toPrecision(6))), SIDE.left - 6, y(value));
    }
    context.textAlign = 'center';
    context.fillText(t('step'), (SIDE.left + width - SIDE.right) / 2, HEIGHT - 8);
    const accent = theme.dark ? '#6aa9ff' : '#1f6fd6';
    context.fillStyle = accent;
    sums.forEach((value, step) => {
      context.globalAlpha = step === sums.length - 1 ? 1 : 0.4;
      context.beginPath();
      context.arc(x(step), y(value), step === sums.length - 1 ? 4 : 2.5, 0, 2 * Math.PI);
      context.fill();
    });
    context.globalAlpha = 1;
    context.strokeStyle = accent;
    context.lineWidth = 2;
    context.beginPath();
    let total = 0;
    sums.forEach((value, step) => {
      total += value;
      const at = [x(step), y(total / (step + 1))] as const;
      if (step === 0) context.moveTo(...at);
      else context.lineTo(...at);
    });
    context.stroke();
    context.strokeStyle = theme.dark ? '#ffb35c' : '#c2570c';
    context.setLineDash([5, 4]);
    context.beginPath();
    context.moveTo(SIDE.left, y(tested));
    context.lineTo(width - SIDE.right, y(tested));
    context.stroke();
    context.setLineDash([]);
  }
}
