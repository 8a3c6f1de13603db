import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Evaluated } from './model';
import { colors } from './styles';
import { levelText } from './texts';

const HEIGHT = 190;
const MOST_SIDE = 9;

interface Options {
  /** The threshold is dragged here. */
  put: (threshold: number) => void;
  /** A key: to the next higher (−1) or lower (1) score, or to the first or last one. */
  step: (by: number) => void;
}

/** All samples by score: the positive ones above the axis, the others below; the threshold is dragged. */
export class ScoresPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;

  constructor({ put, step }: Options) {
    this.surface = el(
      'div',
      'dlw-metrics-scores',
      { tabindex: 0, role: 'slider', 'aria-label': () => t('Threshold'), 'aria-valuemin': 0 },
      this.canvas,
    );
    this.root = el('div', '', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      put(this.scoreAt(event));
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) put(this.scoreAt(event));
    });
    surface.addEventListener('keydown', (event) => {
      const far = event.shiftKey ? 10 : 1;
      const by = {
        ArrowRight: -far,
        ArrowUp: -far,
        ArrowLeft: far,
        ArrowDown: far,
        Home: Infinity,
        End: -Infinity,
      }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      step(by);
    });
  }

  private scoreAt(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    if (!this.frame || box.width === 0) return 0;
    return this.frame.at(((event.clientX - box.left) / box.width) * this.frame.width, 0)[0];
  }

  /** @param room how wide it may be, in px */
  show(
    theme: Theme,
    room: number,
    { samples, range, levels }: Evaluated,
    threshold: number,
    level: number,
  ): void {
    const width = Math.max(240, room || 600);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    setAttributes(this.surface, {
      'aria-valuemax': levels.length - 1,
      'aria-valuenow': levels.length - 1 - level,
      'aria-valuetext': levelText(threshold),
    });
    const span = range[1] - range[0];
    const shown: [number, number] = [range[0] - span * 0.01, range[1] + span * 0.03];
    const edges = { left: 8, top: 22, right: width - 8, bottom: HEIGHT - 20 };
    const frame = (this.frame = new Frame(width, HEIGHT, shown, [0, 1], edges));
    if (!context) return;
    this.draw(context, theme, frame, samples, Math.min(shown[1], threshold));
  }

  private draw(
    context: CanvasRenderingContext2D,
    theme: Theme,
    frame: Frame,
    { labels, scores }: Evaluated['samples'],
    threshold: number,
  ): void {
    const { left, right, top, bottom } = frame.edges;
    const bins = Math.floor((right - left) / MOST_SIDE);
    // How many samples of each class are in each bin: predicted negative, and predicted positive.
    const columns = [0, 1].map(() => Array.from({ length: bins }, (): [number, number] => [0, 0]));
    labels.forEach((label, i) => {
      const place = (frame.px(scores[i]!) - left) / (right - left);
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(place * bins)));
      columns[label === 1 ? 1 : 0]![bin]![scores[i]! >= threshold ? 1 : 0] += 1;
    });
    const highest = (which: 0 | 1): number =>
      columns[which]!.reduce((most, [below, above]) => Math.max(most, below + above), 1);
    const [up, down] = [highest(1), highest(0)];
    const side = Math.min(MOST_SIDE, (bottom - top - 4) / (up + down));
    // As much room above the axis as the positive samples need, at least for one of them.
    const axis = Math.round(top + Math.max(up * side, 24) + 2);
    const tall = Math.min(side, (bottom - axis - 4) / down);
    const paint = colors(theme);
    context.fillStyle = paint.region;
    context.fillRect(frame.px(threshold), top, right - frame.px(threshold), bottom - top);
    for (const label of [0, 1] as const) {
      const base = label === 1 ? paint.positive : paint.negative;
      const high = label === 1 ? side : tall;
      columns[label]!.forEach(([below, above], bin) => {
        const x = left + (bin * (right - left)) / bins;
        const draw = (from: number, count: number, positive: boolean): void => {
          if (count === 0) return;
          context.globalAlpha = positive === (label === 1) ? 1 : 0.4;
          context.fillStyle = base;
          // Squares that can be told apart; where there are many, one bar.
          const each = high > 4 ? 1 : count;
          for (let i = from; i < from + count; i += each) {
            const y = label === 1 ? axis - 1 - (i + each) * high : axis + 1 + i * high;
            const gap = high > 4 ? 1 : 0;
            context.fillRect(x, y + gap, MOST_SIDE - 1.5, Math.max(0.5, each * high - gap));
          }
        };
        draw(0, below, false);
        draw(below, above, true);
      });
    }
    context.globalAlpha = 1;
    this.drawAxis(context, theme, frame, axis);
    this.drawThreshold(context, theme, frame, threshold);
  }

  private drawAxis(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, axis: number): void {
    const { left, right, bottom } = frame.edges;
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, axis + 0.5);
    context.lineTo(right, axis + 0.5);
    context.stroke();
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textBaseline = 'top';
    context.textAlign = 'center';
    for (const value of ticks(frame.x, right - left > 400 ? 10 : 5)) {
      const x = Math.min(right - 8, Math.max(left + 6, frame.px(value)));
      context.fillText(short(value), x, bottom + 5);
    }
  }

  private drawThreshold(
    context: CanvasRenderingContext2D,
    theme: Theme,
    frame: Frame,
    threshold: number,
  ): void {
    const { left, right, top, bottom } = frame.edges;
    const x = Math.round(frame.px(threshold)) + 0.5;
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x, top - 4);
    context.lineTo(x, bottom);
    context.stroke();
    context.fillStyle = theme.text;
    context.beginPath();
    context.arc(x, top - 4, 5, 0, 2 * Math.PI);
    context.fill();
    context.font = `12px ${theme.font}`;
    context.textBaseline = 'middle';
    const after = t('predicted positive →');
    const before = t('← predicted negative');
    const y = top - 12;
    const width = context.measureText(after).width;
    if (right - x > width + 16) {
      context.textAlign = 'left';
      context.fillText(after, x + 10, y);
    }
    if (x - left > context.measureText(before).width + 16) {
      context.textAlign = 'right';
      context.fillText(before, x - 10, y);
    }
  }
}
