import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { loss, percent } from './texts';
import type { Training } from './training';

const HEIGHT = 96;
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 8, 6, 16];

/** Loss by epoch, for training and for test points, and the numbers of now. */
export class LossChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly epoch = el('span', 'dlw-play-epoch');
  private readonly cells: Record<
    'training' | 'test',
    { loss: HTMLElement; accuracy: HTMLElement; dot: HTMLElement }
  >;

  constructor() {
    const row = (
      name: () => string,
    ): [HTMLElement, { loss: HTMLElement; accuracy: HTMLElement; dot: HTMLElement }] => {
      const cells = { loss: el('td'), accuracy: el('td'), dot: el('span', 'dlw-play-dot') };
      return [
        el('tr', '', {}, el('th', '', { scope: 'row' }, cells.dot, name), cells.loss, cells.accuracy),
        cells,
      ];
    };
    const [first, training] = row(() => t('Training'));
    const [second, test] = row(() => t('Test'));
    this.cells = { training, test };
    const head = el(
      'tr',
      '',
      {},
      el('th', '', { scope: 'col' }, this.epoch),
      el('th', '', { scope: 'col' }, () => t('Loss')),
      el('th', '', { scope: 'col' }, () => t('Accuracy')),
    );
    const table = el('table', 'dlw-play-scores', {}, el('tbody', '', {}, head, first, second));
    this.root = el('div', 'dlw-play-loss', {}, table, this.canvas);
  }

  show(theme: Theme, width: number, training: Training): void {
    const { scores, history, epoch } = training;
    setText(this.epoch, t('Epoch {epoch}', { epoch }));
    for (const name of ['training', 'test'] as const) {
      const cells = this.cells[name];
      cells.dot.style.background = this.color(name, theme);
      setText(cells.loss, loss(scores[name]));
      setText(cells.accuracy, percent(scores[name].accuracy));
    }
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const finite = history.flatMap((one) => [one.training, one.test]).filter(Number.isFinite);
    const top = Math.min(5, Math.max(0.7, ...finite));
    const last = Math.max(10, epoch);
    const x = (at: number): number => LEFT + (at / last) * (width - LEFT - RIGHT);
    const y = (value: number): number =>
      HEIGHT - BOTTOM - (Math.min(value, top) / top) * (HEIGHT - TOP - BOTTOM);
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.strokeStyle = theme.grid;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.beginPath();
    for (const value of [0, top / 2, top]) {
      context.moveTo(LEFT, Math.round(y(value)) + 0.5);
      context.lineTo(width - RIGHT, Math.round(y(value)) + 0.5);
      context.fillText(short(Number(value.toPrecision(2))), LEFT - 5, y(value));
    }
    context.stroke();
    context.textBaseline = 'bottom';
    context.fillText(String(last), width - RIGHT, HEIGHT);
    context.textAlign = 'left';
    context.fillText('0', LEFT, HEIGHT);
    context.lineJoin = 'round';
    for (const name of ['test', 'training'] as const) {
      context.strokeStyle = this.color(name, theme);
      context.lineWidth = 1.8;
      context.beginPath();
      for (const one of history) if (Number.isFinite(one[name])) context.lineTo(x(one.epoch), y(one[name]));
      context.stroke();
    }
  }

  private color(name: 'training' | 'test', theme: Theme): string {
    return theme.palette[name === 'training' ? 2 : 3]!;
  }
}
