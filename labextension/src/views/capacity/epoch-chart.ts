import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { errorColor, logFrame } from './log-frame';
import type { Trainer } from './trainer';

const TALL = 160;

/** Training and validation error by epoch, with the epoch that the weights are of. */
export class EpochChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });

  constructor() {
    this.root = el('div', '', {}, this.canvas);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, trainer: Trainer, epochs: number, scale: (error: number) => number): void {
    const width = Math.max(220, room || 420);
    const context = sizedCanvas(this.canvas, width, TALL);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${TALL}px`;
    if (!context) return;
    const lines = [trainer.training, trainer.validation] as const;
    const frame = logFrame(context, theme, [width, TALL], lines.flat().map(scale), scale(1));
    const { left, right, top, bottom } = frame;
    const across = (epoch: number): number => left + (epoch / epochs) * (right - left);
    context.textBaseline = 'top';
    for (const epoch of [0, epochs / 2, epochs]) {
      context.textAlign = epoch === epochs ? 'right' : 'center';
      context.fillText(String(Math.round(epoch)), across(epoch), bottom + 4);
    }
    context.textAlign = 'right';
    context.fillText(t('epoch'), right, bottom + 19);
    context.lineWidth = 1.8;
    context.lineJoin = 'round';
    for (const which of [1, 0] as const) {
      context.strokeStyle = errorColor(theme, which);
      context.beginPath();
      lines[which].forEach((error, i) => context.lineTo(across(i + 1), frame.py(scale(error))));
      context.stroke();
    }
    if (trainer.best === 0 || trainer.best === trainer.epoch) return;
    const x = Math.round(across(trainer.best)) + 0.5;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = theme.text;
    context.textBaseline = 'top';
    context.textAlign = x > right - 110 ? 'right' : 'left';
    context.fillText(t('best: {epoch}', { epoch: trainer.best }), x + (x > right - 110 ? -5 : 5), top);
  }
}
